"""State that another release wrote: carried forward, or refused with nothing lost."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from badwire.records import good_record
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from oldstate.playing import RULES, put_back, second_half
from oldstate.recording import Recording
from replica.counts import restored_counts
from testbed.bus import Bus
from testbed.workers import Workers
from wirecheck.verdict import judge

FOLDER = Path(__file__).parents[1] / "support" / "oldstate"
NOW = 1_792_800_000_000
RECORDINGS = sorted(FOLDER.glob("row-*.xz"))


def crew(folder: Path, kafka: str, prefix: str) -> Workers:
    """One worker for the recorded topics."""
    settings = {
        "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": kafka,
        "LIVECUE_REDIS__URL": "",
        "LIVECUE_CLOCK": "topic",
        "LIVECUE_TOPICS__PREFIX": prefix,
        "LIVECUE_TOPICS__PARTITIONS": str(RULES.partitions),
        "LIVECUE_DECISION__SEND_PRICE": "0",
    }
    workers = Workers(folder, 1, settings)
    assert workers.livecue("topics").returncode == 0
    return workers


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_what_an_older_release_left_goes_on(kafka: str, tmp_path: Path, path: Path) -> None:
    """Half the world by the old release, half by this: every rule kept, every count exact."""
    recording = Recording.load(path)
    workers = crew(tmp_path, kafka, recording.prefix)
    put_back(recording, kafka)
    with workers:
        run = second_half(recording, kafka, workers)
    verdict = judge(run)
    assert verdict.summary() == ""
    counts = restored_counts(kafka, recording.prefix, RULES.partitions)
    assert counts == {name: dict(one.counts) for name, one in verdict.people.items()}
    before = len(recording.topics["reminders"])
    assert 0 < before < len(run.reminders)


UNKNOWN = {
    "row": (b"from-the-future", (999).to_bytes(2, "little") + bytes(600), "rows of version 999"),
    "progress": (b"\xff\x00meta", b'{"version": 99, "offsets": {}}', "progress of version 99"),
}


@pytest.mark.parametrize("kind", UNKNOWN)
def test_an_unknown_version_stops_the_worker(
    kafka: str, topic_prefix: str, tmp_path: Path, kind: str
) -> None:
    """It says which versions it knows, ends with a failure, and acknowledges nothing."""
    key, value, said = UNKNOWN[kind]
    workers = crew(tmp_path, kafka, topic_prefix)
    with Bus(kafka, topic_prefix, RULES.partitions) as bus:
        producer = KafkaProducer(bootstrap_servers=kafka)
        producer.send(topic_prefix + "state", key=key, value=value).get(30)
        producer.close()
        event = good_record("interactions", "u", NOW - 1)
        bus.write("interactions", b"u", json.dumps(event).encode())
        bus.tick(NOW)
        refused = workers.livecue("worker")
    assert refused.returncode == 1
    assert said in refused.stderr
    assert "this worker knows" in refused.stderr
    assert ends_of(kafka, topic_prefix) == [1, 0, 0, 0]


def ends_of(kafka: str, prefix: str) -> list[int]:
    """Where the topics end that a transaction of a partition writes to."""
    written = ("state", "watermarks", "reminders", "dead-letters")
    places = [TopicPartition(prefix + name, 0) for name in written]
    with closing(KafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)) as reader:
        reader.assign(places)
        reader.seek_to_end(*places)
        return [reader.position(place) for place in places]
