"""How large each row of the suite is: quick (under ten minutes), full, and smoke for CI."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.speed.committed import LEAST_S

__all__ = ["SIZES", "Sizes"]


@dataclass(frozen=True)
class Sizes:
    """Numbers of events, users and seconds.

    Attributes
    ----------
    events, event_users
        Of the ingest row, and of the peers (which take a share of them).
    repeats
        Runs of Livecue and of the counting Java peers, of which the best is told.
    populations
        Users of each point of the cost curve; the largest but 5 M also tells memory, restore,
        fan-out and sustained reminders.
    cost_events
        Events over known users at each point.
    fanouts
        Streams that are fanned out, one after another.
    busy_streams, busy_s
        Streams whose reminders are due within as many seconds while ingest goes on.
    load_per_s, busy_load_per_s
        Events a second during freshness, and during sustained reminders.
    moments_users, due_users
        Users of the freshness and punctuality rows, and how many are due in a minute.
    probe_streams
        Decisions probed for freshness, one a second.
    sweep_events
        Of each point of the sweep over partitions and workers, half as many more at the last.
    least_s
        Seconds that Livecue's events per second must be timed over; 0: they are not timed.
    rebalance_per_s
        Events a second while workers join and leave.
    """

    events: int
    event_users: int
    repeats: int
    populations: tuple[int, ...]
    cost_events: int
    fanouts: int
    busy_streams: int
    busy_s: int
    load_per_s: int
    busy_load_per_s: int
    moments_users: int
    due_users: int
    probe_streams: int
    sweep_events: int
    sweep_partitions: tuple[int, ...]
    rebalance_per_s: int
    least_s: float = LEAST_S


SIZES = {
    "quick": Sizes(
        events=3_000_000,
        event_users=200_000,
        repeats=1,
        populations=(10_000, 100_000, 1_000_000),
        cost_events=500_000,
        fanouts=2,
        busy_streams=2,
        busy_s=25,
        load_per_s=50_000,
        busy_load_per_s=50_000,
        moments_users=200_000,
        due_users=100_000,
        probe_streams=20,
        sweep_events=1_600_000,
        sweep_partitions=(1, 2, 4, 8),
        rebalance_per_s=20_000,
    ),
    "full": Sizes(
        events=5_000_000,
        event_users=200_000,
        repeats=3,
        populations=(10_000, 100_000, 1_000_000, 5_000_000),
        cost_events=1_000_000,
        fanouts=4,
        busy_streams=4,
        busy_s=60,
        load_per_s=50_000,
        busy_load_per_s=50_000,
        moments_users=200_000,
        due_users=100_000,
        probe_streams=60,
        sweep_events=4_000_000,
        sweep_partitions=(1, 2, 4, 8),
        rebalance_per_s=20_000,
    ),
    "smoke": Sizes(
        events=60_000,
        event_users=5_000,
        repeats=1,
        populations=(1_000, 4_000),
        cost_events=20_000,
        fanouts=1,
        busy_streams=1,
        busy_s=20,
        load_per_s=2_000,
        busy_load_per_s=1_000,
        moments_users=4_000,
        due_users=2_000,
        probe_streams=4,
        sweep_events=20_000,
        sweep_partitions=(2,),
        rebalance_per_s=2_000,
        least_s=0.0,
    ),
}
