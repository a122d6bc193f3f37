"""The funnels against a recount from the log of all that happened, across restarts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from kpiworld.run import HOUR, RUNGS, KpiRun, group, stream_record

from features.contracts import Intent
from features.hashing import hash64
from reminders.decision import DueGroup, Opened
from reminders.kpi import Scope
from reminders.reminder_id import announcement_h, join_id

STARTS = {"s0": 30 * HOUR, "s1": 33 * HOUR, "s2": 40 * HOUR}
USERS = [f"u{number}" for number in range(5)]
KINDS = ["reserve", "reserve_cancel", "enter", "watch", "purchase", "purchase", "like"]


@dataclass(frozen=True)
class Said:
    """One reminder that was sent or, with `held`, withheld."""

    user: tuple[str, int]
    stream: str
    rung: str
    intent: str
    ts: int
    held: bool

    @property
    def announcement(self) -> int:
        """The hash in the reminder's id."""
        return announcement_h(self.stream, self.rung, STARTS[self.stream])


class Recount:
    """The same numbers once more, one event at a time, from lists of all that happened."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.counts: defaultdict[Scope, Counter[str]] = defaultdict(Counter)
        self.done: set[tuple[Any, ...]] = set()
        self.reserved: dict[tuple[Any, ...], Said] = {}

    def count(self, about: Said, name: str, more: float = 1) -> None:
        """Count for every scope of a reminder."""
        for scope in (
            Scope("global", "all"),
            Scope("stream", about.stream),
            Scope("host", f"host-{about.stream}"),
            Scope("rung", about.rung),
            Scope("strategy", "hybrid"),
        ):
            self.counts[scope][name] += more  # type: ignore[assignment]

    def once(self, *what: Any) -> bool:
        """Whether this happens for the first time."""
        self.done, before = self.done | {what}, what in self.done
        return not before

    def say(self, new: Said) -> None:
        """A decision."""
        pair = [one for one in self.said if (one.user, one.stream) == (new.user, new.stream)]
        self.said.append(new)
        if not new.held:
            self.count(new, "sent")
        if not pair and new.intent == "invite":
            self.count(new, "held" if new.held else "treated")

    def event(
        self, user: tuple[str, int], kind: str, stream: str, ts: int, amount: float, close: int
    ) -> None:
        """An interaction, applied when the stream was known to close at `close`."""
        pair = [one for one in self.said if (one.user, one.stream) == (user, stream)]
        before = sorted(
            (one for one in pair if not one.held and one.ts < ts <= close),
            key=lambda one: (one.ts, one.announcement),
        )
        attends = kind in {"enter", "watch"}
        if kind == "reserve":
            invites = [one for one in before if one.intent == "invite"]
            if invites and self.once("reserved", user, stream):
                self.reserved[user, stream] = invites[-1]
                self.count(invites[-1], "reserved")
        if attends and before and self.once("attended", user, stream):
            self.count(before[-1], "attended")
        both = (user, stream) in self.reserved and ("attended", user, stream) in self.done
        if both and self.once("both", user, stream):
            self.count(self.reserved[user, stream], "reservers_attended")
        if kind == "purchase" and before:
            self.count(before[-1], "revenue", amount)
            if self.once("purchased", user, stream):
                self.count(before[-1], "purchased")
        drawn = pair[:1] if pair and pair[0].intent == "invite" else []
        for first in drawn:
            if attends and first.ts < ts <= close and self.once("arm", user, stream):
                self.count(first, "held_attended" if first.held else "treated_attended")

    def answer(self, user: tuple[str, int], kind: str, ts: int, named: Said | None) -> None:
        """Feedback, of the reminder named if that is the user's own and was sent."""
        mine = [one for one in self.said if one.user == user and not one.held]
        named = next((one for one in mine if named and self.same(one, named)), None)
        if kind == "muted":
            recent = [one for one in mine if 0 < ts - one.ts <= 24 * HOUR]
            if named not in recent:
                recent.sort(key=lambda one: (one.ts, one.announcement))
                named = recent[-1] if recent else None
            if named and self.once("muted", user, named.announcement):
                self.count(named, "muted")
        elif named:
            if kind == "delivered":
                self.count(named, "reported")
            if self.once("delivered", user, named.announcement):
                self.count(named, "delivered")
            if kind == "opened" and self.once("opened", user, named.announcement):
                self.count(named, "opened")

    @staticmethod
    def same(one: Said, other: Said) -> bool:
        """Whether two have one reminder id."""
        return (one.user[0], one.announcement) == (other.user[0], other.announcement)


