"""The examples in docstrings do what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

PACKAGES = ("config", "features", "online_models", "reminders", "streams")
# Importing it makes an app, which asks for Kafka.
APPLICATION = "streams.worker"
MANY = 100
"""There are more; when nothing is found any more, this fails."""


def _modules() -> Iterator[str]:
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(path, prefix=f"{package}."):
            if module.name != APPLICATION and not module.name.endswith(".__main__"):
                yield module.name


def test_examples_are_true() -> None:
    """Each example gives what is written below it."""
    results = {name: doctest.testmod(importlib.import_module(name)) for name in _modules()}
    assert [name for name, found in results.items() if found.failed] == []
    assert sum(found.attempted for found in results.values()) > MANY
