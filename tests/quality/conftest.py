"""Data of real people, where a package index can be reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality.people.cdnow import CDNOW, Purchases, read_purchases
from streams.embedded.jars import default_cache_dir
from streams.replay.movielens import DataError, MovieLens, read_movielens
from streams.replay.wheel import MOVIELENS, DataWheel, wheel_folder


def _folder_of(wheel: DataWheel) -> Path:
    try:
        return wheel_folder(wheel, default_cache_dir(), print)
    except DataError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def movielens() -> MovieLens:
    """All ratings of MovieLens-100K."""
    return read_movielens(_folder_of(MOVIELENS))


@pytest.fixture(scope="session")
def cdnow() -> Purchases:
    """All purchases of CDNOW."""
    return read_purchases(_folder_of(CDNOW))
