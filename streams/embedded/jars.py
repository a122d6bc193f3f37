"""The jars of Apache Kafka, fetched once through jgo into a cache that processes share."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from streams.embedded.child import EmbeddedError
from streams.embedded.jar_lock import KAFKA_VERSION, LockedJar, locked_jars

if TYPE_CHECKING:
    from jgo.maven import MavenContext

__all__ = ["Say", "default_cache_dir", "exclusive", "kafka_folder", "kafka_jars", "missing_jars"]

Say = Callable[[str], None]

_DOWNLOADS_AT_ONCE = 8
_ATTEMPTS = 3
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


def kafka_jars(cache_dir: Path, say: Say | None = None) -> list[Path]:
    """The class path of Kafka, fetched first when it is not complete.

    Two processes may call this at once: one fetches, the other waits. Offline when complete.

    Parameters
    ----------
    say : told when something is fetched

    Raises
    ------
    EmbeddedError
        A jar cannot be fetched, or is not the locked one.
    """
    folder = kafka_folder(cache_dir)
    if missing_jars(cache_dir):
        folder.mkdir(parents=True, exist_ok=True)
        with exclusive(folder / "lock"):
            _fetch(missing_jars(cache_dir), folder, say)
    return [folder / jar.file_name for jar in locked_jars()]


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Hold a file lock that ends with the process, whatever happens to it."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch(jars: list[LockedJar], folder: Path, say: Say | None) -> None:
    if not jars:
        return
    try:
        from jgo.config import GlobalSettings
        from jgo.constants import MAVEN_CENTRAL_URL
        from jgo.maven import MavenContext
    except ImportError as missing:
        raise EmbeddedError(
            "The embedded Kafka needs the extra: pip install 'livecue[embedded]'"
        ) from missing
    if say is not None:
        say(f"fetching {len(jars)} jars of Kafka {KAFKA_VERSION} into {folder}, once")
    # A `central` among jgo's own repositories is a mirror, for machines that reach only that.
    repositories = {"central": MAVEN_CENTRAL_URL, **GlobalSettings.load().repositories}
    context = MavenContext(
        repo_cache=folder / "maven", remote_repos=repositories, timeout=_TIMEOUT_S
    )
    with ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as pool:
        list(pool.map(lambda jar: _fetch_one(context, jar, folder), jars))
    shutil.rmtree(folder / "maven", ignore_errors=True)


def _fetch_one(context: MavenContext, jar: LockedJar, folder: Path) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            fetched = _download(context, jar)
        except (OSError, RuntimeError) as error:
            if attempt == _ATTEMPTS:
                raise EmbeddedError(
                    f"Cannot fetch {jar.coordinate} for the embedded Kafka: {error}"
                ) from error
        else:
            fetched.replace(folder / jar.file_name)
            return


def _download(context: MavenContext, jar: LockedJar) -> Path:
    artifact = context.create_dependency(jar.coordinate).artifact
    if artifact.cached_path is not None:
        # What a killed process may have left half done.
        artifact.cached_path.unlink(missing_ok=True)
    fetched: Path = artifact.resolve()
    digest = hashlib.sha256(fetched.read_bytes()).hexdigest()
    if digest != jar.sha256:
        raise RuntimeError(f"its SHA-256 is {digest}, but {jar.sha256} is locked")
    return fetched
