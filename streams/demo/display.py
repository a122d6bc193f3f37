"""The scene on a terminal that is redrawn, as plain lines, or as lines of JSON."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from types import TracebackType

import orjson
from rich.console import Console

from streams.demo.scene import Scene
from streams.demo.screen import Screen

__all__ = ["Display", "JsonDisplay", "PlainDisplay", "ScreenDisplay", "display_for"]

_LINES_A_TIME = 4
_EVERY_S = 5.0


class Display(ABC):
    """Shows a scene again and again while it is entered."""

    def __enter__(self) -> Display:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    @abstractmethod
    def show(self, scene: Scene) -> None:
        """Show the scene, and its new reminders for the last time."""

    @abstractmethod
    def finish(self, scene: Scene) -> None:
        """Say how it went in all; called after the end."""


class PlainDisplay(Display):
    """A line a reminder, no more than four at a time, and the funnel every five seconds."""

    def __init__(self) -> None:
        self._next_funnel_s = time.monotonic() + _EVERY_S

    def show(self, scene: Scene) -> None:
        """Print the new reminders."""
        shown = scene.new[:_LINES_A_TIME]
        for words in shown:
            _print(words.line())
        if len(scene.new) > len(shown):
            _print(f"  … and {len(scene.new) - len(shown)} more at {scene.clock}")
        scene.new.clear()
        if time.monotonic() >= self._next_funnel_s:
            self._next_funnel_s = time.monotonic() + _EVERY_S
            _print(_status(scene))

    def finish(self, scene: Scene) -> None:
        """Print the funnel, and what the reminders added where it is known."""
        _print(f"Ended. {_status(scene)}")
        if scene.outcome is not None:
            _print(scene.outcome.sentence())


class JsonDisplay(Display):
    """A JSON object a second, each with the new reminders and the counts so far."""

    def __init__(self) -> None:
        self._next_s = 0.0

    def show(self, scene: Scene) -> None:
        """Print an object when a second has gone by."""
        if time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + 1.0
            self.finish(scene)

    def finish(self, scene: Scene) -> None:
        """Print the last object."""
        state = {
            "clock": scene.clock,
            **scene.notes,
            "events_per_second": round(scene.rate.per_second, 1),
            "funnel": scene.funnel.as_dict(),
            "reminders": [words._asdict() for words in scene.new],
        }
        if scene.outcome is not None:
            state["outcome"] = scene.outcome.as_dict()
        scene.new.clear()
        _print(orjson.dumps(state).decode())


class ScreenDisplay(Display):
    """A screen that is redrawn a few times a second; its last state stays."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._screen = Screen(console)

    def __enter__(self) -> Display:
        self._screen.begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._screen.end()

    def show(self, scene: Scene) -> None:
        """Redraw."""
        scene.new.clear()
        self._screen.draw(scene)

    def finish(self, scene: Scene) -> None:
        """Leave the last screen, and say that it is over."""
        self._console.print(f"Ended at {scene.clock}.")
        if scene.outcome is not None:
            self._console.print(scene.outcome.sentence())


def display_for(console: Console, *, as_json: bool) -> Display:
    """The display that fits where the output goes."""
    if as_json:
        return JsonDisplay()
    return ScreenDisplay(console) if console.is_terminal else PlainDisplay()


def _status(scene: Scene) -> str:
    notes = ", ".join(f"{name} {value}" for name, value in scene.notes.items())
    counts = ", ".join(
        f"{name} {count}" for name, count in scene.funnel.as_dict().items() if count is not None
    )
    return f"[{scene.clock}] {counts} | {scene.rate.per_second:,.0f} events/s, {notes}"


def _print(line: str) -> None:
    if sys.stdout is not None:  # it was closed before we began
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
