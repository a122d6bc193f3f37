"""The page of the metrics, made from their definitions."""

from __future__ import annotations

from streams.monitoring.metrics import METRICS, OWNED, Metric

__all__ = ["metrics_page"]

_HEAD = """\
# Metrics

Written by `make reference`: do not edit.

What a worker says at `/metrics`, once `http.port` is set; what to look at and which alerts to set:
[Watch a worker](../how-to/watch-a-worker.md). Counters and histograms count since the process
started; those whose labels are known are there from the start, at 0. A label `partition` has the
numbers of the user partitions that the worker owns; the values of every other label are given
below, so a worker has a bounded number of series. On Linux the `process_*` metrics of Prometheus
come on top, among them `process_resident_memory_bytes` and `process_cpu_seconds_total`.

| metric | type | labels | meaning |
| --- | --- | --- | --- |
{rows}

## Buckets
{buckets}

## Values of the labels
{labels}
"""
_FEW = 5


def metrics_page() -> str:
    """The page as Markdown, in the order of the definitions."""
    histograms = [metric for metric in METRICS if metric.buckets]
    many = {name: values for metric in METRICS for name, values in _many(metric).items()}
    return _HEAD.format(
        rows="\n".join(map(_row, METRICS)),
        buckets="\n".join(
            f"- `{one.name}`: {', '.join(f'{bound:g}' for bound in one.buckets)}"
            for one in histograms
        ),
        labels="\n".join(
            f"- `{name}`: {', '.join(f'`{value}`' for value in values)}"
            for name, values in many.items()
        ),
    )


def _many(metric: Metric) -> dict[str, tuple[str, ...]]:
    """The labels whose values are too many for the table."""
    return {name: values for name, values in metric.labels.items() if len(values) >= _FEW}


def _row(metric: Metric) -> str:
    labels = "<br>".join(_label(metric, name) for name in metric.labels)
    return f"| `{metric.name}` | {metric.kind} | {labels} | {metric.help} |"


def _label(metric: Metric, name: str) -> str:
    values = metric.labels[name]
    if values == OWNED or name in _many(metric):
        return f"`{name}`"
    return f"`{name}`: {', '.join(values)}"
