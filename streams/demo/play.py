"""Let a simulated world run, and show it, until it is time to stop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from streams.demo.display import Display
from streams.demo.ending import Ended, Ending
from streams.demo.scene import Scene
from streams.simulation.run import Run
from streams.simulation.wire.wire_world import WireWorld

__all__ = ["play"]


def play(
    run: Run,
    world: WireWorld,
    display: Display,
    ending: Ending,
    *,
    alive: Callable[[], None],
    speed: float = 0.0,
) -> None:
    """Go step by step; the ending's time begins with the first step that the workers answer.

    At the end, which is the world's own after some years, it is told what the reminders added.

    Parameters
    ----------
    run : has begun.
    alive : raises when a process that it needs has died.
    speed : simulated seconds a second; 0: as fast as the workers go.
    """
    scene = Scene(world.zone_of)

    def check() -> None:
        alive()
        ending.check()

    with suppress(Ended):
        moment = run.advance(check)
        ending.begin()
        first_ts = moment.now
        with display:
            while not world.over:
                scene.notes = {
                    "users": f"{world.users:,}",
                    "streams ahead": f"{world.streams_ahead}",
                    "elapsed": f"{ending.elapsed_s:.0f} s",
                }
                seen = [*moment.records, moment.funnel]
                scene.add(moment.now, seen, moment.reminders, len(moment.records))
                display.show(scene)
                if speed:
                    due_s = (moment.now - first_ts) / 1000 / speed
                    ending.pause(due_s - ending.elapsed_s, check)
                check()
                moment = run.advance(check)
    scene.outcome = world.outcome()
    display.finish(scene)
