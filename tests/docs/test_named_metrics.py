"""Metrics and log events that the docs name exist."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
import yaml

from streams.monitoring.metrics import METRICS

_ROOT = Path(__file__).parents[2]
_ALERTS = _ROOT / "deploy/helm/livecue/alerts.yaml"
_DASHBOARD = _ROOT / "deploy/grafana/livecue.json"
_PAGES = sorted([*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md"), _ALERTS, _DASHBOARD])
_WATCH = (_ROOT / "docs/how-to/watch-a-worker.md").read_text("utf-8")


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_named_metrics_exist(page: Path) -> None:
    """`livecue_lag_records` is a metric, `livecue_freshness_seconds_bucket` a part of one."""
    named = set(re.findall(r"\blivecue_[a-z_]+\b", page.read_text(encoding="utf-8")))
    parts = {metric.name + end for metric in METRICS for end in ("", "_bucket", "_count", "_sum")}
    assert named - parts == set()


def test_the_alerts_are_rules_of_prometheus() -> None:
    """Each has a name, an expression over our metrics, how bad it is and what it means."""
    groups = yaml.safe_load(_ALERTS.read_text("utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules) > 5
    assert all("livecue_" in rule["expr"] for rule in rules)
    assert {rule["labels"]["severity"] for rule in rules} == {"critical", "warning", "info"}
    assert all(rule["annotations"]["summary"].endswith(".") for rule in rules)


def test_the_dashboard_shows_every_metric() -> None:
    """But for those that only alerts need."""
    panels = json.loads(_DASHBOARD.read_text("utf-8"))["panels"]
    shown = " ".join(target["expr"] for one in panels for target in one.get("targets", []))
    missing = {metric.name for metric in METRICS if metric.name not in shown}
    assert missing == {
        "livecue_live",
        "livecue_restored_ratio",
        "livecue_loop_silence_seconds",
        "livecue_kafka_silence_seconds",
        "livecue_build_info",
    }


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    """Each cell of the grid is one panel's."""
    panels = json.loads(_DASHBOARD.read_text("utf-8"))["panels"]
    cells = [
        (x, y)
        for place in (one["gridPos"] for one in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _y in cells) < 24


def test_every_log_event_is_in_the_table() -> None:
    """What the code tells is what the page lists."""
    table = _WATCH.split("| `event` |")[1].split("\n\n")[0]
    listed = {
        name
        for row in table.splitlines()[2:]
        for name in re.findall(r"`([a-z_]+)`", row.split("|")[1])
    }
    assert listed - {"log"} == _told()


def _told() -> set[str]:
    """The second argument of every call of `tell`; reasons of failures are told by variable."""
    told = {"fenced", "unanswered"}
    for path in (_ROOT / "streams").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "tell":
                told |= {str(n.value) for n in node.args[1:2] if isinstance(n, ast.Constant)}
    return told