class Story:
    """Draws what happens, and tells it to the run and to the recount."""

    def __init__(self, random: Random) -> None:
        self.random, self.run, self.recount = random, KpiRun(), Recount()
        self.epochs = dict.fromkeys(USERS, 0)
        for stream, start in STARTS.items():
            self.run.board.apply(stream_record(stream, start))

    def who(self, user: str) -> tuple[str, int]:
        """A user between two erasures."""
        return user, self.epochs[user]

    def tick(self, now: int) -> None:
        """One hour: boards, erasures, events, feedback, decisions, perhaps a restart."""
        random = self.random
        if random.random() < 0.1 and now > 26 * HOUR:
            ended = random.choice(list(STARTS))
            record = stream_record(ended, STARTS[ended], now, status="ended")
            self.run.board.apply(record)
        if random.random() < 0.05:
            user = random.choice(USERS)
            if self.run.state.forget(user, now, now):
                self.epochs[user] += 1
        self.interact(now)
        self.answer(now)
        self.decide(now)
        if random.random() < 0.1:
            self.run.restart()

    def interact(self, now: int) -> None:
        """Some events, late ones too, in one batch."""
        events = []
        for _ in range(self.random.randrange(8)):
            user, stream = self.random.choice(USERS), self.random.choice([*STARTS, "elsewhere"])
            kind, ts = self.random.choice(KINDS), now - self.random.randrange(5 * HOUR)
            amount = float(self.random.randrange(5))
            event = {"user_id": user, "type": kind, "ts": ts, "stream_id": stream}
            events.append({**event, "amount": amount})
            known = self.run.board.get(stream)
            if known is not None:
                close = self.run.board.closes_ts(known)
                self.recount.event(self.who(user), kind, stream, ts, amount, close)
        if events:
            self.run.interact(*events)

    def answer(self, now: int) -> None:
        """Some feedback about any reminder, or about none, of any user."""
        for _ in range(self.random.randrange(3) if self.recount.said else 0):
            named = self.random.choice(self.recount.said)
            user = self.random.choice([named.user[0]] * 4 + USERS)
            kind = self.random.choice(["delivered", "opened", "dismissed", "muted"])
            ts = now - self.random.randrange(2 * HOUR)
            event: dict[str, Any] = {"user_id": user, "type": kind, "ts": ts}
            if kind != "muted" or self.random.random() < 0.5:
                event["reminder_id"] = join_id(named.announcement, hash64(named.user[0]))
            if self.run.state.users.index.get(user) is not None:
                told = named if "reminder_id" in event and user == named.user[0] else None
                self.recount.answer(self.who(user), kind, ts, told)
            self.run.answer(event)

    def decide(self, now: int) -> None:
        """Some reminders to users who have not had them, some to the holdout."""
        sent: list[DueGroup] = []
        held: list[DueGroup] = []
        opened: list[Opened] = []
        for stream in self.scheduled():
            rung = self.random.choice(list(RUNGS))
            about = Said(("", 0), stream, rung, "", 0, held=False)
            if self.recount.once("opened", stream, rung):
                eligible = self.random.randrange(9)
                host = f"host-{stream}"
                opened.append(Opened(about.announcement, stream, host, rung, (eligible,)))
                self.recount.count(about, "eligible", eligible)
            for withheld, groups in ((True, held), (False, sent)):
                intent: Intent = self.random.choice(["invite", "invite", "attend"])
                users = self.users(stream, rung, withheld=withheld)
                sends = [(user, now - 1_000 * self.random.randrange(3_600)) for user in users]
                if users and not (withheld and intent == "attend"):
                    groups.append(group(self.run, stream, rung, intent, sends))
                    for user, ts in sends:
                        said = Said(self.who(user), stream, rung, intent, ts, held=withheld)
                        self.recount.say(said)
        self.run.decide(now, sent, held, opened)

    def scheduled(self) -> list[str]:
        """The streams that reminders are still sent of."""
        return [stream.stream_id for stream in self.run.board.scheduled()]

    def users(self, stream: str, rung: str, *, withheld: bool) -> list[str]:
        """Users without a reminder of this announcement; the holdout is drawn once a pair."""
        chosen = self.random.sample(USERS, self.random.randrange(3))
        rungs = RUNGS if withheld else [rung]
        had = {
            one.user
            for one in self.recount.said
            if one.stream == stream and one.rung in rungs and (withheld or not one.held)
        }
        return [user for user in chosen if self.who(user) not in had]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_funnels_equal_a_recount(seed: int) -> None:
    """Late and repeated events, erasures, closes and restarts: every scope counts exactly."""
    story = Story(Random(seed))
    for hour in range(1, 50):
        story.tick(hour * HOUR)
    expected = {
        scope: Counter({name: more for name, more in counts.items() if more})
        for scope, counts in story.recount.counts.items()
    }
    found = story.run.funnels()
    assert found == {scope: counts for scope, counts in expected.items() if counts}
