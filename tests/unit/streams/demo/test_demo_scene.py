"""What is shown: words of a reminder, funnel, rate, and each kind of display."""

from __future__ import annotations

import io
import signal
import time

import msgspec
import orjson
import pytest
from rich.console import Console

from features.contracts import Feedback, Interaction, Kpi, Reminder
from features.contracts.examples import EXAMPLES
from streams.demo.display import JsonDisplay, PlainDisplay, ScreenDisplay, display_for
from streams.demo.ending import Ended, Ending
from streams.demo.funnel import Funnel
from streams.demo.scene import Scene
from streams.demo.screen import drawn
from streams.demo.wording import words_of
from streams.simulation.wire.outcome import Outcome


def reminder(number: int = 1) -> Reminder:
    """The documented example, with an id of its own."""
    one = msgspec.convert(EXAMPLES["reminders"][0][1], Reminder)
    one.reminder_id = f"r-{number}"
    return one


def scene(count: int) -> Scene:
    """A scene with some new reminders."""
    made = Scene(lambda _: "Europe/Berlin")
    made.notes = {"users": "3"}
    made.add(1_772_442_000_000, [], [reminder(number) for number in range(count)], events=7)
    return made


def test_words_are_who_what_when_why() -> None:
    """The time is the user's own, and how long before the start is said."""
    one = reminder()
    one.send_ts, one.start_ts = 1_772_442_000_000, 1_772_442_000_000 + 125 * 60_000
    words = words_of(one, lambda _: "America/New_York")
    assert words.when == "Mon 04:00 New York"
    assert words.before == "2 h 05 min"
    assert one.title in words.what
    assert words.why == one.reasons[0].text
    assert all(part in words.line() for part in words)


def test_what_hosts_write_cannot_act_on_the_terminal() -> None:
    """Escapes are shown as text, and rich's own markup is not markup here."""
    one = reminder()
    one.title, one.body = "[bold]\x1b[2J", "line\nline"
    words = words_of(one, lambda _: "UTC")
    assert words.what == "[bold]\\x1b[2J · line\\nline"
    out = io.StringIO()
    made = scene(0)
    made.recent.append(words)
    Console(file=out, width=150, height=40).print(drawn(made, 150, 40))
    assert "[bold]" in out.getvalue()


def test_the_funnel_counts_each_step_once() -> None:
    """Repeats count once, and what nobody was reminded of does not count."""
    funnel, sent = Funnel(), reminder()
    funnel.reminder(sent)
    funnel.reminder(sent)
    user, stream = sent.user_id, sent.stream_id
    for _ in range(2):
        for kind in ("delivered", "opened"):
            funnel.record(Feedback(event_id="f", type=kind, user_id=user, ts=1, reminder_id="r-1"))
        for act in ("reserve", "enter", "watch", "purchase"):
            funnel.record(Interaction(event_id="e", type=act, user_id=user, ts=1, stream_id=stream))
            funnel.record(Interaction(event_id="e", type=act, user_id="x", ts=1, stream_id=stream))
    funnel.record(Feedback(event_id="f", type="muted", user_id=user, ts=1))
    assert funnel.as_dict() == {
        "eligible": None,
        **dict.fromkeys(("sent", "delivered", "opened", "reserved", "attended", "bought"), 1),
        "muted": 1,
    }


def test_published_counts_take_the_place_of_ours() -> None:
    """Once the workers publish a funnel, that is the funnel."""
    funnel = Funnel()
    funnel.reminder(reminder())
    whole = {**EXAMPLES["kpis"][0][1], "scope": "global", "id": "all"}
    funnel.record(msgspec.convert(whole, Kpi))
    published = funnel.as_dict()
    funnel.reminder(reminder(2))
    assert funnel.as_dict() == published
    assert published["eligible"] == EXAMPLES["kpis"][0][1]["eligible"]


def test_plain_lines_are_few_enough_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    """Four reminders at a time, then how many more; each is shown once."""
    made, display = scene(9), PlainDisplay()
    display.show(made)
    display.show(made)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[-1].startswith("  … and 5 more")
    display.finish(made)
    assert "sent 9" in capsys.readouterr().out


def test_json_lines_hold_everything(capsys: pytest.CaptureFixture[str]) -> None:
    """The new reminders and the counts, each reminder once."""
    made, display = scene(3), JsonDisplay()
    display.show(made)
    display.finish(made)
    first, last = map(orjson.loads, capsys.readouterr().out.splitlines())
    assert (len(first["reminders"]), len(last["reminders"])) == (3, 0)
    assert last["funnel"]["sent"] == 3
    assert last["users"] == "3"


def test_a_closed_output_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python has no `sys.stdout` then: nobody wants to read it."""
    monkeypatch.setattr("sys.stdout", None)
    for display in (PlainDisplay(), JsonDisplay()):
        display.show(scene(1))
        display.finish(scene(1))


def test_the_end_tells_what_the_reminders_added(capsys: pytest.CaptureFixture[str]) -> None:
    """In a sentence, or as numbers; while it goes on nothing is said of it."""
    made = scene(1)
    JsonDisplay().show(made)
    made.outcome = Outcome(2_000, 150, 100, 40.0, 3)
    JsonDisplay().finish(made)
    PlainDisplay().finish(made)
    going, ended, _, said = capsys.readouterr().out.splitlines()
    assert "outcome" not in orjson.loads(going)
    assert orjson.loads(ended)["outcome"] == {
        "reminders": 2_000,
        "came": 150,
        "came_without": 100,
        "added_per_thousand": 25.0,
        "by_chances_per_thousand": 20.0,
        "muted": 3,
    }
    assert "150 came to the streams that have begun, 100 would have" in said
    assert "added 25.0 per 1,000, by the chances 20.0; 3 muted" in said


@pytest.mark.parametrize(("width", "height"), [(150, 40), (80, 24), (40, 12)])
def test_the_screen_fits(width: int, height: int) -> None:
    """Whatever the terminal's size, the screen is drawn and no higher than it may be."""
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=width, height=height)
    with ScreenDisplay(console) as display:
        display.show(scene(60))
    shown = out.getvalue()
    assert "Livecue" in shown
    assert "sent" in shown


def test_the_display_follows_the_output() -> None:
    """No terminal, plain lines; JSON when asked for."""
    console = Console(file=io.StringIO())
    assert isinstance(display_for(console, as_json=False), PlainDisplay)
    assert isinstance(display_for(console, as_json=True), JsonDisplay)
    terminal = Console(file=io.StringIO(), force_terminal=True)
    assert isinstance(display_for(terminal, as_json=False), ScreenDisplay)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_and_a_second_interrupts(number: signal.Signals) -> None:
    """The first is noted until it is asked for; handlers are as before afterwards."""
    before = signal.getsignal(number)
    with Ending(0) as ending:
        ending.check()
        signal.raise_signal(number)
        with pytest.raises(Ended):
            ending.check()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before


def test_time_runs_from_the_beginning() -> None:
    """Before `begin` no time is up; zero seconds are for ever."""
    with Ending(0.01) as ending, Ending(0) as endless:
        time.sleep(0.02)
        ending.check()
        ending.begin()
        endless.begin()
        time.sleep(0.02)
        endless.check()
        with pytest.raises(Ended):
            ending.check()
