"""Bad records through a real broker and worker: one dead letter each, and nothing else happens."""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from badwire.records import BadRecord, bad_records, good_record
from replica.counts import restored_counts
from testbed.bus import Bus
from testbed.workers import Workers
from wirecheck.dead_letters import check_dead_letters
from wirecheck.records import INPUTS, Run
from wirecheck.rules import Rules

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
PARTITIONS = 2
WAIT_S = 60.0
BAD_COPIES = {
    "never closed": "{{ nickname",
    "out of the sandbox": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "endless": "{% for x in range(10**9) %}{% endfor %}",
    "huge": "{{ 'x' * 10**9 }}",
    "calls": "{{ nickname.upper() }}",
    "unknown tag": "{% include '/etc/passwd' %}",
}


class Ordeal:
    """All bad records of all inputs, each between good neighbours."""

    def __init__(self, bus: Bus, prefix: str, now: int, ahead_ms: int) -> None:
        rules = Rules(partitions=PARTITIONS)
        self.run = Run(prefix, rules, bus.written, [], [], [], bus.read["dead-letters"])
        self.good = 0
        self._kinds: dict[str, str] = {}
        self._bus, self._now = bus, now
        for topic in INPUTS:
            for bad in bad_records(topic, now, ahead_ms):
                self._write_good(topic)
                self._write_bad(bad)
                self._write_good(topic)
        self._write_bad_copies()
        bus.flush()
        assert bus.stored_ends() == bus.ends

    def reported(self) -> bool:
        """Whether as many dead letters have come as must."""
        return len(self.run.dead_letters) >= len(self.run.bad | self.run.bad_copies)

    def judge(self) -> str:
        """What is wrong with the dead letters."""
        found = [one.text for one in check_dead_letters(self.run)]
        for text in found[:]:
            found += [f"{name} is {kind}" for name, kind in self._kinds.items() if name in text]
        return "\n".join(found)

    def _write_good(self, topic: str) -> None:
        self.good += 1
        value = good_record(topic, "good", self._now - MINUTE_MS, self.good)
        self._bus.write(topic, b"good", json.dumps(value).encode())

    def _write_bad(self, bad: BadRecord) -> None:
        written = self._bus.write(bad.topic, bad.key, bad.value)
        self.run.bad.add(written.place)
        self._kinds[str(written.place)] = bad.name

    def _write_bad_copies(self) -> None:
        for name, template in BAD_COPIES.items():
            copy = {"copy_id": name, "locale": "en", "title": template, "body": "b"}
            value = good_record("streams", name, self._now) | {"copies": [copy]}
            written = self._bus.write("streams", name.encode(), json.dumps(value).encode())
            self.run.bad_copies.add(written.place)
            self._kinds[str(written.place)] = name


def crew(folder: Path, kafka: str, prefix: str, clock: str) -> Workers:
    """One worker of its own group."""
    settings = {
        "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": kafka,
        "LIVECUE_REDIS__URL": "",
        "LIVECUE_CLOCK": clock,
        "LIVECUE_TOPICS__PREFIX": prefix,
        "LIVECUE_TOPICS__PARTITIONS": str(PARTITIONS),
    }
    workers = Workers(folder, 1, settings)
    assert workers.livecue("topics").returncode == 0
    return workers


def watermarks(bus: Bus) -> list[dict[str, Any]]:
    """All watermarks read."""
    return [json.loads(one.value or b"{}") for one in bus.read["watermarks"]]


def applied(bus: Bus, prefix: str) -> bool:
    """Whether watermarks of all partitions cover all that was written."""
    covered: set[int] = set()
    for mark in watermarks(bus):
        places = {
            (topic, 0 if topic == "streams" else mark["partition"]): mark["offsets"][prefix + topic]
            for topic in INPUTS
        }
        if all(end >= bus.ends[place] for place, end in places.items()):
            covered.add(mark["partition"])
    return len(covered) == PARTITIONS


def assert_only_good_counts(ordeal: Ordeal, kafka: str, prefix: str) -> None:
    """One dead letter a bad record, and the good neighbours are in the state."""
    assert ordeal.judge() == ""
    expected = sum(
        record.topic == "interactions" and record.key == b"good" for record in ordeal.run.inputs
    )
    counts = restored_counts(kafka, prefix, PARTITIONS)
    assert counts == {"good": {"product_view": expected}}


def test_on_the_system_clock(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    """A `ts` more than five minutes ahead of the wall clock is bad too."""
    with (
        crew(tmp_path, kafka, topic_prefix, "system") as workers,
        Bus(kafka, topic_prefix, PARTITIONS) as bus,
    ):
        ordeal = Ordeal(bus, topic_prefix, time.time_ns() // 1_000_000, 5 * MINUTE_MS)
        done = bus.poll_until(lambda: applied(bus, topic_prefix), WAIT_S, workers.check)
        assert done, workers.log()
        bus.poll_until(ordeal.reported, 10, workers.check)
        assert_only_good_counts(ordeal, kafka, topic_prefix)


def test_on_the_topic_clock(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    """A `ts` more than 24 h ahead of the last tick is bad too."""
    now = 1_792_800_000_000
    with (
        crew(tmp_path, kafka, topic_prefix, "topic") as workers,
        Bus(kafka, topic_prefix, PARTITIONS) as bus,
    ):
        for ts in (now, now + MINUTE_MS):
            if ts > now:
                ordeal = Ordeal(bus, topic_prefix, now, DAY_MS)
            bus.tick(ts)
            done = bus.poll_until(partial(ticked, bus, ts), WAIT_S, workers.check)
            assert done, workers.log()
        bus.poll_until(ordeal.reported, 10, workers.check)
        assert_only_good_counts(ordeal, kafka, topic_prefix)


def ticked(bus: Bus, ts: int) -> bool:
    """Whether all partitions have had a tick."""
    return {one["partition"] for one in watermarks(bus) if one["clock_ts"] == ts} == {0, 1}


@pytest.mark.parametrize("years", [-30, 100])
def test_a_stream_in_the_past_or_a_century_ahead(
    kafka: str, topic_prefix: str, tmp_path: Path, years: int
) -> None:
    """It is refused or never comes up; whoever waits for it is not disturbed."""
    now = 1_792_800_000_000
    with (
        crew(tmp_path, kafka, topic_prefix, "topic") as workers,
        Bus(kafka, topic_prefix, PARTITIONS) as bus,
    ):
        for name, start_ts in (("odd", now + years * 365 * DAY_MS), ("even", now + 25 * 3_600_000)):
            value = good_record("streams", name, now - 1) | {"start_ts": start_ts}
            bus.write("streams", name.encode(), json.dumps(value).encode())
        follow = good_record("interactions", "good", now - 1) | {"type": "follow", "host_id": "h"}
        reserve = [
            good_record("interactions", "good", now - 1, number)
            | {"type": "reserve", "stream_id": name}
            for number, name in enumerate(("odd", "even"), 1)
        ]
        for event in (follow, *reserve):
            bus.write("interactions", b"good", json.dumps(event).encode())
        for hours in range(26):
            ts = now + hours * 3_600_000
            bus.tick(ts)
            done = bus.poll_until(partial(ticked, bus, ts), WAIT_S, workers.check)
            assert done, workers.log()
        sent = [json.loads(one.value or b"{}")["stream_id"] for one in bus.read["reminders"]]
        assert set(sent) == {"even"}
        assert len(bus.read["dead-letters"]) <= 1
