"""What a person does in the app: looks around, comes to a stream, watches, buys, leaves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.contracts import Interaction, InteractionType
from streams.clients.about import About
from streams.simulation.agenda import Agenda
from streams.simulation.catalogue import CATEGORIES
from streams.simulation.hosts import Host
from streams.simulation.people import People
from streams.simulation.programme import Programme, Show

__all__ = ["Visits"]

_MINUTE_MS = 60_000
# Chance per minute watched by somebody who likes the host through and through.
_PER_MINUTE: tuple[tuple[InteractionType, float], ...] = (
    ("like", 0.06),
    ("comment", 0.06),
    ("product_view", 0.05),
    ("gift", 0.02),
    ("share", 0.008),
)


class Visits:
    """Draws visits and notes all that happens in them.

    Attributes
    ----------
    seen : (person, stream) of everybody who came to a stream.
    """

    def __init__(
        self, people: People, hosts: Sequence[Host], programme: Programme, agenda: Agenda
    ) -> None:
        self.seen: set[tuple[int, str]] = set()
        self._people = people
        self._hosts = hosts
        self._programme = programme
        self._agenda = agenda
        self._events = 0
        self._follows = people.follows.copy()

    def event_id(self) -> str:
        """A new id; the same seed gives the same ids."""
        self._events += 1
        return f"e-{self._events}"

    def first_follows(self, ts: int) -> None:
        """Note whom everybody follows from the start."""
        for person, host in np.argwhere(self._people.follows).tolist():
            self._note(ts, "follow", person, {"host_id": self._hosts[host].host_id})

    def look_around(self, person: int, ts: int, rng: np.random.Generator) -> None:
        """Open the app: come to a stream that is on, or reserve one, or search, or go again."""
        self._note(ts, "app_open", person)
        liking = self._people.liking[person]
        drawn = rng.random(3)
        on = self._programme.live(ts)
        if on and (chosen := _chosen(on, liking, drawn[0])) is not None:
            self.come(person, chosen, ts + 20_000, rng)
            return
        soon = self._programme.upcoming(ts)
        if soon and drawn[1] < 0.25:
            chosen = max(soon, key=lambda show: liking[show.host])
            if drawn[2] < 0.5 * liking[chosen.host]:
                self._note(ts + 40_000, "reserve", person, self._about(chosen))
        elif drawn[1] < 0.4:
            name = CATEGORIES[int(self._people.taste[person].argmax())].name
            self._note(ts + 30_000, "search", person, {"query": name, "category": name})

    def come(
        self,
        person: int,
        show: Show,
        ts: int,
        rng: np.random.Generator,
        reminder_id: str | None = None,
    ) -> None:
        """Enter a stream that is on, once, and stay for as long as it pleases."""
        if (person, show.stream_id) in self.seen or not show.start_ts <= ts < show.end_ts:
            return
        self.seen.add((person, show.stream_id))
        liking = float(self._people.liking[person, show.host])
        about = self._about(show)
        if reminder_id is not None:
            about["reminder_id"] = reminder_id
        self._note(ts, "enter", person, about)
        minutes = min(1 + rng.exponential(3 + 25 * liking), (show.end_ts - ts) / _MINUTE_MS)
        end_ts = ts + int(minutes * _MINUTE_MS)
        self._take_part(person, show, (ts, end_ts), liking, rng)
        self._note(end_ts, "watch", person, {**about, "dwell_ms": end_ts - ts})
        self._note(end_ts + 1_000, "leave", person, {**about, "dwell_ms": 0})

    def _take_part(
        self,
        person: int,
        show: Show,
        span: tuple[int, int],
        liking: float,
        rng: np.random.Generator,
    ) -> None:
        about = self._about(show)
        minutes = (span[1] - span[0]) / _MINUTE_MS
        for kind, rate in _PER_MINUTE:
            for _ in range(int(rng.poisson(rate * minutes * (0.2 + liking)))):
                more: About = {"amount": float(rng.integers(1, 20))} if kind == "gift" else {}
                self._note(int(rng.integers(*span)), kind, person, {**about, **more})
        bought, followed = rng.random(2)
        if bought < 0.25 * liking * min(minutes / 10, 1):
            price = CATEGORIES[self._hosts[show.host].category].price
            self._note(span[1] - 20_000, "cart_add", person, about)
            self._note(span[1] - 5_000, "purchase", person, {**about, "amount": price})
        if followed < 0.15 * liking and not self._follows[person, show.host]:
            self._follows[person, show.host] = True
            self._note(span[1] - 2_000, "follow", person, about)

    def reserve(self, person: int, show: Show, ts: int, reminder_id: str) -> None:
        """Reserve a stream from a reminder."""
        self._note(ts, "reserve", person, {**self._about(show), "reminder_id": reminder_id})

    def _about(self, show: Show) -> About:
        host = self._hosts[show.host]
        category = CATEGORIES[host.category].name
        return {"stream_id": show.stream_id, "host_id": host.host_id, "category": category}

    def _note(
        self, ts: int, kind: InteractionType, person: int, about: About | None = None
    ) -> None:
        user_id = self._people.ids[person]
        event = Interaction(
            event_id=self.event_id(), type=kind, user_id=user_id, ts=ts, **(about or {})
        )
        self._agenda.note(ts, event)


def _chosen(on: Sequence[Show], liking: np.ndarray, drawn: float) -> Show | None:
    """The stream that somebody who looks around comes to: the likelier the more they like it."""
    weights = np.array([liking[show.host] for show in on]) ** 2
    reach = np.cumsum(weights) / max(weights.sum(), 0.5)
    place = int(np.searchsorted(reach, drawn))
    return on[place] if place < len(on) else None
