from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence

import orjson
from rich.console import Console

from config import Settings
from streams.replay.comparison import RIVALS, Comparison, Group
from streams.replay.live_comparison import LIVE_RIVALS
from streams.replay.movielens import MovieLens
from streams.replay.report import Size, print_report, report
from streams.replay.run import Replayed, replay_settings
from streams.replay.schedule import starts_of
from streams.replay.telling import LIVE, MOVIELENS_TOLD

Rating = tuple[int, int, int, int]
Make = Callable[[Iterable[Rating]], MovieLens]


def _compared() -> Comparison:
    rivals = dict.fromkeys(RIVALS, Group(200, 4))
    return Comparison(Group(200, 20), rivals, Group(4_000, 60), outside=Group())


def test_figures_are_json_and_a_table(make: Make, ratings: Sequence[Rating]) -> None:
    """Rates with their intervals, the model's figures, the speed, and what it all means."""
    data = make(ratings)
    attend = {"examples": 190.0, "positives": 20.0, "total_log_loss": 0.3, "total_roc_auc": 0.71}
    metrics = {"attend": {**attend, "drifts": 0.0}}
    replayed = Replayed(1_000, 50, 4.0, list(starts_of(data)), [], metrics)
    found = orjson.loads(
        orjson.dumps(report(MOVIELENS_TOLD, Size(40, len(data)), replayed, _compared()))
    )
    assert found["attendance"]["reminded"]["rate"] == 0.1
    assert found["attendance"]["random"]["interval_95"][0] < 0.02
    assert found["model"] == attend
    assert found["events_per_s"] == 250
    text = io.StringIO()
    print_report(MOVIELENS_TOLD, found, Console(file=text, width=120))
    for words in ("10.00%", "most similar raters", "ROC AUC 0.710", "What it cannot. That"):
        assert words in text.getvalue()
    assert "a fault" not in text.getvalue()


def test_a_reminder_against_the_rules_is_called_a_fault() -> None:
    """The comparison is a check from outside, and its verdict is not hidden."""
    compared = Comparison(Group(9), dict.fromkeys(RIVALS, Group(9)), Group(90), outside=Group(2))
    text = io.StringIO()
    print_report(
        MOVIELENS_TOLD,
        report(MOVIELENS_TOLD, Size(1, 1), Replayed(), compared),
        Console(file=text, width=120),
    )
    assert "2 of the reminded should not have been: a fault" in text.getvalue()


def test_a_replay_without_examples_has_no_model_figures() -> None:
    """Nothing learned is shown as nothing, not as a number."""
    found = report(MOVIELENS_TOLD, Size(1, 1), Replayed(), _compared())
    text = io.StringIO()
    print_report(MOVIELENS_TOLD, found, Console(file=text, width=120))
    assert "log loss –, ROC AUC –" in text.getvalue()


def test_a_live_log_is_told_in_its_own_words() -> None:
    """Acts instead of ratings, and the host's regulars among the rivals."""
    rivals = {name: Group(9, 1) for name in LIVE_RIVALS}
    compared = Comparison(Group(9, 3), rivals, Group(90, 9), outside=Group())
    found = report(LIVE, Size(50, 1_000), Replayed(), compared)
    assert (found["people"], found["acts"]) == (50, 1_000)
    text = io.StringIO()
    print_report(LIVE, found, Console(file=text, width=120))
    for words in ("1,000 acts of 50 people", "the host's regulars", "entered the room"):
        assert words in text.getvalue()


def test_settings_of_a_replay() -> None:
    """A prefix of its own, the topic clock, the one rung; what the user set of decisions stays."""
    given = Settings.model_validate({"decision": {"send_price": 0.125}, "seed": 7})
    settings, other = (replay_settings(given, partitions=2) for _ in range(2))
    assert settings.topics.prefix != other.topics.prefix
    assert settings.clock == "topic"
    assert [rung.name for rung in settings.rungs] == ["15m"]
    assert (settings.decision.send_price, settings.seed) == (0.125, 7)
    assert replay_settings(Settings(), partitions=1).decision.send_price == 0.0
    assert settings.default_quiet_hours is None
    assert settings.topics.partitions == 2
    assert Settings.model_validate(settings.model_dump()) == settings
