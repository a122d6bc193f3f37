"""The whole suite: every figure of the speed table and of the peers, as JSON lines.

`python -m benchmarks.speed.suite quick` prints one line a figure on standard output, progress on
standard error, and with `--results FILE` writes the lines there too. A failing row is told as
failed and the rest goes on; nothing that was started outlives the suite.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from benchmarks.speed.children import child_environment, ended
from benchmarks.speed.figure import TARGETS, met, say, say_reached
from benchmarks.speed.machine import about_machine
from benchmarks.speed.sizes import SIZES
from benchmarks.speed.storage import in_memory

__all__ = ["LIMITS_S", "main", "run"]

# By scene, the seconds that `quick` and `full` usually take on a quiet machine of two cores.
ESTIMATES_S = {
    "ingest": (130, 520),
    "populations": (220, 1500),
    "moments": (130, 190),
    "sweep": (120, 240),
}
LIMITS_S = {"smoke": 400.0, "quick": 900.0, "full": 3_600.0}
_SPREADS = (
    ("cost_of_an_event_spread", "event_cpu_us_"),
    ("cost_of_a_reminder_spread", "reminder_cpu_us_"),
)


def run(sizes: str, seed: int, scenes: tuple[str, ...]) -> list[dict[str, Any]]:
    """Run scenes one after another; print and return their lines."""
    kept_in = in_memory(sizes)
    about = {**about_machine(sizes, seed), "kafka_log": "memory" if kept_in else "disk"}
    lines: list[dict[str, Any]] = []
    for scene in scenes:
        began = time.monotonic()
        say(f"{time.strftime('%H:%M:%S')} {scene}")
        lines += (_print({**line, **about}) for line in _scene(scene, sizes, seed, kept_in))
        say(f"{time.strftime('%H:%M:%S')} {scene}: {time.monotonic() - began:.0f} s")
    return [*lines, *(_print({**line, **about}) for line in _derived(lines, scenes))]


def _print(line: dict[str, Any]) -> dict[str, Any]:
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()
    return line


def _scene(scene: str, sizes: str, seed: int, kept_in: Path | None) -> Iterator[dict[str, Any]]:
    """Yield the lines of a scene, run in a process group and a temporary folder of its own."""
    command = [sys.executable, "-m", "benchmarks.speed.scene_run", scene, sizes]
    with _temporary(kept_in) as folder:
        process = subprocess.Popen(
            [*command, "--seed", str(seed)],
            stdout=subprocess.PIPE,
            env=child_environment(TMPDIR=str(folder)),
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )
        try:
            yield from ended(process, LIMITS_S[sizes])
        except TimeoutError as late:
            say(f"  {scene} STOPPED: {late}")
        finally:
            _end_group(process)
    if process.returncode:
        yield {"figure": f"scene_{scene}", "value": None, "met": None, "failed": _ending(process)}


def _ending(process: subprocess.Popen[bytes]) -> str:
    return f"the scene's process ended with {process.returncode}"


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a scene: ask first, so that its broker removes its folder."""
    for what, wait_s in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, what)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(wait_s)
    if process.stdout is not None:
        process.stdout.close()


@contextmanager
def _temporary(kept_in: Path | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="livecue-bench-", dir=kept_in))
    try:
        yield folder
    finally:
        for _ in range(50):  # the broker's guard may still be removing the same
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(0.2)


def _derived(lines: list[dict[str, Any]], scenes: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield what follows from several figures, and targets that nobody told anything of."""
    for figure, prefix in _SPREADS if "populations" in scenes else ():
        values = {
            line["figure"][len(prefix) :]: line["value"]
            for line in lines
            if line["figure"].startswith(prefix) and line["value"] is not None
        }
        if len(values) > 1:
            spread = max(values.values()) / min(values.values())
            yield {
                **_line(figure, round(spread, 3)),
                "unit": "largest / smallest",
                "points": values,
            }
    told = {line["figure"] for line in lines} | {figure for figure, _ in _SPREADS}
    if len(scenes) == len(ESTIMATES_S):
        for figure in TARGETS:
            if figure not in told:
                yield {**_line(figure, None), "failed": "its row was not run to the end"}


def _line(figure: str, value: float | None) -> dict[str, Any]:
    return {
        "figure": figure,
        "value": value,
        "target": str(TARGETS[figure]),
        "met": value is not None and met(figure, value),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", choices=SIZES)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scene", choices=ESTIMATES_S, action="append")
    parser.add_argument("--results", type=Path)
    chosen = parser.parse_args()
    scenes = tuple(chosen.scene or ESTIMATES_S)
    # As after ctrl-C: what was started is ended on the way out.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    if chosen.sizes != "smoke":
        seconds = sum(ESTIMATES_S[scene][chosen.sizes == "full"] for scene in scenes)
        say(f"about {seconds / 60:.0f} minutes on a quiet machine of two cores")
    began = time.monotonic()
    lines = run(chosen.sizes, chosen.seed, scenes)
    if chosen.results is not None:
        text = b"".join(orjson.dumps(line) + b"\n" for line in lines)
        chosen.results.parent.mkdir(parents=True, exist_ok=True)
        chosen.results.write_bytes(text)
    say_reached(lines, time.monotonic() - began)


if __name__ == "__main__":
    main()
