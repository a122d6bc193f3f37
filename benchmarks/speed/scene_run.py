"""Run one scene: `python -m benchmarks.speed.scene_run SCENE SIZES`; figures on standard output."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from benchmarks.speed.ingest_scene import IngestScene
from benchmarks.speed.moments_scene import MomentsScene
from benchmarks.speed.population_scene import PopulationScene
from benchmarks.speed.scene import Scene, broker
from benchmarks.speed.scoring import tell_scoring
from benchmarks.speed.sizes import SIZES
from benchmarks.speed.sweep_scene import SweepScene

__all__ = ["SCENES"]

FIVE_MILLION = 5_000_000


def _populations(scene: Scene) -> None:
    tell_scoring(max(users for users in scene.sizes.populations if users < FIVE_MILLION))
    points = scene.sizes.populations
    main = max(users for users in points if users < FIVE_MILLION)
    for users in points:
        PopulationScene(scene, users, tells_all=users == main).run()


SCENES: dict[str, Callable[[Scene], None]] = {
    "ingest": lambda scene: IngestScene(scene).run(),
    "populations": _populations,
    "moments": lambda scene: MomentsScene(scene).run(),
    "sweep": lambda scene: SweepScene(scene).run(),
}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", choices=SCENES)
    parser.add_argument("sizes", choices=SIZES)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    with broker(SIZES[chosen.sizes], chosen.seed) as scene:
        SCENES[chosen.scene](scene)


if __name__ == "__main__":
    main()
