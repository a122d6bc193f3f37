"""What a replay found, as plain values and as a table with what it shows and what it cannot."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from streams.replay.comparison import Comparison, Group, wilson
from streams.replay.movielens import MovieLens
from streams.replay.run import Replayed

__all__ = ["CANNOT", "SHOWS", "print_report", "report"]

SHOWS = (
    "The system at work on real behaviour: every rating went through Kafka, the features, the"
    " planner and the online model in the order of real time, and nothing was known early. How far"
    " the reminded attend more often than the others is how much better it foresees who will come."
)
CANNOT = (
    "That reminders bring anybody. None was really sent: people rated what they rated, years ago,"
    " so attendance is predicted here, not caused, and the true gain of every reminder is zero."
    " Most people rate in one burst and never return, so being there right now explains most of"
    " who attends; live shopping has returning visitors, MovieLens hardly any."
)
_LABELS = {
    "reminded": "reminded by Livecue",
    "random": "as many random eligible people",
    "most active": "as many of the most active (7 d)",
    "similar raters": "as many of the film's most similar raters",
    "eligible": "everybody eligible",
}
_MODEL_FIGURES = ("examples", "positives", "total_log_loss", "total_roc_auc")


def report(data: MovieLens, replayed: Replayed, compared: Comparison) -> dict[str, Any]:
    """Return all figures as plain values."""
    groups = {"reminded": compared.reminded, **compared.rivals, "eligible": compared.eligible}
    attend = replayed.metrics.get("attend", {})
    return {
        "people": len(set(data.person.tolist())),
        "ratings": len(data),
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
        "shows": SHOWS,
        "cannot_show": CANNOT,
    }


def print_report(found: dict[str, Any], console: Console) -> None:
    """Print the figures of `report` for people."""
    table = Table(title="Who attended: rated the film within 24 h of its stream's start")
    table.add_column("who")
    for heading in ("chosen", "attended", "rate", "95 % interval"):
        table.add_column(heading, justify="right")
    for name, one in found["attendance"].items():
        low, high = one["interval_95"]
        table.add_row(
            _LABELS[name],
            f"{one['chosen']:,}",
            f"{one['attended']:,}",
            f"{one['rate']:.2%}",
            f"{low:.2%} – {high:.2%}",
            end_section=name in {"reminded", "similar raters"},
        )
    console.print(
        f"{found['ratings']:,} ratings of {found['people']:,} people, {found['streams']:,} streams:"
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
    low, high = wilson(group)
    return {
        "chosen": group.chosen,
        "attended": group.attended,
        "rate": round(group.rate, 6),
        "interval_95": [round(low, 6), round(high, 6)],
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
