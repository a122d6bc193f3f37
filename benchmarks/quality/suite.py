"""The quality suite: every figure as one JSON line.

`python -m benchmarks.quality.suite quick` prints the lines on standard output and progress on
standard error; with `--results FILE` the lines go there too, in place of the parts' older ones.
Where a part cannot run, its line says why, and the rest goes on. `--part sensitivity` halves and
doubles the constants of the world; it takes long, and runs only when it is asked for.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from benchmarks.quality.figure import Figure
from benchmarks.quality.parts import PARTS
from benchmarks.quality.targets import missing
from benchmarks.quality.world_run import SIZES, changed_lines, world_lines
from benchmarks.speed.figure import say, say_reached

__all__ = ["main"]

_LEAST_LOADED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _lines(part: str, size: str, workers: int) -> Iterator[Figure]:
    """Yield the figures of a part."""
    if part == "world":
        yield from world_lines(SIZES[size], workers, say)
    elif part == "sensitivity":
        yield from changed_lines(SIZES[size], workers, say)
    else:
        try:
            yield from PARTS[part](size, say)
        except Exception as trouble:
            yield missing(f"part_{part}", repr(trouble))


def _write(path: Path, lines: list[Figure]) -> None:
    """Write the lines, and keep those of parts that did not run this time."""
    ran = {one["part"] for one in lines}
    old = [orjson.loads(text) for text in path.read_bytes().splitlines()] if path.is_file() else []
    kept = [one for one in old if one["part"] not in ran]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in [*lines, *kept]))


def _about(size: str) -> dict[str, Any]:
    packages = ("livecue", "numpy", "river")
    return {
        "sizes": size,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": {"cpus": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}"},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in packages},
        },
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--part", choices=("world", "sensitivity", *PARTS), action="append")
    parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 2))
    parser.add_argument("--results", type=Path)
    chosen = parser.parse_args()
    os.environ.update(_LEAST_LOADED)
    about, lines = _about(chosen.size), list[Figure]()
    began = time.monotonic()
    for part in chosen.part or ("world", *PARTS):
        say(f"{time.strftime('%H:%M:%S')} {part}")
        for one in _lines(part, chosen.size, chosen.workers):
            lines.append({**one, "part": part, **about})
            sys.stdout.write(orjson.dumps(lines[-1]).decode() + "\n")
            sys.stdout.flush()
    if chosen.results is not None:
        _write(chosen.results, lines)
    say_reached(lines, time.monotonic() - began)


if __name__ == "__main__":
    main()
