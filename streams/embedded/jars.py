"""The jars of Apache Kafka, fetched once through jgo into a cache that processes share."""

from __future__ import annotations

import fcntl
import hashlib
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from streams.embedded.child import EmbeddedError
from streams.embedded.jar_lock import KAFKA_VERSION, LockedJar, locked_jars

if TYPE_CHECKING:
    from jgo.maven import MavenContext

__all__ = ["default_cache_dir", "kafka_folder", "kafka_jars", "missing_jars"]

_DOWNLOADS_AT_ONCE = 8
_TIMEOUT_S = 60


def default_cache_dir() -> Path:
    """Where this platform keeps a user's caches, `livecue` in it."""
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base, "livecue")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "livecue"
    return Path.home() / ".cache" / "livecue"


def kafka_folder(cache_dir: Path) -> Path:
    """The part of the cache that belongs to our version of Kafka."""
    return cache_dir / f"kafka-{KAFKA_VERSION}"


def missing_jars(cache_dir: Path) -> list[LockedJar]:
    """Which jars are not in the cache yet."""
    folder = kafka_folder(cache_dir)
    return [jar for jar in locked_jars() if not (folder / jar.file_name).is_file()]


def kafka_jars(cache_dir: Path) -> list[Path]:
    """The class path of Kafka, fetched first when it is not complete.

    Two processes may call this at once: one fetches, the other waits. Offline when complete.

    Raises
    ------
    EmbeddedError
        A jar cannot be fetched, or is not the locked one.
    """
    folder = kafka_folder(cache_dir)
    if missing_jars(cache_dir):
        folder.mkdir(parents=True, exist_ok=True)
        with exclusive(folder / "lock"):
            _fetch(missing_jars(cache_dir), folder)
    return [folder / jar.file_name for jar in locked_jars()]


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Hold a file lock that ends with the process, whatever happens to it."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch(jars: list[LockedJar], folder: Path) -> None:
    if not jars:
        return
    try:
        from jgo.maven import MavenContext
    except ImportError as missing:
        raise EmbeddedError(
            "The embedded Kafka needs the extra: pip install 'livecue[embedded]'"
        ) from missing
    context = MavenContext(repo_cache=folder / "maven", timeout=_TIMEOUT_S)
    with ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as pool:
        list(pool.map(lambda jar: _fetch_one(context, jar, folder), jars))


def _fetch_one(context: MavenContext, jar: LockedJar, folder: Path) -> None:
    partial = context.create_dependency(jar.coordinate).artifact.cached_path
    try:
        if partial is not None:
            partial.unlink(missing_ok=True)
        fetched = context.create_dependency(jar.coordinate).artifact.resolve()
    except (OSError, RuntimeError) as error:
        raise EmbeddedError(f"Cannot fetch {jar.coordinate} for the embedded Kafka: {error}") from error
    digest = hashlib.sha256(fetched.read_bytes()).hexdigest()
    if digest != jar.sha256:
        fetched.unlink()
        raise EmbeddedError(
            f"{jar.coordinate} has SHA-256 {digest}, but {jar.sha256} is locked; try again"
        )
    fetched.replace(folder / jar.file_name)
