"""One event in, one reminder out, the view written: all of it over TLS and with logins."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
import redis
from enginerig.deployment import wait_for
from securewire.broker import PASSWORD, USER, SecureBroker
from securewire.certificates import KEY_PASSWORD, Certificates
from securewire.valkey import VIEW_PASSWORD, VIEW_USER, SecureValkey
from testbed.workers import Workers

from config import Settings, load_settings
from streams.clients import Interaction, ReminderConsumer, StreamRecord
from streams.configured_kafka import event_producer
from streams.connection import kafka_security, redis_client_options, redis_url
from streams.simulation.barrier import TickBarrier
from streams.view.keys import ViewKeys

HOUR = 3_600_000
NOON = 1_700_000_000_000 // (24 * HOUR) * 24 * HOUR + 4 * HOUR
"""Noon in Shanghai."""
SECRETS = (PASSWORD, VIEW_PASSWORD, KEY_PASSWORD)


def written(folder: Path, name: str, text: str) -> str:
    """The path of a file that holds a secret, as a container would mount it."""
    file = folder / name
    file.write_text(text + "\n", "utf-8")
    file.chmod(0o400)
    return str(file)


def variables(
    way: str,
    folder: Path,
    kafka: SecureBroker,
    valkey: SecureValkey,
    files: Certificates,
) -> dict[str, str]:
    """What an operator sets for one way of being known to the servers."""
    mutual = way == "mTLS"
    said = {
        "CLOCK": "topic",
        "TOPICS__PARTITIONS": "2",
        "DECISION__SEND_PRICE": "0",
        "DECISION__HOLDOUT_INVITE": "0",
        "KAFKA__SSL_CA_FILE": str(files.ca),
        "KAFKA__BOOTSTRAP_SERVERS": kafka.address("mtls" if mutual else "scram"),
        "KAFKA__SECURITY_PROTOCOL": "SSL" if mutual else "SASL_SSL",
        "REDIS__URL": valkey.url("mtls" if mutual else "tls"),
        "REDIS__SSL_CA_FILE": str(files.ca),
        "REDIS__USERNAME": VIEW_USER,
        "REDIS__PASSWORD_FILE": written(folder, "view", VIEW_PASSWORD),
        "ERASURE_SALT_FILE": written(folder, "salt", "a-salt-of-sixteen-or-more"),
    }
    if mutual:
        for section in ("KAFKA", "REDIS"):
            said[f"{section}__SSL_CERT_FILE"] = str(files.client)
            said[f"{section}__SSL_KEY_FILE"] = str(files.client_key)
            said[f"{section}__SSL_KEY_PASSWORD_FILE"] = written(folder, section, KEY_PASSWORD)
    else:
        said["KAFKA__SASL_MECHANISM"] = way
        said["KAFKA__SASL_USERNAME"] = USER
        said["KAFKA__SASL_PASSWORD_FILE"] = written(folder, "login", PASSWORD)
    return {f"LIVECUE_{name}": text for name, text in said.items()}


def announce(settings: Settings) -> None:
    """Report who follows the host of a stream that starts in two hours, and the tick of noon."""
    with event_producer(settings) as producer:
        producer.send(
            StreamRecord(
                stream_id="s",
                ts=NOON - HOUR,
                status="scheduled",
                host_id="h",
                title="Tea from the mountain",
                start_ts=NOON + 2 * HOUR,
            )
        )
        producer.send(
            Interaction(event_id="e", type="follow", user_id="ann", ts=NOON - HOUR, host_id="h")
        )
        producer.tick(NOON)


def reminded(settings: Settings, workers: Workers) -> None:
    """Let the clock run until the reminder is due, and receive it as a push channel does."""
    with (
        TickBarrier(settings.kafka, settings.topics.prefix, 2) as barrier,
        event_producer(settings) as producer,
    ):
        # The rung's window closes an hour before the start.
        for minutes in (1, 30, 59):
            producer.tick(NOON + minutes * 60_000)
            barrier.wait(NOON + minutes * 60_000, workers.check)
    consumer = ReminderConsumer(
        str(settings.kafka.bootstrap_servers),
        "push",
        settings.topics.prefix,
        idle_s=5,
        kafka_options=kafka_security(settings.kafka),
    )
    with consumer:
        assert [(one.user_id, one.stream_id) for one in consumer] == [("ann", "s")]


def check_view(settings: Settings) -> None:
    """See that the view has the user's counts and the reminder that was sent."""
    user = ViewKeys(settings.app_id).user("ann")
    server = redis.Redis.from_url(
        redis_url(settings.redis), **redis_client_options(settings.redis), decode_responses=True
    )
    with closing(server) as client:
        wait_for(lambda: client.hget(user + ":features", "total:follow") == "1", "no counts")
        wait_for(lambda: client.zcard(user + ":reminders") == 1, "no reminder")
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.flushall()


def check_no_secret(outputs: Mapping[str, str]) -> None:
    """No output holds any of the secrets."""
    found = [
        (where, secret) for where, text in outputs.items() for secret in SECRETS if secret in text
    ]
    assert found == []


@pytest.mark.parametrize("way", ["SCRAM-SHA-512", "mTLS"])
def test_an_event_becomes_a_reminder_over_a_secure_wire(
    way: str,
    secure_kafka: SecureBroker,
    secure_valkey: SecureValkey,
    certificates: Certificates,
    topic_prefix: str,
    tmp_path: Path,
) -> None:
    """All clients get through, commands too, with no right that the how-to does not give."""
    env = variables(way, tmp_path, secure_kafka, secure_valkey, certificates)
    env["LIVECUE_TOPICS__PREFIX"] = topic_prefix
    settings = load_settings(env)
    run: dict[str, subprocess.CompletedProcess[str]] = {}
    with Workers(tmp_path, 0, env) as idle:
        run["topics"] = idle.livecue("topics")
    announce(settings)
    with Workers(tmp_path, 1, env) as workers:
        reminded(settings, workers)
        check_view(settings)
        for command in ("doctor", "explain ann s", "erase ann --timeout 0"):
            run[command] = workers.livecue(*command.split())
        log = workers.log(10_000)
    # No tick comes that would let a worker apply the erasure.
    assert {name: (done.returncode, done.stderr) for name, done in run.items()} == {
        "topics": (0, ""),
        "doctor": (0, ""),
        "explain ann s": (0, ""),
        "erase ann --timeout 0": (1, ""),
    }
    assert "keys deleted" in run["erase ann --timeout 0"].stdout
    check_no_secret({name: done.stdout for name, done in run.items()} | {"worker": log})
    check_no_secret({"repr": repr(settings), "json": settings.model_dump_json()})
