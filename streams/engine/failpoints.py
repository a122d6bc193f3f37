"""Named moments at which a test may end, stop or mislead the process; off unless asked for.

`LIVECUE_FAILPOINT` holds `point:action:n` entries joined by commas; n counts how often this
process has come to the point. Actions: `kill` (SIGKILL), `stop` (SIGSTOP, somebody else sends
SIGCONT), `raise` (a defect) at the n-th time; `shift=SECONDS` from the n-th time on, for
`clock.read` alone.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from features.errors import LivecueError

__all__ = ["POINTS", "FailpointError", "Failpoints", "failpoint", "shift_ms"]

POINTS = frozenset(
    {
        "clock.read",
        "outbox.begun",
        "outbox.reminders_written",
        "outbox.before_commit",
        "outbox.after_commit",
        "restore.some_read",
        "rebalance.revoking",
        "rebalance.assigned",
    }
)
_VARIABLE = "LIVECUE_FAILPOINT"


class FailpointError(LivecueError):
    """A failpoint was reached that raises, or `LIVECUE_FAILPOINT` makes no sense."""


@dataclass(slots=True)
class _Plan:
    action: str
    shift_ms: int
    at: int
    seen: int = 0

    def due(self) -> bool:
        self.seen += 1
        return self.seen == self.at


class Failpoints:
    """What to do at which point.

    Parameters
    ----------
    text : entries as in `LIVECUE_FAILPOINT`; empty for none.

    Raises
    ------
    FailpointError
        An entry is none of the known form, or names an unknown point.

    >>> points = Failpoints("clock.read:shift=3600:2")
    >>> [points.shift_ms("clock.read") for _ in range(3)]
    [0, 3600000, 3600000]
    """

    def __init__(self, text: str) -> None:
        entries = [_entry(one.strip()) for one in text.split(",") if one.strip()]
        self._plans: Mapping[str, _Plan] = dict(entries)

    def reach(self, point: str) -> None:
        """Come to a point: nothing happens unless this is the time for its action."""
        plan = self._plans.get(point)
        if plan is None or not plan.due():
            return
        if plan.action == "raise":
            raise FailpointError(f"{point}: reached for the {plan.at}. time")
        os.kill(os.getpid(), signal.SIGKILL if plan.action == "kill" else signal.SIGSTOP)

    def shift_ms(self, point: str) -> int:
        """By how much a reading is wrong, ms."""
        plan = self._plans.get(point)
        if plan is None:
            return 0
        plan.seen += 1
        return plan.shift_ms if plan.seen >= plan.at else 0


def _entry(text: str) -> tuple[str, _Plan]:
    point, _, rest = text.partition(":")
    action, _, count = rest.partition(":")
    name, _, seconds = action.partition("=")
    if point not in POINTS:
        _refuse(text, f"points are {', '.join(sorted(POINTS))}")
    if (name == "shift") != (point == "clock.read") or name not in {
        *("kill", "stop", "raise", "shift"),
    }:
        _refuse(text, "actions are kill, stop, raise; shift=SECONDS for clock.read alone")
    try:
        plan = _Plan(name, int(float(seconds or 0) * 1000), int(count or 1))
    except ValueError:
        _refuse(text, "write point:action:n, for example outbox.before_commit:kill:3")
    return point, plan


def _refuse(text: str, why: str) -> NoReturn:
    raise FailpointError(f"{_VARIABLE}: {text!r} makes no sense: {why}")


_points = Failpoints(os.environ.get(_VARIABLE, ""))
_ON = _VARIABLE in os.environ


def failpoint(point: str) -> None:
    """Say that the process has come to a point."""
    if _ON:
        _points.reach(point)


def shift_ms(point: str) -> int:
    """By how much a reading is wrong, ms; 0 unless a test asked for it."""
    return _points.shift_ms(point) if _ON else 0
