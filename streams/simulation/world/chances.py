"""Every chance of the world, without its coins: what the oracle knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from streams.simulation.world.chance import generator
from streams.simulation.world.constants import WorldConstants
from streams.simulation.world.days import WEEK
from streams.simulation.world.events import Floats, Ints
from streams.simulation.world.hosts import Hosts
from streams.simulation.world.mood import COPIES, Mood
from streams.simulation.world.population import KINDS, Population
from streams.simulation.world.programme import HALF_HOUR_MS, HOUR_MS, Programme

__all__ = ["Chances", "Push", "Standing", "coming", "half_hour_of_week"]

_MONDAY_MS = 4 * 86_400_000
"""1970 began on a Thursday."""
_PERSUADABLE, _REACTANT = KINDS.index("persuadable"), KINDS.index("reactant")


@dataclass(frozen=True)
class Standing:
    """People before a stream, as far as no reminder has a part in it: float64[n] each.

    Attributes
    ----------
    interest, aware, free : the chances to want to come, to know of it, and to be able to.
    persuaded, repelled : the interest after an opened push, and after one that was received.
    """

    interest: Floats
    aware: Floats
    free: Floats
    persuaded: Floats
    repelled: Floats


@dataclass(frozen=True)
class Push:
    """Reminders at times `ts` (int64[n]) of streams that start at `start` (int64[n] or one)."""

    who: Ints
    ts: Ints
    start: Ints
    copy: Ints


def half_hour_of_week(ts: Ints) -> Ints:
    """Return the place of epoch ms among the half-hours of the UTC week, from Monday."""
    return ((ts - _MONDAY_MS) // HALF_HOUR_MS) % WEEK


class Chances:
    """The chances of people towards streams and reminders, as they are now.

    Attributes
    ----------
    copy_pull : float64[2, copies], by language: what a copy makes of the readiness to open.
    """

    def __init__(
        self,
        seed: int,
        people: Population,
        hosts: Hosts,
        programme: Programme,
        mood: Mood,
        constants: WorldConstants,
    ) -> None:
        swing = generator(seed, 4).normal(0.0, constants.copy_swing, (2, COPIES))
        self.copy_pull = np.exp(swing)
        self.people, self.hosts, self.programme = people, hosts, programme
        self.mood, self.constants = mood, constants
        self._kept_s = constants.buried_minutes * 60_000.0

    def standing(self, stream: int, who: Ints, start: int, now_ms: int) -> Standing:
        """Return what people bring to a stream that starts at `start`, epoch ms."""
        people, mood, constants = self.people, self.mood, self.constants
        interest = self.interest(stream, who)
        kind = people.kind[who]
        won = constants.persuasion * (1.0 - interest) * np.sqrt(interest)
        return Standing(
            interest=interest,
            aware=self.awareness(stream, who, start, now_ms),
            free=people.freedom[who, half_hour_of_week(np.array(start))].astype(np.float64)
            * np.minimum(0.6 + 0.4 * mood.vital[who], 1.0),
            persuaded=interest + np.where(kind == _PERSUADABLE, won, 0.0),
            repelled=interest * np.where(kind == _REACTANT, 1.0 - constants.reactance, 1.0),
        )

    def interest(self, stream: int, who: Ints) -> Floats:
        """Return the chance that people want to see a stream, were they to know of it."""
        mood, constants, programme = self.mood, self.constants, self.programme
        host = int(programme.host[stream])
        quality, craze = programme.quality[stream], programme.craze[stream]
        loyal = mood.loyalty[who, host].astype(np.float64)
        taste = mood.taste[who, self.hosts.category[host]]
        love = constants.love * -np.expm1(-2.2 * loyal * quality)
        pull = constants.pull * -np.expm1(-quality * craze * taste * np.sqrt(taste))
        # Those who love variety have had enough of a host for now; others want more of the same.
        sated = mood.sated[who, host] * self.people.variety[who]
        wants = 1.0 - (1.0 - love) * (1.0 - pull)
        return np.asarray(wants * (1.0 - constants.satiety * np.minimum(sated, 1.0)))

    def awareness(self, stream: int, who: Ints, start: int, now_ms: int) -> Floats:
        """Return the chance to know of a stream at its start without any reminder."""
        people, mood, constants = self.people, self.mood, self.constants
        host = int(self.programme.host[stream])
        loyal = mood.loyalty[who, host].astype(np.float64)
        on_time = 1.0 if start == self.programme.first_start[stream] else 0.3
        routine = self.hosts.routine[host] * on_time
        know = constants.know * routine * people.planning[who] * np.sqrt(loyal)
        places = half_hour_of_week(np.array([start, start + HALF_HOUR_MS]))
        looks = people.attention[who[:, None], places].sum(axis=1) / 48.0
        seen = people.visits[who] * mood.vital[who] * looks * self.appetite(who, now_ms)
        shelf = 0.1 + loyal + 2.0 * self.hosts.fame[host] * self.programme.craze[stream]
        meet = -np.expm1(-constants.feed * seen * shelf)
        return np.asarray(1.0 - (1.0 - know) * (1.0 - meet))

    def appetite(self, who: Ints | slice, now_ms: int) -> Floats:
        """Return the share of their visits that pushes have left people."""
        constants = self.constants
        left = np.exp(-constants.shunning * self.mood.weary(who, now_ms))
        return np.asarray(left * np.where(self.mood.muted[who], constants.mute_visits, 1.0))

    def reach(self, who: Ints, ts: Ints, start: Ints) -> Floats:
        """Return the attention that a push at `ts` finds before it is buried or the start comes."""
        people = self.people
        at, last = half_hour_of_week(ts), half_hour_of_week(start)
        rest = 1.0 - (ts % HALF_HOUR_MS) / HALF_HOUR_MS
        kept = np.exp(-rest * HALF_HOUR_MS / self._kept_s)
        now = (1.0 - kept) * people.attention[who, at] + kept * people.reach[who, (at + 1) % WEEK]
        lost = np.exp(-(start - ts) / self._kept_s) * people.reach[who, last]
        return np.asarray(np.maximum(now - lost, 0.0), np.float64)

    def openness(self, who: Ints, interest: Floats, now_ms: int) -> Floats:
        """Return what an average copy's chance to be opened depends on, without the moment."""
        constants = self.constants
        weary = self.mood.weary(who, now_ms)
        fits = 1.0 - constants.relevance + constants.relevance * np.sqrt(interest)
        tired = np.exp(-constants.weariness * weary)
        return np.asarray(self.people.tap[who] * fits * tired * np.sqrt(self.mood.vital[who]))

    def pull_of(self, who: Ints, copy: Ints, now_ms: int) -> Floats:
        """Return how many times as well as the average a copy pulls now."""
        fresh = self.mood.freshness(who, copy, now_ms)
        return np.asarray(self.copy_pull[self.people.locale[who], copy] * fresh)

    def opening(self, push: Push, interest: Floats, now_ms: int) -> Floats:
        """Return the chance that pushes are opened before the start."""
        pull = self.pull_of(push.who, push.copy, now_ms)
        reach = self.reach(push.who, push.ts, push.start)
        return np.asarray(-np.expm1(-self.openness(push.who, interest, now_ms) * pull * reach))

    def memory(self, lead_ms: Floats) -> Floats:
        """Return the chance that what was opened so long before the start is remembered then."""
        constants = self.constants
        fades = np.exp(-np.maximum(lead_ms, 0.0) / (constants.memory_hours * HOUR_MS))
        return np.asarray(constants.memory_floor + (1.0 - constants.memory_floor) * fades)

    def muting(self, who: Ints, interest: Floats, now_ms: int) -> Floats:
        """Return the chance that an unopened push makes people switch pushes off."""
        weary = self.mood.weary(who, now_ms)
        chance = self.people.touchy[who] * (1.0 + weary) ** 1.5 * (1.4 - np.sqrt(interest))
        return np.asarray(np.minimum(chance, 0.5))


def coming(standing: Standing, opened: Floats, memory: Floats) -> tuple[Floats, Floats]:
    """Return the chances to come without and with a push, opened and remembered so likely."""
    without = standing.interest * standing.aware * standing.free
    knows = 1.0 - (1.0 - standing.aware) * (1.0 - memory)
    given = (
        opened * standing.persuaded * knows + (1.0 - opened) * standing.repelled * standing.aware
    )
    return without, np.asarray(standing.free * given)
