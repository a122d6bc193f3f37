"""The steady world: load that never pauses, and streams that are announced, held and ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Self

from steady.answers import at_once, on_air
from steady.people import Event, People, now_ms
from steady.wire import Line

__all__ = ["Plan", "SteadyWorld"]

BEAT_S = 0.05
DEADLINE_S = 300.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much goes on.

    Attributes
    ----------
    window_s : from the announcement of a stream to its start.
    rate : interactions a second.
    """

    users: int = 300
    rate: int = 300
    window_s: int = 20
    seed: int = 1


class SteadyWorld:
    """Runs in a thread of its own until `finish`, which lets a whole round go by.

    A round: some reserve; three streams are announced, one is moved, a fourth is cancelled; they
    start; who was reminded comes or not; when all of that is applied, they end.

    Attributes
    ----------
    rounds : how many have ended.
    opened : how many windows have opened, one a round.
    """

    def __init__(self, line: Line, plan: Plan) -> None:
        self.rounds = self.opened = 0
        self._line, self._plan, self._rate = line, plan, plan.rate
        self._rng = Random(plan.seed)
        self._people = People(plan.users, self._rng)
        self._reminders: list[dict[str, Any]] = []
        self._due = time.monotonic()
        self._finishing = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    @property
    def marks(self) -> list[dict[str, Any]]:
        """The newest watermark of each partition."""
        return list(self._line.marks.values())

    @property
    def running(self) -> bool:
        """Whether it still goes on; false after a failure too."""
        return self._thread.is_alive()

    def finish(self, timeout_s: float = 2 * DEADLINE_S) -> None:
        """Let a round end that has not come to the middle of its window, then stop.

        Raises
        ------
        AssertionError
            Something that had to come did not come in time.
        """
        self._finishing.set()
        self._thread.join(timeout_s)
        assert not self._thread.is_alive(), "the world does not come to its end"
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            self._say(list(self._people.introduce()))
            self._settle()
            self._say(list(self._people.mute()))
            while not self._round():
                pass
            # What is counted at the end must have been applied by then.
            self._rate = 0
            self._settle()
        except BaseException as error:
            self._failure = error

    def _round(self) -> bool:
        """One round; whether it is the last: whoever asked for that did so in time."""
        number, window_s = self.rounds, self._plan.window_s
        names = [f"s{number}-{at}" for at in range(4)]
        self._say(self._people.reserve(names[1], now_ms()))
        self._settle()
        before, announced = len(self._reminders), now_ms()
        starts = dict.fromkeys(names, announced + window_s * 1_000)
        for at, name in enumerate(names):
            self._announce(name, at, starts[name])
        self.opened += 1
        self._until(lambda: now_ms() >= announced + window_s * 400)
        last = self._finishing.is_set()
        starts[names[2]] += window_s * 250
        self._announce(names[2], 2, starts[names[2]])
        self._line.say("streams", names[3], {"ts": now_ms(), "status": "cancelled"})
        self._until(lambda: now_ms() >= max(starts.values()) + 1_000)
        for name in names[:3]:
            self._line.say("streams", name, {"ts": now_ms(), "status": "live"})
        # Until all partitions have told what they sent before the starts.
        begun = max(starts.values())
        self._wait(lambda: self._decided() > begun, "decisions after the starts")
        self._say([one for told in self._reminders[before:] for one in on_air(told)])
        self._settle()
        for name in names[:3]:
            self._line.say("streams", name, {"ts": now_ms(), "status": "ended"})
        ended = now_ms()
        self._wait(lambda: self._decided() > ended + 1_000, "decisions after the ends")
        self.rounds += 1
        return last

    def _announce(self, name: str, at: int, start_ts: int) -> None:
        show = {"status": "scheduled", "host_id": f"h{at}", "title": name, "start_ts": start_ts}
        self._line.say("streams", name, {"ts": now_ms(), **show})

    def _decided(self) -> int:
        marks = self._line.marks
        if len(marks) < self._line.partitions:
            return -1
        return min(int(one["clock_ts"]) for one in marks.values())

    def _settle(self) -> None:
        """Go on until all that has been said is applied."""
        ends = dict(self._line.sent)
        self._wait(lambda: self._line.applied(ends), "what was said to be applied")

    def _wait(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + DEADLINE_S
        self._until(lambda: holds() or time.monotonic() > deadline)
        assert holds(), f"after {DEADLINE_S:g} s still waiting for {what}: {self._line.marks}"

    def _until(self, holds: Callable[[], bool]) -> None:
        """Keep the load up until something holds."""
        while not holds():
            began = time.monotonic()
            count = min(int((began - self._due) * self._rate), self._rate)
            if count > 0:
                self._due = began
                self._say(self._people.acts(count))
            fresh = self._line.poll()
            self._reminders += fresh
            self._say([one for told in fresh for one in at_once(told)])
            time.sleep(max(0.0, BEAT_S - (time.monotonic() - began)))

    def _say(self, events: list[Event]) -> None:
        for topic, name, fields in events:
            self._line.say(topic, name, fields)
        self._line.flush()
