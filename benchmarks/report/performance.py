"""Write docs/performance.md and its plots from the results file; nothing is measured here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.report.plots import bars, lines
from benchmarks.report.results import RESULTS_FILE, Results

__all__ = ["page", "plots"]

PLOTS = RESULTS_FILE.parent
# (name of a peer's figures, what it is called, what it does and what is kept)
PEERS = (
    ("flink-counts", "Flink, counts only", "checkpoint each second, heap state"),
    ("flink-same-work", "Flink, same work", "checkpoint each second, heap state"),
    ("kafka-streams-counts", "Kafka Streams, counts only", "exactly_once_v2, in-memory store"),
    ("kafka-streams-same-work", "Kafka Streams, same work", "exactly_once_v2, in-memory store"),
    ("bare-aiokafka", "bare aiokafka + orjson + dict", "nothing durable"),
    ("bytewax", "Bytewax", "nothing durable"),
    ("quix-streams", "Quix Streams", "exactly once, RocksDB and changelog"),
    ("faust", "stock Faust, a dict", "nothing durable"),
    ("faust-table", "stock Faust, a Table", "at least once, changelog"),
)
ROWS = (
    ("ingest_events_per_s", "ingest: decode to durable features, one worker"),
    ("ingest_ratio_to_kafka_streams_counts", "… against Kafka Streams counting only"),
    ("ingest_ratio_to_faust", "… against stock Faust"),
    ("ingest_events_per_cpu_s", "ingest per CPU second of the worker"),
    ("cpu_ratio_to_kafka_streams_counts", "… against Kafka Streams counting only"),
    ("cpu_ratio_to_kafka_streams_same_work", "… against Kafka Streams doing the same work"),
    ("cpu_ratio_to_flink_same_work", "… against Flink doing the same work"),
    ("cpu_ratio_to_flink_counts", "… against Flink counting only"),
    ("fanout_1m_s", "fan-out: one stream to all users, due to last visible"),
    ("scoring_1m_s", "scoring alone"),
    ("reminders_per_s_alone", "sustained reminders, rendered, one worker"),
    ("reminders_per_s_with_ingest", "… while ingest goes on"),
    ("freshness_p50_ms", "freshness, median of decisions"),
    ("freshness_p99_ms", "freshness, 99th percentile"),
    ("punctuality_p99_s", "punctuality: visible minus send_ts, 99th percentile"),
    ("punctuality_earliest_s", "… earliest"),
    ("punctuality_after_start", "… visible at or after the start"),
    ("memory_bytes_per_user", "memory: RSS of the worker a user, all in, at rest"),
    ("restore_1m_s", "restore: process start to first event processed"),
    ("rebalance_join_s", "a worker joins: longest stop of a partition"),
    ("rebalance_leave_s", "a worker leaves: longest stop of a partition"),
    ("cost_of_an_event_spread", "cost of an event over populations, largest / smallest"),
    ("cost_of_a_reminder_spread", "cost of a reminder over populations, largest / smallest"),
)
_ABOUT = ("events", "users", "events_per_s", "reminders", "decisions", "offered")


def page(results: Results) -> str:
    """Return docs/performance.md."""
    parts = (
        *("# Performance", _WRITTEN, _machine(results.rows[0])),
        *("## What must be reached", _targets(results)),
        *("## Beside its peers", _peers(results)),
        "![events a second](performance/peers.svg)",
        "![events a CPU second](performance/peers-cpu.svg)",
        *("## Cost by population", _curve(results)),
        "![cost by population](performance/cost.svg)",
        *("## Partitions and workers", _sweep(results)),
        *("## How it is measured", _METHOD),
    )
    return "\n\n".join(parts) + "\n"


def plots(results: Results) -> dict[str, str]:
    """Return the plots by file name; those without figures are left out."""
    made = {}
    for name, kind, unit in (("peers", "s", "events/s"), ("peers-cpu", "cpu_s", "events/CPU s")):
        rows = [("Livecue", results.value(f"ingest_events_per_{kind}"), True)]
        rows += [
            (label, results.value(f"peer_{p}_events_per_{kind}"), False) for p, label, _ in PEERS
        ]
        known = [(label, value, ours) for label, value, ours in rows if value is not None]
        if known:
            ordered = sorted(known, key=lambda row: -row[1])
            made[f"{name}.svg"] = bars("Ingest of one process", unit, ordered)
    curves = [
        ("an event", results.points("event_cpu_us_")),
        ("a reminder", results.points("reminder_cpu_us_")),
    ]
    if all(points for _, points in curves):
        made["cost.svg"] = lines("Cost by users in one worker", "CPU µs", curves)
    return made


_KEPT = {"disk": "on disk", "memory": "in memory"}


def _machine(row: dict[str, Any]) -> str:
    machine = row["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in row["versions"].items())
    return (
        f"{row['date']}: {machine['cpus']} CPUs ({machine['processor']}), "
        f"{machine['memory_gb']} GB, {machine['system']}; Kafka on the same machine, "
        f"its log {_KEPT[row.get('kafka_log', 'disk')]}. "
        f"{versions}. Sizes `{row['sizes']}`, seed {row['seed']}, events of "
        f"{row['event_bytes']} bytes, 8 partitions, one worker process where nothing else is said."
    )


def _targets(results: Results) -> str:
    lines_ = [
        "| figure | measured | must reach | reached | of |",
        "| --- | --- | --- | --- | --- |",
    ]
    for figure, meaning in ROWS:
        row = results.row(figure)
        if row is None:
            continue
        target = row["target"] or ""
        reached = "" if row["met"] is None else ("yes" if row["met"] else "**no**")
        lines_.append(f"| {meaning} | {_shown(row)} | {target} | {reached} | {_of(row)} |")
    return "\n".join(lines_)


def _peers(results: Results) -> str:
    head = [
        "| engine | keeps | events/s | per CPU second | events |",
        "| --- | --- | --- | --- | --- |",
    ]
    rows = [
        _peer_line(results, "ingest", "**Livecue**, all features", "exactly once, `state` topic")
    ]
    rows += [_peer_line(results, f"peer_{name}", label, keeps) for name, label, keeps in PEERS]
    return "\n".join(head + rows)


def _peer_line(results: Results, figure: str, label: str, keeps: str) -> str:
    speed, cpu = (results.row(f"{figure}_events_per_{kind}") for kind in ("s", "cpu_s"))
    if speed is None or cpu is None:
        return f"| {label} | {keeps} | not run | | |"
    if speed["value"] is None:
        return f"| {label} | {keeps} | {_shown(speed)} | | |"
    return f"| {label} | {keeps} | {_shown(speed)} | {_shown(cpu)} | {speed['events']:,} |"


def _curve(results: Results) -> str:
    head = ["| users | CPU µs an event | CPU µs a reminder |", "| --- | --- | --- |"]
    reminders = dict(results.points("reminder_cpu_us_"))
    rows = [
        f"| {users:,.0f} | {cost:.2f} | {_cost(reminders.get(users))} |"
        for users, cost in results.points("event_cpu_us_")
    ]
    return "\n".join(head + rows)


def _cost(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.2f}"


def _sweep(results: Results) -> str:
    head = ["| | events/s |", "| --- | --- |"]
    found = [row for row in results.rows if row["figure"].startswith(("partitions_", "workers_"))]
    rows = [
        f"| {row['figure'].replace('_events_per_s', '').replace('_', ': ')} | {_shown(row)} |"
        for row in found
    ]
    return "\n".join(head + rows)


def _shown(row: dict[str, Any]) -> str:
    value = row["value"]
    if value is None:
        return f"failed: {row.get('failed', 'not measured')}".replace("|", "/").replace("\n", " ")
    unit = row.get("unit", "")
    text = f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"
    return text if unit in {"events/s", "events/CPU s"} else f"{text} {unit}".strip()


def _of(row: dict[str, Any]) -> str:
    return ", ".join(
        f"{row[name]:,} {name.replace('_per_s', '/s')}" for name in _ABOUT if row.get(name)
    )


_WRITTEN = """\
Written by `make performance` from `docs/performance/results.jsonl`, which the suite in
`benchmarks/speed/` measured: do not edit. `make bench` measures anew, Livecue and its peers side
by side in one run."""

_METHOD = """\
- **Ingest and peers** read the same topic, or its first events where a peer would take minutes.
  The first fifth warms everybody up; the rest is timed until the last event is durable (for the
  exactly-once engines: committed). Of Livecue only what is committed counts at the beginning too,
  each partition taken between two of its watermarks. CPU seconds are user and system time of the
  engine's process, without the broker's. Every peer's counts are checked against the events; the
  same-work variants are also compared with a reference row by row. Peers neither validate nor
  deduplicate.
- **Fan-out** runs on the topic's clock, where one tick makes all users of a population due at
  once: from writing the tick until the last reminder can be read with `read_committed`.
  Sustained reminders alone are several of those in a row.
- **Reminders while events come** are those of streams whose minutes all lie in the same half
  minute, on the wall clock, beside a producer of its own process.
- **Freshness** is the age, when a decision was made, of the oldest event that it did not know.
  Probe users enter a stream around the second in which their reminder of it is decided, one
  every 20 ms in each partition; who is reminded all the same shows what the decision knew.
- **Punctuality** is the time at which a consumer has a reminder minus its `send_ts`.
- **Cost by population** is CPU time of the worker a unit of work, less that of a tick with
  nothing due."""


def main() -> None:
    """Write the page and its plots."""
    results = Results.read()
    (RESULTS_FILE.parents[1] / "performance.md").write_text(page(results), "utf-8")
    for old in Path(PLOTS).glob("*.svg"):
        old.unlink()
    for name, text in plots(results).items():
        (PLOTS / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
