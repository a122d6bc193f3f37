"""What a replay found, as plain values and as a table with what it shows and what it cannot."""

from __future__ import annotations

from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from streams.replay.comparison import Comparison, Group
from streams.replay.run import Replayed
from streams.replay.telling import Telling

__all__ = ["Size", "print_report", "report"]

_MODEL_FIGURES = ("examples", "positives", "total_log_loss", "total_roc_auc")


class Size(NamedTuple):
    """How many people a data set has, and how many of the acts that its `Telling` names."""

    people: int
    acts: int


def report(
    told: Telling, size: Size, replayed: Replayed[Any], compared: Comparison
) -> dict[str, Any]:
    """Return all figures as plain values."""
    groups = {"reminded": compared.reminded, **compared.rivals, "eligible": compared.eligible}
    attend = replayed.metrics.get("attend", {})
    return {
        "people": size.people,
        told.acts: size.acts,
        "streams": len(replayed.starts),
        "ticks": replayed.ticks,
        "reminders": len(replayed.reminders),
        "reminded_people": len({one.user_id for one in replayed.reminders}),
        "not_eligible": compared.outside.chosen,
        "attendance": {name: _figures(group) for name, group in groups.items()},
        "model": {name: attend.get(name) for name in _MODEL_FIGURES},
        "events": replayed.records,
        "seconds": round(replayed.seconds, 1),
        "events_per_s": round(replayed.records / max(replayed.seconds, 1e-9)),
        "shows": told.shows,
        "cannot_show": told.cannot,
    }


def print_report(told: Telling, found: dict[str, Any], console: Console) -> None:
    """Print the figures of `report` for people."""
    table = Table(title=told.attended)
    *_, last_rival, _ = found["attendance"]
    table.add_column("who")
    for heading in ("chosen", "attended", "rate", "95 % interval"):
        table.add_column(heading, justify="right")
    for name, one in found["attendance"].items():
        low, high = one["interval_95"]
        table.add_row(
            told.labels[name],
            f"{one['chosen']:,}",
            f"{one['attended']:,}",
            f"{one['rate']:.2%}",
            f"{low:.2%} – {high:.2%}",
            end_section=name in {"reminded", last_rival},
        )
    console.print(
        f"{found[told.acts]:,} {told.acts} of {found['people']:,} people,"
        f" {found['streams']:,} streams:"
        f" {found['reminders']:,} reminders to {found['reminded_people']:,} people"
    )
    console.print(table)
    if found["not_eligible"]:
        console.print(f"{found['not_eligible']} of the reminded should not have been: a fault")
    console.print(_model_line(found["model"]))
    console.print(
        f"{found['events']:,} events in {found['seconds']:,} s and {found['ticks']:,} ticks:"
        f" {found['events_per_s']:,} events/s, each tick waiting for all that came before"
    )
    console.print(f"\n[bold]What this shows.[/] {found['shows']}")
    console.print(f"[bold]What it cannot.[/] {found['cannot_show']}")


def _figures(group: Group) -> dict[str, Any]:
    interval = group.interval
    return {
        "chosen": group.chosen,
        "attended": group.attended,
        "rate": round(interval.value, 6),
        "interval_95": [round(interval.low, 6), round(interval.high, 6)],
    }


def _model_line(model: dict[str, float | None]) -> str:
    examples, positives = model["examples"] or 0, model["positives"] or 0
    log_loss, auc = model["total_log_loss"], model["total_roc_auc"]
    figures = (
        f"log loss {'–' if log_loss is None else f'{log_loss:.4f}'},"
        f" ROC AUC {'–' if auc is None else f'{auc:.3f}'}"
    )
    return (
        f"River model of attendance, each reminder predicted before its outcome was learned:"
        f" {figures} ({examples:,.0f} examples, {positives:,.0f} attended)"
    )
