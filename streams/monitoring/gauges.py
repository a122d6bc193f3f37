"""How a worker stands, as gauges: those that are set each second, and those of a scrape."""

from __future__ import annotations

from collections import Counter

from streams.monitoring import metrics
from streams.monitoring.health import Health
from streams.monitoring.meter import Meter, Series
from streams.monitoring.situation import Situation

__all__ = ["set_gauges", "set_health_gauges"]


def set_gauges(meter: Meter, situation: Situation) -> None:
    """Set what is known of the partitions; those that are no longer owned are left out."""
    partitions = situation.partitions
    states = Counter[str](one.state for one in partitions.values())
    known = metrics.PARTITIONS.labels["state"]
    meter.set(metrics.PARTITIONS, {(state,): float(states[state]) for state in known})
    restored: Series = {(str(number),): one.restored_ratio for number, one in partitions.items()}
    meter.set(metrics.RESTORED, restored)
    ages: Series = {
        (str(number),): one.watermark_age_s
        for number, one in partitions.items()
        if one.watermark_age_s is not None
    }
    meter.set(metrics.WATERMARK_AGE, ages)
    lags: Series = {
        (topic, str(number)): float(lag)
        for number, one in partitions.items()
        for topic, lag in one.lag_records.items()
    }
    meter.set(metrics.LAG, lags)


def set_health_gauges(
    meter: Meter, situation: Situation, health: dict[str, Health], now_s: float
) -> None:
    """Set what is true at this moment only; `now_s` in monotonic seconds."""
    meter.set(metrics.LIVE, {(): float(health["live"].good)})
    meter.set(metrics.READY, {(): float(health["ready"].good)})
    meter.set(metrics.LOOP_SILENCE, {(): now_s - situation.seen_s})
    meter.set(metrics.KAFKA_SILENCE, {(): now_s - situation.kafka_answered_s})
