"""The quality suite: every figure as one JSON line.

`python -m benchmarks.quality.suite quick` prints the lines on standard output and progress on
standard error; with `--results FILE` the lines go there too. Where a part cannot run, its line
says why, and the rest goes on.
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
from benchmarks.quality.world_run import SIZES, world_lines

__all__ = ["main"]

_LEAST_LOADED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _part_lines(part: str, size: str) -> Iterator[Figure]:
    """Yield the figures of another part."""
    try:
        yield from PARTS[part](size, _say)
    except Exception as trouble:
        yield missing(f"part_{part}", repr(trouble))


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


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--part", choices=("world", *PARTS), action="append")
    parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 2))
    parser.add_argument("--results", type=Path)
    chosen = parser.parse_args()
    os.environ.update(_LEAST_LOADED)
    about, lines = _about(chosen.size), list[Figure]()
    began = time.monotonic()
    for part in chosen.part or ("world", *PARTS):
        _say(f"{time.strftime('%H:%M:%S')} {part}")
        made = (
            world_lines(SIZES[chosen.size], chosen.workers, _say)
            if part == "world"
            else _part_lines(part, chosen.size)
        )
        for one in made:
            lines.append({**one, "part": part, **about})
            sys.stdout.write(orjson.dumps(lines[-1]).decode() + "\n")
            sys.stdout.flush()
    if chosen.results is not None:
        chosen.results.parent.mkdir(parents=True, exist_ok=True)
        chosen.results.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in lines))
    asked = [one for one in lines if one.get("target")]
    reached = sum(bool(one["met"]) for one in asked)
    minutes = (time.monotonic() - began) / 60
    _say(f"{reached} of {len(asked)} targets reached, in {minutes:.1f} minutes")


if __name__ == "__main__":
    main()
