"""An explanation as text for a terminal."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from reminders.rung_explanation import RungExplanation
from streams.explaining import Explanation

__all__ = ["explanation_text"]


def explanation_text(told: Explanation) -> str:
    """Return it, times in the user's zone."""
    counts = ", ".join(f"{name} {count}" for name, count in told.totals.items() if count)
    lines = [
        f"{told.user_id} · stream {told.stream_id}: {told.title or 'untitled'}, by {told.host}",
        f"  starts  {_time(told.start_ts, told)} ({told.timezone})",
        (
            f"  as of   {_time(told.now_ts, told)}, partition {told.partition}, "
            f"model {told.model_version}"
        ),
        f"  did     {counts or 'nothing yet'}",
        f"  offered categories of {told.offered_entropy:.2f} bits in the last reminders",
    ]
    for rung in told.rungs:
        lines += ["", *_rung(rung, told)]
    return "\n".join(lines)


def _rung(rung: RungExplanation, told: Explanation) -> list[str]:
    verdict = "would be sent" if rung.would_send else "held back"
    planned = "planned for" if rung.planned else "at"
    trial = " (on trial)" if rung.on_trial else ""
    reserve = f", {rung.reserve_value:.4f} for the reservation," if rung.reserve_value else ""
    lines = [
        f"{rung.rung} {rung.intent}: {verdict}",
        (
            f"  window  {_time(rung.first_ts, told)} to {_time(rung.last_ts, told)}, "
            f"{planned} {_time(rung.at_ts, told)}"
        ),
        (
            f"  value   {rung.value:.4f}{reserve} by {rung.strategy}{trial}, "
            f"price {rung.price:.4f}; "
            f"p(attend) {rung.p_attend:.4f} reminded, {rung.p_attend_unsent:.4f} not; "
            f"p(open) {rung.p_open:.4f}, p(reserve) {rung.p_reserve:.4f}, "
            f"p(mute) {rung.p_mute:.4f}; "
            f"invited before {rung.invites_before} times"
        ),
    ]
    for place, obstacle in enumerate(told.obstacles[rung.rung]):
        label = "but" if place == 0 else "also"
        lines.append(f"  {label:7} {obstacle.code}: {obstacle.text}")
        lines.append(f"          changed by: {obstacle.remedy}")
    said = "; ".join(f"{reason.text} ({reason.weight:g})" for reason in rung.reasons)
    causes = sorted(rung.contributions.items(), key=lambda part: -abs(part[1]))
    parts = ", ".join(f"{name} {odds:+.2f}" for name, odds in causes if abs(odds) >= 0.005)
    return [*lines, f"  reasons {said}", f"  causes  {parts} (log-odds of p(attend))"]


def _time(ts: int, told: Explanation) -> str:
    return f"{datetime.fromtimestamp(ts / 1000, ZoneInfo(told.timezone)):%Y-%m-%d %H:%M:%S}"
