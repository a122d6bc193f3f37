"""Every metric of a worker: name, kind, labels and meaning. Nothing else defines one.

Names and units follow Prometheus: `_total` counts since the process started, times are in
seconds, sizes in bytes. No label has a user, a stream or a host: `partition` is the user partitions
that the worker owns, every other label one of the values given here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from features.decode import ERROR_CODES
from online_models.heads import HEAD_NAMES
from reminders.suppression import REASONS

__all__ = ["METRICS", "OWNED", "Metric"]

Kind = Literal["counter", "gauge", "histogram"]

OWNED: tuple[str, ...] = ()
"""The values of a label that is the number of an owned user partition."""

_USER_INPUTS = ("profiles", "interactions", "feedback")
_CODES = tuple(ERROR_CODES)
_REASONS = tuple(reason.value for reason in REASONS)
_COMMIT_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_DELAY_S = (0.05, 0.1, 0.15, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


@dataclass(frozen=True, eq=False, slots=True)
class Metric:
    """One metric.

    Attributes
    ----------
    labels : to every value that the label can have; `OWNED` where those are partitions.
    buckets : upper bounds of a histogram, ascending, without infinity.
    """

    name: str
    kind: Kind
    help: str
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    buckets: tuple[float, ...] = ()


RECORDS = Metric(
    "livecue_records_total",
    "counter",
    "Records of the inputs that were taken in, repeats and bad ones included.",
    {"topic": (*_USER_INPUTS, "streams")},
)
BAD_RECORDS = Metric(
    "livecue_bad_records_total",
    "counter",
    "Bad records that were committed to `dead-letters`.",
    {"code": _CODES},
)
FRESHNESS = Metric(
    "livecue_freshness_seconds",
    "histogram",
    "From a record's timestamp in Kafka until it counts in every decision.",
    {"topic": _USER_INPUTS},
    _DELAY_S,
)
LAG = Metric(
    "livecue_lag_records",
    "gauge",
    "Records of an input behind the committed offset.",
    {"topic": _USER_INPUTS, "partition": OWNED},
)
WATERMARK_AGE = Metric(
    "livecue_watermark_age_seconds",
    "gauge",
    "The clock less the committed watermark; with `clock = topic` less the newest tick.",
    {"partition": OWNED},
)
TRANSACTIONS = Metric(
    "livecue_transaction_seconds",
    "histogram",
    "Time from the begin of a partition's transaction to its commit.",
    {},
    _COMMIT_S,
)
FAILED_TRANSACTIONS = Metric(
    "livecue_failed_transactions_total",
    "counter",
    "Transactions after which a partition was restored: fenced by a newer owner, or unanswered.",
    {"reason": ("fenced", "unanswered")},
)
PARTITIONS = Metric(
    "livecue_partitions",
    "gauge",
    "Owned user partitions by what they are doing.",
    {"state": ("waiting", "restoring", "ready")},
)
RESTORED = Metric(
    "livecue_restored_ratio",
    "gauge",
    "How much of a partition's changelog has been read back; 1 once it is ready.",
    {"partition": OWNED},
)
PLANNED = Metric(
    "livecue_reminders_planned_total",
    "counter",
    "Reminders that were given a minute.",
)
DUE = Metric(
    "livecue_reminders_due_total",
    "counter",
    "Planned reminders whose minute came; one that is put off is due again.",
)
SENT = Metric(
    "livecue_reminders_sent_total",
    "counter",
    "Reminders that were committed to `reminders`.",
)
HELD_OUT = Metric(
    "livecue_reminders_held_out_total",
    "counter",
    "Due reminders that were kept from the holdout.",
)
SUPPRESSED = Metric(
    "livecue_reminders_suppressed_total",
    "counter",
    "Reminders that were held back for good, when planned or when due.",
    {"reason": _REASONS},
)
PENDING = Metric(
    "livecue_reminders_pending",
    "gauge",
    "Planned reminders on the wheel.",
)
PUNCTUALITY = Metric(
    "livecue_punctuality_seconds",
    "histogram",
    "From a reminder's `send_ts` to its commit, when a consumer can see it; wall clock only.",
    {},
    _DELAY_S,
)
MODEL_VERSION = Metric(
    "livecue_model_version",
    "gauge",
    "Version of the models in use: the number of examples that they learned from.",
)
MODEL_LOSS = Metric(
    "livecue_model_log_loss",
    "gauge",
    "Mean log loss of a head and of the prior on the same last 500 outcomes; none before.",
    {"head": HEAD_NAMES, "by": ("learned", "prior")},
)
MODEL_ROLLBACKS = Metric(
    "livecue_model_rollbacks",
    "gauge",
    "How often a head went back to its last good weights, ever.",
    {"head": HEAD_NAMES},
)
LEARNED = Metric(
    "livecue_examples_learned_total",
    "counter",
    "Labelled examples that this worker's trainer learned from; it lives with partition 0.",
)
NEIGHBOUR_HOSTS = Metric(
    "livecue_neighbour_hosts",
    "gauge",
    "Hosts of which it is known which others the same people watch.",
)
NEIGHBOURS_AGE = Metric(
    "livecue_neighbours_age_seconds",
    "gauge",
    "Since the newest record about a host's neighbours was written; none before the first.",
)
NEIGHBOUR_UPDATES = Metric(
    "livecue_neighbour_updates_total",
    "counter",
    "Records about a host's neighbours that were taken, those read at the start included.",
)
USERS = Metric(
    "livecue_users",
    "gauge",
    "Users in memory, one row each.",
    {"partition": OWNED},
)
EDGES = Metric(
    "livecue_edges",
    "gauge",
    "Pairs in memory: users and the hosts they follow, streams they touched, were reminded of.",
    {"kind": ("follows", "touches", "reminded")},
)
SEEN_IDS = Metric(
    "livecue_seen_ids",
    "gauge",
    "Event ids that are remembered to recognise repeats.",
)
VIEW_CONNECTED = Metric(
    "livecue_view_connected",
    "gauge",
    "1 while the view in Redis is being written; 0 while it is away or switched off.",
)
VIEW_ERRORS = Metric(
    "livecue_view_errors_total",
    "counter",
    "Calls to Redis that failed.",
)
LIVE = Metric("livecue_live", "gauge", "1 while /health/live answers 200.")
READY = Metric("livecue_ready", "gauge", "1 while /health/ready answers 200.")
LOOP_SILENCE = Metric(
    "livecue_loop_silence_seconds",
    "gauge",
    "Since the event loop last had a turn for its heartbeat, which it has each second.",
)
KAFKA_SILENCE = Metric(
    "livecue_kafka_silence_seconds",
    "gauge",
    "Since Kafka last said where the inputs end, which it is asked every few seconds.",
)
BUILD = Metric(
    "livecue_build_info",
    "gauge",
    "Always 1; the labels say what runs.",
    {"version": ("the release",), "python": ("of the interpreter",)},
)

METRICS: tuple[Metric, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Metric)
)
"""All of them, in the order of this file."""
