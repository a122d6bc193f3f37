"""The simulated world of the e2e tests, and its undisturbed run on one worker."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from simworld.sizes import SPEC
from simworld.world import World
from testbed.drive import Drive, drive
from testbed.killer import Killer
from wirecheck.records import Run

# Everybody who may be reminded is, so that rules bind; and a dead worker is noticed soon.
SETTINGS = {"LIVECUE_DECISION__SEND_PRICE": "0", "LIVECUE_KAFKA__SESSION_TIMEOUT_S": "6"}


@pytest.fixture(scope="session")
def run_world(
    kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[int, Killer | None], Run]:
    """Drive the world on so many workers, disturbed or not."""

    def run(workers: int, killer: Killer | None) -> Run:
        plan = Drive(World(SPEC), workers=workers, settings=SETTINGS, disturb=killer)
        folder = tmp_path_factory.mktemp("workers")
        return drive(plan, kafka, f"e2e-{uuid.uuid4().hex[:8]}.", folder)

    return run


@pytest.fixture(scope="session")
def undisturbed(run_world: Callable[[int, Killer | None], Run]) -> Run:
    """The world on one worker."""
    return run_world(1, None)
