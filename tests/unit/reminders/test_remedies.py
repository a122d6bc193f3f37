"""What is held back by its value is told what would do, and it does."""

from __future__ import annotations

import pytest
from planscene.scene import HOUR, NOON, Scene

from online_models.strategy import STRATEGIES
from reminders.explanation import ExplainingPlanner
from reminders.ladder import DEFAULT_RUNGS
from reminders.rung_explanation import RungExplanation

START = NOON + 30 * HOUR


class Asked(Scene):
    """A scene that is only asked."""

    def __init__(self, strategy: str | None = None) -> None:
        super().__init__(min_gap_ms=0)
        self.planner: ExplainingPlanner = ExplainingPlanner(self.settings)
        self.stream(START, category="food", strategy=strategy)
        self.slot("ann")

    def told(self) -> RungExplanation:
        """What is told of ann and the first rung."""
        stream = self.board.get("s")
        assert stream is not None
        about = (self.state, self.board, self.snapshot, "ann", stream, DEFAULT_RUNGS[0])
        return self.planner.explain(*about, NOON + HOUR)


def _do(scene: Asked, change: str) -> None:
    if change == "reserve":
        scene.touch("ann", "reserve", ts=NOON)
    elif change == "follow":
        scene.follow("ann", ts=NOON)
    elif change == "declare":
        scene.says("ann", ts=NOON, categories=["food"])
    else:
        raise AssertionError(change)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("change", ["reserve", "follow", "declare"])
def test_what_is_said_to_help_helps(strategy: str, change: str) -> None:
    """And is worth then what is said; what is not named does not help."""
    scene = Asked(strategy)
    before = scene.told()
    assert before.held_by[0] in {"below_price", "no_tie"}
    assert before.strategy == strategy
    _do(scene, change)
    after = scene.told()
    assert after.would_send == (change in before.remedies)
    if after.would_send:
        assert after.value == pytest.approx(before.remedies[change], rel=1e-6)


def test_remedies_are_those_that_the_strategy_sees() -> None:
    """A reservation always helps."""
    names = {strategy: set(Asked(strategy).told().remedies) for strategy in STRATEGIES}
    assert names["hybrid"] == {"reserve", "follow", "watch", "declare"}
    assert names["follow"] == {"reserve", "follow"}
    assert names["cf"] == {"reserve", "watch"}
    assert names["content"] == {"reserve", "declare"}
