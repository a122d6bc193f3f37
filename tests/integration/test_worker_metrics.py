"""The metrics of a real worker, after all has happened that they count."""

from __future__ import annotations

import time
from typing import Any

from enginerig.deployment import Deployment, wait_for
from enginerig.scrape import Scrape
from enginerig.workers import ThreadWorker

from streams.embedded.ports import free_ports
from streams.monitoring.metrics import METRICS
from streams.readiness import get_ready
from streams.testing import interaction, profile, stream

MINUTE_MS = 60_000
LAST_WINDOW_MS = 5 * MINUTE_MS
"""How long before a start the window of the last rung closes."""
WINDOW_LEFT_MS = 60_000
"""How much of it is left: kernels that nobody has compiled yet take a while."""
SESSION_S = 30.0
USERS = [f"user-{number}" for number in range(6)]


def _send_what_is_counted(deployment: Deployment, now_ms: int) -> None:
    """Followers of a host whose stream is about to start, and two bad records."""
    topics = deployment.topics
    deployment.send(topics.profiles, *(profile(user, now_ms) for user in USERS))
    follows = [interaction(user, "follow", now_ms, host_id="h") for user in USERS]
    deployment.send(topics.interactions, *follows, (b"u", b"{"), (b"u", b""))
    start_ts = now_ms + LAST_WINDOW_MS + WINDOW_LEFT_MS
    deployment.send(topics.streams, stream("s", now_ms, host_id="h", start_ts=start_ts))


def _sent(scrape: Scrape) -> float:
    return scrape.samples()["livecue_reminders_sent_total"][()]


def test_every_metric_is_there_and_right(kafka: str, topic_prefix: str) -> None:
    """Events, bad records, a stream and its reminders cross a worker; then nothing is missing."""
    (port,) = free_ports(1)
    options: dict[str, Any] = {
        "http": {"port": port},
        "default_quiet_hours": None,
        "decision": {"holdout_invite": 0.0, "send_price": 0.0},
    }
    scrape = Scrape(port)
    deployment = Deployment(kafka, topic_prefix, 2, **options)
    patient = deployment.settings.kafka.model_copy(update={"session_timeout_s": SESSION_S})
    deployment.settings = deployment.settings.model_copy(update={"kafka": patient})
    get_ready()
    with deployment, ThreadWorker(deployment):
        wait_for(lambda: scrape.ready, "the worker is ready")
        _send_what_is_counted(deployment, int(time.time() * 1000))
        wait_for(lambda: _sent(scrape) == len(USERS), "all followers are reminded", 180.0)
        wait_for(lambda: sum(scrape.samples()["livecue_users"].values()) == len(USERS), "a census")
        families, found = scrape.families(), scrape.samples()
    assert {metric.name.removesuffix("_total") for metric in METRICS} <= families
    assert found["livecue_records_total"] == {
        ("profiles",): 6,
        ("interactions",): 8,
        ("feedback",): 0,
        ("streams",): 1,
    }
    bad = {at: count for at, count in found["livecue_bad_records_total"].items() if count}
    assert bad == {("not_json",): 2}
    assert found["livecue_freshness_seconds_count"]["interactions",] == 8
    assert found["livecue_reminders_planned_total"][()] == len(USERS)
    assert found["livecue_reminders_due_total"][()] == len(USERS)
    assert found["livecue_punctuality_seconds_count"][()] == len(USERS)
    assert found["livecue_punctuality_seconds_bucket"]["10.0",] == len(USERS)
    assert found["livecue_transaction_seconds_count"][()] > 0
    assert found["livecue_partitions"] == {("waiting",): 0, ("restoring",): 0, ("ready",): 2}
    assert found["livecue_restored_ratio"] == {("0",): 1, ("1",): 1}
    assert set(found["livecue_lag_records"].values()) == {0}
    assert all(age < 10 for age in found["livecue_watermark_age_seconds"].values())
    assert found["livecue_edges"]["follows",] == len(USERS)
    assert found["livecue_seen_ids"][()] == len(USERS)
    assert found["livecue_live"][()] == found["livecue_ready"][()] == 1
    assert found["process_resident_memory_bytes"][()] > 50e6
