"""The values of a worker's metrics, and how Prometheus reads them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric as MetricFamily
from prometheus_client.registry import Collector

from online_models.arrays import Floats
from streams.monitoring.metrics import METRICS, Metric

__all__ = ["Meter", "Series"]

Labels = tuple[str, ...]
Series = dict[Labels, float]
"""Values of one gauge by the values of its labels, in the order of the metric's labels."""


class _Distribution:
    """How many of the values so far fell into each bucket, and their sum."""

    def __init__(self, buckets: tuple[float, ...]) -> None:
        self._bounds = np.array(buckets)
        self._names = [*map(str, buckets), "+Inf"]
        self._counts = np.zeros(len(buckets) + 1, np.int64)
        self._sum = 0.0

    def add(self, values: Floats) -> None:
        places = np.searchsorted(self._bounds, values)
        self._counts += np.bincount(places, minlength=len(self._counts))
        self._sum += float(values.sum())

    def read(self) -> tuple[list[tuple[str, float]], float]:
        return list(zip(self._names, np.cumsum(self._counts).tolist(), strict=True)), self._sum


class Meter(Collector):
    """Adds values up, many at a time, from one thread, and tells them to another.

    Series whose labels are known from the start are there from the start, at 0: a rate over a
    code that has never come is 0, not missing.

    >>> from streams.monitoring.metrics import BAD_RECORDS
    >>> meter = Meter()
    >>> meter.add(BAD_RECORDS, 3, "not_json")
    >>> meter.value(BAD_RECORDS, "not_json"), meter.value(BAD_RECORDS, "empty_id")
    (3.0, 0.0)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[Metric, dict[Labels, float]] = {}
        self._spread: dict[Metric, dict[Labels, _Distribution]] = {}
        for metric in METRICS:
            known = list(product(*metric.labels.values()))
            if metric.kind == "histogram":
                self._spread[metric] = {at: _Distribution(metric.buckets) for at in known}
            else:
                counts = metric.kind == "counter"
                self._values[metric] = dict.fromkeys(known, 0.0) if counts else {}

    def add(self, metric: Metric, amount: float, *labels: str) -> None:
        """Add to a counter."""
        with self._lock:
            series = self._values[metric]
            series[labels] = series.get(labels, 0.0) + amount

    def observe(self, metric: Metric, values: Floats, *labels: str) -> None:
        """Put values, float64[n], into a histogram."""
        with self._lock:
            self._spread[metric][labels].add(values)

    def set(self, metric: Metric, series: Mapping[Labels, float]) -> None:
        """Set a gauge, or a count that is kept elsewhere; series that are not given are gone."""
        with self._lock:
            self._values[metric] = dict(series)

    def value(self, metric: Metric, *labels: str) -> float | None:
        """Return the value of one series of a counter or gauge; None where there is none."""
        with self._lock:
            return self._values[metric].get(labels)

    def collect(self) -> Iterator[MetricFamily]:
        """Yield every metric, also one without a value yet, as Prometheus has it."""
        for metric in METRICS:
            with self._lock:
                family = self._family(metric)
            yield family

    def _family(self, metric: Metric) -> MetricFamily:
        names = tuple(metric.labels)
        if metric.kind == "histogram":
            spread = HistogramMetricFamily(metric.name, metric.help, labels=names)
            for labels, distribution in self._spread[metric].items():
                spread.add_metric(labels, *distribution.read())
            return spread
        make = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
        family = make(metric.name, metric.help, labels=names)
        for labels, value in self._values[metric].items():
            family.add_metric(labels, value)
        return family
