"""Verdicts on how a worker stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streams.monitoring.health import liveness, readiness
from streams.monitoring.progress import Progress
from streams.monitoring.situation import PartitionSituation, Situation, Stall

AFTER_S = 60.0
READY = PartitionSituation("ready", 1.0, 0.5, {"interactions": 0})
RESTORING = PartitionSituation("restoring", 0.25, None, {})
GOOD = Situation(100.0, 100.0, joined=True, stopping=False, partitions={0: READY, 3: READY})


def _why(situation: Situation, now_s: float = 100.5) -> tuple[bool, bool, str]:
    live = liveness(situation, now_s, AFTER_S)
    ready = readiness(situation, now_s, AFTER_S)
    return live.good, ready.good, "; ".join(ready.reasons)


def test_restored_and_moving_is_ready() -> None:
    """Also with no partition at all: there may be more workers than partitions."""
    assert _why(GOOD) == (True, True, "")
    assert _why(replace(GOOD, partitions={})) == (True, True, "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"joined": False}, "sharing out the partitions"),
        ({"stopping": True}, "is stopping"),
        ({"partitions": {0: READY, 3: RESTORING}}, "partition 3 is being restored, 25% of"),
    ],
)
def test_who_has_not_everything_is_live_but_not_ready(
    change: dict[str, object], reason: str
) -> None:
    """A new start would not help there."""
    live, ready, why = _why(replace(GOOD, **change))  # type: ignore[arg-type]
    assert (live, ready) == (True, False)
    assert reason in why


def test_what_stands_too_long_is_not_live() -> None:
    """One that stands for less is; the reason names the partition and the time."""
    stall = Stall("12 records of interactions wait and none is taken", 3, 60.0)
    assert _why(replace(GOOD, stalls=(stall,)))[:2] == (True, True)
    live, ready, why = _why(replace(GOOD, stalls=(replace(stall, lasted_s=75.0),)))
    assert (live, ready) == (False, False)
    assert why == "partition 3: 12 records of interactions wait and none is taken for 75 s"


def test_a_loop_without_turns_is_not_live() -> None:
    """Nobody has taken a look for too long."""
    assert _why(GOOD, now_s=159.0)[:2] == (True, True)
    live, ready, why = _why(GOOD, now_s=171.0)
    assert (live, ready) == (False, False)
    assert why == "the event loop has had no turn for 71 s"


def test_time_begins_when_something_should_move_first() -> None:
    """What need not move may stand as long as it likes; moving a little begins anew."""
    progress = Progress()
    stood = []
    for now_s, at, due in ((0, 5, True), (2, 5, False), (4, 5, True), (5, 5, True), (6, 6, True)):
        progress.begin_look(now_s)
        stood.append(progress.stood_s("offset", at, due=due))
    assert stood == [0, 0, 2, 3, 0]


def test_who_had_no_turn_gets_time_to_move() -> None:
    """A minute without a look is not a minute in which nothing moved."""
    progress = Progress()
    progress.begin_look(0.0)
    progress.stood_s("offset", 5, due=True)
    progress.begin_look(60.0)
    assert progress.stood_s("offset", 5, due=True) < 10.0


def test_what_was_out_of_sight_is_new_again() -> None:
    """A partition that comes back has stood for no time."""
    progress = Progress()
    progress.begin_look(0.0)
    progress.stood_s("offset", 5, due=True)
    progress.begin_look(100.0)
    progress.begin_look(200.0)
    assert progress.stood_s("offset", 5, due=True) == 0.0
