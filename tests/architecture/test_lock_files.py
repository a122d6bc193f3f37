"""The lock fixes every version by hash, for anyone, from any index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
_LOCKS = ["dev", "embedded", "runtime"]
_PIN = re.compile(r"^([a-z0-9-]+)==(\S+)( ; [^\\]+)?", re.MULTILINE)


def lock(name: str) -> str:
    """The text of a lock file."""
    return (_ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")


def pins(name: str) -> set[tuple[str, str]]:
    """What a lock file pins: distribution and version, of some two by the Python version."""
    return {(found[1], found[2]) for found in _PIN.finditer(lock(name))}


def project() -> dict[str, Any]:
    """The project's own description."""
    return tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", _LOCKS)
def test_no_address_is_in_the_lock(name: str) -> None:
    """Neither an index nor a path: the installer's own settings decide where from."""
    wrong = re.compile(r"://|--index|--extra-index|--find-links|^-e|(?<!\S)/", re.MULTILINE)
    assert wrong.findall(lock(name)) == []


@pytest.mark.parametrize("name", _LOCKS)
def test_every_pin_has_hashes(name: str) -> None:
    """Each distribution is followed by at least one SHA-256."""
    entries = re.split(r"(?m)^(?=[a-z])", lock(name))[1:]
    assert len(entries) == len(list(_PIN.finditer(lock(name)))) > 30
    bare = [e.splitlines()[0] for e in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", e)]
    assert bare == []


def test_the_locks_agree() -> None:
    """What runs in the image is what the tests ran on."""
    assert pins("runtime") < pins("embedded") < pins("dev")


def test_what_the_project_asks_for_is_locked() -> None:
    """A dependency added without `make lock` is noticed here, not on someone's machine."""
    described = project()
    asked = {
        "runtime": described["project"]["dependencies"],
        "embedded": described["project"]["optional-dependencies"]["embedded"],
        "dev": described["dependency-groups"]["dev"],
    }
    for name, requirements in asked.items():
        wanted = {re.split(r"[^A-Za-z0-9-]", text)[0].lower() for text in requirements}
        assert wanted - {pinned for pinned, _ in pins(name)} == set()


def test_exact_pins_are_those_of_the_lock() -> None:
    """What the project pins exactly, the build backend among it, is locked at that version."""
    described = project()
    texts = described["project"]["dependencies"] + described["build-system"]["requires"]
    exact = {tuple(text.split("==")) for text in texts if "==" in text}
    assert {name for name, _ in exact} >= {"faust-streaming", "aiokafka", "river", "hatchling"}
    assert exact <= pins("dev")
