"""The chart, read as text: what it names exists, and what can be set is used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import load_settings
from streams.monitoring import pages

_CHART = Path(__file__).parents[2] / "deploy/helm/livecue"
_TEMPLATES = "\n".join(path.read_text("utf-8") for path in (_CHART / "templates").iterdir())


@pytest.fixture
def values() -> dict[str, Any]:
    """The values of the chart by name."""
    values: dict[str, Any] = yaml.safe_load((_CHART / "values.yaml").read_text("utf-8"))
    return values


def named(values: dict[str, Any]) -> set[str]:
    """Values as templates name them; what is given on whole is one."""
    whole = {"settings", "resources", "nodeSelector", "tolerations", "affinity"}
    names = set()
    for name, value in values.items():
        if isinstance(value, dict) and name not in whole:
            names |= {f"{name}.{inner}" for inner in value}
        else:
            names.add(name)
    return names


def test_every_value_is_used_and_exists(values: dict[str, Any]) -> None:
    """A value that no template reads would be set in vain."""
    assert set(re.findall(r"\.Values\.([\w.]+)", _TEMPLATES)) == named(values)


def test_the_settings_are_valid(values: dict[str, Any], tmp_path: Path) -> None:
    """The chart's own and those it proposes; the server listens where the probes ask."""
    text = (_CHART / "templates/settings.yaml").read_text("utf-8")
    own = dict(re.findall(r'^  (LIVECUE_\w+): "?([^"\n]+)"?$', text, re.MULTILINE))
    empty = tmp_path / "empty.toml"
    empty.touch()
    settings = load_settings({**own, **values["settings"]}, empty)
    ports = re.findall(r"containerPort: (\d+)", _TEMPLATES)
    assert [str(settings.http.port)] == ports
    assert settings.http.host == "0.0.0.0"  # noqa: S104


def test_the_probes_ask_for_pages_that_exist() -> None:
    """Health is served there."""
    assert set(re.findall(r"path: (/[\w/]+), port", _TEMPLATES)) == {pages.LIVE, pages.READY}


def test_the_user_is_the_images() -> None:
    """Neither runs as root."""
    dockerfile = (_CHART.parents[2] / "docker/Dockerfile").read_text("utf-8")
    (user,) = re.findall(r"^USER (\d+)$", dockerfile, re.MULTILINE)
    assert f"runAsUser: {user}" in _TEMPLATES


def test_the_version_is_the_packages() -> None:
    """The chart runs the image of its own release."""
    chart = yaml.safe_load((_CHART / "Chart.yaml").read_text("utf-8"))
    project = (_CHART.parents[2] / "pyproject.toml").read_text("utf-8")
    assert f'\nversion = "{chart["appVersion"]}"\n' in project
