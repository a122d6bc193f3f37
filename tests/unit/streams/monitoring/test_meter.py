"""Values added many at a time come out as Prometheus has them."""

from __future__ import annotations

import numpy as np
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from streams.monitoring import metrics
from streams.monitoring.meter import Meter


def _samples(meter: Meter) -> dict[str, dict[tuple[str, ...], float]]:
    registry = CollectorRegistry()
    registry.register(meter)
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(generate_latest(registry).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


def test_a_histogram_holds_every_value_once() -> None:
    """A value on a bound is within it; the buckets add up, and so do count and sum."""
    meter = Meter()
    meter.observe(metrics.PUNCTUALITY, np.array([0.05, 0.0, 1.5, 1.6, 1_000.0]))
    meter.observe(metrics.PUNCTUALITY, np.array([]))
    found = _samples(meter)
    buckets = found["livecue_punctuality_seconds_bucket"]
    assert (buckets["0.05",], buckets["1.5",], buckets["2.5",], buckets["+Inf",]) == (2, 3, 4, 5)
    assert found["livecue_punctuality_seconds_count"][()] == 5
    assert found["livecue_punctuality_seconds_sum"][()] == pytest.approx(1_003.15)


def test_what_has_not_happened_yet_is_zero() -> None:
    """Counters and histograms of known labels are there from the start; gauges are not."""
    found = _samples(Meter())
    assert set(found["livecue_bad_records_total"].values()) == {0.0}
    assert len(found["livecue_bad_records_total"]) == len(metrics.BAD_RECORDS.labels["code"])
    assert found["livecue_freshness_seconds_count"]["interactions",] == 0
    assert "livecue_users" not in found


def test_a_gauge_forgets_what_it_is_not_told_again() -> None:
    """The series of a partition that moved to another worker is gone."""
    meter = Meter()
    meter.set(metrics.USERS, {("0",): 5, ("1",): 6})
    meter.set(metrics.USERS, {("1",): 7})
    assert _samples(meter)["livecue_users"] == {("1",): 7}


def test_names_and_units_are_those_of_prometheus() -> None:
    """Counts end in `_total`, nothing else does; times are in seconds; every metric says what."""
    names = [metric.name for metric in metrics.METRICS]
    assert len(set(names)) == len(names)
    for metric in metrics.METRICS:
        assert metric.name.endswith("_total") == (metric.kind == "counter")
        assert metric.name.startswith("livecue_")
        assert not metric.name.endswith(("_ms", "_millis", "_kb"))
        assert metric.help.endswith(".")
        assert bool(metric.buckets) == (metric.kind == "histogram")
