"""Write docs/scaling.md: a cluster derived from the constants of the results file."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from benchmarks.report.results import RESULTS_FILE, Results

__all__ = ["Constants", "page"]

USERS = 500_000_000
EVENTS_PER_S = 2_000_000
STREAMS_PER_DAY = 100_000
RUNGS = 3
FOLLOWERS = 50_000_000
INVITES_PER_USER_DAY = 1.0
PEAK = 5.0
WORKER_GB = 8.0
HEADROOM = 0.5
"""Share of a worker's measured speed that a plan may use: the rest is for restarts and peaks."""
UNMEASURED = "not measured"


@dataclass(frozen=True)
class Constants:
    """What one worker was measured to do; None where the results file has no figure.

    `events_per_s`, `reminders_per_s`; `user_bytes` of RSS; `restore_s` and `fanout_s` of a
    million users; `plan_us`: CPU µs to weigh one stream for one user.
    """

    events_per_s: float | None
    reminders_per_s: float | None
    user_bytes: float | None
    restore_s: float | None
    fanout_s: float | None
    plan_us: float | None

    @classmethod
    def of(cls, results: Results) -> Constants:
        """Take them from the results."""
        return cls(
            events_per_s=results.value("ingest_events_per_s"),
            reminders_per_s=results.value("reminders_per_s_with_ingest"),
            user_bytes=results.value("memory_bytes_per_user"),
            restore_s=results.value("restore_1m_s"),
            fanout_s=results.value("fanout_1m_s"),
            plan_us=results.value("plan_cpu_us"),
        )


def page(results: Results) -> str:
    """Return docs/scaling.md."""
    measured = Constants.of(results)
    parts = (
        *("# Scaling", _WRITTEN, _WHY),
        *("## Constants of one worker", _constants(measured)),
        *("## A cluster", _cluster(measured)),
        _REST,
    )
    return "\n\n".join(parts) + "\n"


def _constants(measured: Constants) -> str:
    rows = (
        ("events a second", measured.events_per_s, "{:,.0f}"),
        ("reminders a second while events come", measured.reminders_per_s, "{:,.0f}"),
        ("bytes of RSS a user", measured.user_bytes, "{:,.0f}"),
        ("seconds to restore a million users", measured.restore_s, "{:.1f}"),
        ("seconds to fan a stream out to a million users", measured.fanout_s, "{:.1f}"),
        ("CPU µs to weigh a stream for a user who gets nothing", measured.plan_us, "{:.2f}"),
    )
    lines = ["| constant | measured |", "| --- | --- |"]
    lines += [
        f"| {name} | {UNMEASURED if value is None else form.format(value)} |"
        for name, value, form in rows
    ]
    return "\n".join(lines)


def _cluster(measured: Constants) -> str:
    rows = [
        ("events", _events(measured), f"{EVENTS_PER_S:,} events/s at {HEADROOM:.0%} of the speed"),
        ("memory", _memory(measured), f"{USERS:,} users in workers of {WORKER_GB:g} GB"),
        ("reminders", _reminders(measured), _reminder_rate()),
        ("planning", _planning(measured), _plans()),
    ]
    known = [need for _, need, _ in rows if need is not None]
    lines = ["| what asks for workers | workers | because |", "| --- | --- | --- |"]
    lines += [
        f"| {name} | {UNMEASURED if need is None else f'{need:,}'} | {why} |"
        for name, need, why in rows
    ]
    if not known:
        return "\n".join(lines)
    return "\n".join([*lines, "", *_with(measured, max(known))])


def _with(measured: Constants, workers: int) -> list[str]:
    """Say what the largest need of all means for one worker."""
    users, followers = USERS / workers, FOLLOWERS / workers
    said = [f"The largest need decides: **{workers:,} workers** of one CPU each, so that"]
    said += [
        f"- a worker holds {users:,.0f} users and takes {EVENTS_PER_S / workers:,.0f} events/s,"
    ]
    if measured.restore_s is not None:
        said += [f"- a lost worker's users are back in {users / 1e6 * measured.restore_s:.1f} s,"]
    if measured.fanout_s is not None:
        seconds = followers / 1e6 * measured.fanout_s
        said.append(
            f"- the stream with {FOLLOWERS:,} followers is {followers:,.0f} reminders a worker, "
            f"out in {seconds:.1f} s when all are due at one moment."
        )
    return said


def _events(measured: Constants) -> int | None:
    speed = measured.events_per_s
    return None if speed is None else ceil(EVENTS_PER_S / (speed * HEADROOM))


def _memory(measured: Constants) -> int | None:
    size = measured.user_bytes
    return None if size is None else ceil(USERS * size / (WORKER_GB * 2**30))


def _reminders(measured: Constants) -> int | None:
    speed = measured.reminders_per_s
    if speed is None:
        return None
    return ceil(USERS * INVITES_PER_USER_DAY * PEAK / 86_400 / (speed * HEADROOM))


def _planning(measured: Constants) -> int | None:
    """Workers whose CPU is taken by weighing every stream of the day for every user."""
    if measured.plan_us is None:
        return None
    plans = STREAMS_PER_DAY * RUNGS
    return ceil(plans * USERS * measured.plan_us / 1e6 / 86_400 / HEADROOM)


def _reminder_rate() -> str:
    return f"{INVITES_PER_USER_DAY:g} a user and day, {PEAK:g} times the mean at the peak"


def _plans() -> str:
    return (
        f"{STREAMS_PER_DAY:,} streams a day on {RUNGS} rungs, each weighed exactly for all "
        "users of every partition"
    )


_WRITTEN = """\
Written by `make performance` from `docs/performance/results.jsonl` (see
[performance](performance.md)): do not edit."""

_WHY = f"""\
Users are split over partitions, and a partition is an island: neither an event nor a reminder
makes one worker call another. The cost of an event and of a reminder does not grow with the users
(see the cost curve), so a cluster is a sum of workers. Worked out here for {USERS:,} users,
{EVENTS_PER_S:,} events a second, {STREAMS_PER_DAY:,} scheduled streams a day, one of them by a
host with {FOLLOWERS:,} followers."""

_REST = """\
## What this rests on
- **Planning is the largest term, and a choice.** Every stream is weighed for every user, without
  a retrieval step before. A deployment of this size would route streams to the users of their
  region and language, which divides the streams that a partition sees; each halving of the streams
  a user can be invited to halves this row.
- **The broker is not in these numbers.** It ran on the same two cores as the worker. Its share of
  a cluster, replication and the network between were not measured.
- **What is broadcast grows with workers**: schedules, the model, parts of the funnels. Each worker
  reads all streams of the day; at 2 kB each that is little beside its events. It was not measured
  with more than two workers on one machine.
- **One trainer** learns from all labelled examples. How many a second it can take at this size was
  not measured here; samples a plan are bounded, so the examples do not grow with the users.
- More partitions than workers leave room to grow: a user's partition never changes, so their
  number is chosen once."""


def main() -> None:
    """Write the page."""
    (RESULTS_FILE.parents[1] / "scaling.md").write_text(page(Results.read()), "utf-8")


if __name__ == "__main__":
    main()
