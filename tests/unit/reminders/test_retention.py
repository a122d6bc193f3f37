from __future__ import annotations

from online_models.example import Example
from reminders.journal import Journal
from reminders.ladder import DEFAULT_RUNGS, Rung
from reminders.retention import Retention, believed_shares


def _told(opened: int, came: int, unopened: int, unopened_came: int) -> list[Example]:
    """What became of so many invitations."""
    counts = (
        (True, True, came),
        (True, False, opened - came),
        (False, True, unopened_came),
        (False, False, unopened - unopened_came),
    )
    return [
        Example(
            reminder_id=f"{was_opened}-{attended}-{n}",
            user_id="u",
            stream_id="s",
            rung="any",
            intent="invite",
            sent=True,
            decided_ts=0,
            closed_ts=1,
            x=[],
            opened=was_opened,
            attended=attended,
        )
        for was_opened, attended, count in counts
        for n in range(count)
    ]


def test_a_rung_whose_openings_bring_nobody_keeps_less() -> None:
    """And the others more, as against what the curve expects of each."""
    kept = Retention(Journal(), DEFAULT_RUNGS)
    kept.learn("2h", _told(1_000, 300, 1_000, 0), 1.0)
    assert kept.factor("2h") == 1.0
    kept.learn("24h", _told(1_000, 50, 1_000, 0), 1.0)
    assert kept.factor("24h") < 0.5
    assert kept.factor("2h") > 1.2
    assert kept.factor("15m") == kept.share("15m") == 1.0
    assert kept.share("24h") < 0.4
    assert kept.share("2h") > 1.5


def test_who_comes_without_opening_shows_nothing() -> None:
    """Those who opened may have come anyway, as the others did."""
    kept = Retention(Journal(), DEFAULT_RUNGS)
    kept.learn("2h", _told(1_000, 300, 1_000, 0), 1.0)
    kept.learn("24h", _told(1_000, 300, 1_000, 300), 1.0)
    assert kept.factor("24h") < 0.2


def test_few_openings_say_little() -> None:
    """The curve stays until there is evidence."""
    kept = Retention(Journal(), DEFAULT_RUNGS)
    kept.learn("2h", _told(1_000, 100, 1_000, 0), 1.0)
    kept.learn("24h", _told(10, 0, 10, 0), 1.0)
    assert 0.85 < kept.factor("24h") < 1.0


def test_what_is_believed_gives_way_to_what_is_seen() -> None:
    """A day ahead is believed to bring half of what two hours do; here it brings as much."""
    believed = believed_shares(DEFAULT_RUNGS)
    kept = Retention(Journal(), DEFAULT_RUNGS, believed)
    assert {rung: kept.share(rung) for rung in believed} == believed
    for _ in range(20):
        kept.learn("2h", _told(500, 100, 500, 0), 1.0)
        kept.learn("24h", _told(500, 100, 500, 0), 1.0)
    assert 0.98 < kept.share("24h") / kept.share("2h") < 1.0
    assert kept.share("15m") == believed["15m"]


def test_a_ladder_whose_rung_is_the_start_itself_brings_something() -> None:
    """A single rung is the best one, whatever its moment."""
    assert believed_shares([Rung("now", 600_000, 0, 0)]) == {"now": 1.0}
    assert believed_shares([]) == {}


def test_the_journal_brings_it_back_but_for_rungs_that_are_gone() -> None:
    """Whose records it drops."""
    journal = Journal()
    kept = Retention(journal, DEFAULT_RUNGS)
    kept.learn("24h", _told(200, 10, 200, 0), 2.0)
    kept.learn("2h", _told(200, 60, 200, 0), 2.0)
    records = [(key, value) for key, value in journal.take() if value is not None]
    again, fewer = Journal(), Journal()
    twin, shorter = Retention(again, DEFAULT_RUNGS), Retention(fewer, DEFAULT_RUNGS[1:])
    for key, value in records:
        twin.restore(key, value)
        shorter.restore(key, value)
    assert [twin.factor(rung.name) for rung in DEFAULT_RUNGS] == [
        kept.factor(rung.name) for rung in DEFAULT_RUNGS
    ]
    assert shorter.factor("2h") == 1.0
    assert [value for _, value in fewer.take()] == [None]
