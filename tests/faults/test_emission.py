"""Workers killed while a hundred thousand reminders are being emitted."""

from __future__ import annotations

import json
import signal
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from steady.crew import Crew, wait_for
from steady.length import LONG
from testbed.bus import Bus
from wirecheck.records import Run, Tick
from wirecheck.rules import HOUR_MS, Rules
from wirecheck.verdict import judge

pytestmark = pytest.mark.skipif(not LONG, reason="make faults")
USERS = 100_000
PARTITIONS = 2
START_TS = 1_792_800_000_000 // HOUR_MS * HOUR_MS + 40 * HOUR_MS
WAIT_S = 300.0


def crew_of(kafka: str, prefix: str, folder: Path) -> Crew:
    """Workers for whom everybody is to be reminded."""
    crew = Crew(
        folder,
        {
            "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": kafka,
            "LIVECUE_KAFKA__SESSION_TIMEOUT_S": "6",
            "LIVECUE_REDIS__URL": "",
            "LIVECUE_CLOCK": "topic",
            "LIVECUE_TOPICS__PREFIX": prefix,
            "LIVECUE_TOPICS__PARTITIONS": str(PARTITIONS),
            "LIVECUE_DEFAULT_QUIET_HOURS": "null",
            "LIVECUE_DECISION__SEND_PRICE": "-1",
            "LIVECUE_DECISION__HOLDOUT_INVITE": "0",
        },
    )
    assert crew.livecue("topics").returncode == 0
    return crew


def emitted(kafka: str, prefix: str) -> int:
    """How many offsets `reminders` has, open transactions counted too."""
    places = [TopicPartition(prefix + "reminders", number) for number in range(PARTITIONS)]
    with closing(KafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)) as reader:
        reader.assign(places)
        reader.seek_to_end(*places)
        return sum(reader.position(place) for place in places)


def decided(bus: Bus, ts: int) -> bool:
    """Whether all partitions have had a tick, and the reminders before it have come."""
    marks = [json.loads(one.value or b"{}") for one in bus.read["watermarks"][-50:]]
    ends = {one["partition"]: one["reminders_end_offset"] for one in marks if one["clock_ts"] == ts}
    return ends.keys() == bus.reminder_ends.keys() and all(
        bus.reminder_ends[number] >= end for number, end in ends.items()
    )


@pytest.mark.timeout(1800)
def test_killed_while_a_hundred_thousand_go_out(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    """Once by a failpoint, once from outside in the midst of it: everybody gets theirs once."""
    rules = Rules(partitions=PARTITIONS, default_quiet_hours=("00:00", "00:00"))
    with crew_of(kafka, topic_prefix, tmp_path) as crew, Bus(kafka, topic_prefix, 2) as bus:
        run = Run(topic_prefix, rules, bus.written, [], bus.read["reminders"], [], [])
        run.watermarks, run.dead_letters = bus.read["watermarks"], bus.read["dead-letters"]
        victim = crew.hire("outbox.reminders_written:kill:1")
        known_ts = START_TS - 30 * HOUR_MS
        for number in range(USERS):
            user = f"u{number}"
            event = {"event_id": "e", "type": "follow", "host_id": "h", "ts": known_ts - 1}
            value = json.dumps({"user_id": user, **event}).encode()
            bus.write("interactions", user.encode(), value)
        show = {"status": "scheduled", "host_id": "h", "title": "Show", "start_ts": START_TS}
        value = json.dumps({"stream_id": "s", "ts": known_ts - 1, **show}).encode()
        bus.write("streams", b"s", value)
        for ts in (known_ts, START_TS - 18 * HOUR_MS):
            bus.tick(ts)
            run.ticks.append(Tick(ts, dict(bus.ends)))
            if ts == known_ts:
                assert bus.poll_until(partial(decided, bus, ts), WAIT_S, crew.check), crew.log()
        victim.ends_with(-signal.SIGKILL)
        crew.hands.remove(victim)
        before = emitted(kafka, topic_prefix)
        second = crew.hire_ready()
        wait_for(lambda: emitted(kafka, topic_prefix) > before, crew.log)
        crew.kill(second)
        crew.hire()
        ts = run.ticks[-1].ts
        assert bus.poll_until(partial(decided, bus, ts), WAIT_S, crew.check), crew.log()
    assert len({one.key for one in run.reminders}) == len(run.reminders) == USERS
    assert judge(run).summary() == ""
