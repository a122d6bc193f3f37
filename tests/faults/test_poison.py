"""A flood of bad records, one to each good one: all reported, and the good ones hardly slower."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from itertools import chain, cycle, islice
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from badwire.codes import code_of
from badwire.records import BadRecord, bad_records, good_record
from replica.counts import restored_counts
from steady.length import LONG
from testbed.bus import Bus
from testbed.workers import Workers
from wirecheck.dead_letters import check_dead_letters
from wirecheck.records import INPUTS, Run
from wirecheck.rules import MINUTE_MS, Rules

BAD = 200_000 if LONG else 2_000
PARTITIONS = 2
USERS = 500
WAIT_S = 300.0
HEAVY_BYTES = 2_000
# Of the good ones alone, in a backlog: a worker that waits for this writer spends most of its time
# so, twice as much where there is twice as much to write.
LEAST_SHARE = 0.5
LEAST_SHARE_OF_CPU = 0.25
"""The same per CPU second of the worker. A bad record costs more than a good one: what is wrong has
to be found out, said, and written with the whole record."""
REST = 0.1
"""Share of a core below which a worker is at rest."""


def flood(now: int) -> Iterator[BadRecord]:
    """Every kind once; then without end those that are not mainly heavy, or compacted."""
    kinds = [one for topic in INPUTS for one in bad_records(topic, now, 5 * MINUTE_MS)]
    light = [
        one
        for one in kinds
        if len(one.value or b"") < HEAVY_BYTES and one.topic in ("interactions", "feedback")
    ]
    yield from chain(kinds, cycle(light))


class Shower:
    """Good records, with or without bad ones between them.

    Attributes
    ----------
    run : what was written and what came of it.
    good : how many good records were written.
    kinds : place of each bad record to its kind.
    """

    def __init__(self, bus: Bus, prefix: str) -> None:
        self.run = Run(prefix, Rules(partitions=PARTITIONS), bus.written, [], [], [], [])
        self.run.dead_letters = bus.read["dead-letters"]
        self.kinds: dict[tuple[str, int, int], str] = {}
        self.good = 0
        self._bus, self._now = bus, time.time_ns() // 1_000_000

    def pour(self, good: int, bad: int) -> None:
        """Write so many of both, in turns."""
        poison = islice(flood(self._now), bad)
        for _ in range(good):
            self.good += 1
            user = f"u{self.good % USERS}"
            event = good_record("interactions", user, self._now - MINUTE_MS, self.good)
            self._bus.write("interactions", user.encode(), json.dumps(event).encode())
            one = next(poison, None)
            if one is not None:
                written = self._bus.write(one.topic, one.key, one.value)
                self.kinds[written.place] = one.name
                self.run.bad.add(written.place)
        self._bus.flush()

    def wrong_codes(self) -> Counter[tuple[str, str]]:
        """Kinds of bad records and the code that they got where another is right."""
        found: Counter[tuple[str, str]] = Counter()
        for letter in self.run.dead_letters:
            said = {name: value.decode() for name, value in letter.headers}
            topic = said["source_topic"].removeprefix(self.run.prefix)
            place = (topic, int(said["source_partition"]), int(said["source_offset"]))
            name, code = self.kinds[place], said["error_code"]
            if code != code_of(name):
                found[name, code] += 1
        return found


class Cost(NamedTuple):
    """What a shower takes: CPU seconds of the worker, and seconds until it is through."""

    cpu_s: float
    took_s: float


def cost_of(kafka: str, prefix: str, folder: Path, good: int, bad: int) -> Cost:
    """What a worker needs for a shower that came while it was suspended, judged."""
    folder.mkdir()
    settings = {
        "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": kafka,
        "LIVECUE_REDIS__URL": "",
        "LIVECUE_TOPICS__PREFIX": prefix,
        "LIVECUE_TOPICS__PARTITIONS": str(PARTITIONS),
        "LIVECUE_KAFKA__REQUEST_TIMEOUT_S": str(WAIT_S),
        "LIVECUE_KAFKA__SESSION_TIMEOUT_S": str(WAIT_S),
    }
    workers = Workers(folder, 1, settings)
    assert workers.livecue("topics").returncode == 0
    with workers, Bus(kafka, prefix, PARTITIONS) as bus:
        shower = Shower(bus, prefix)
        shower.pour(2_000, 0)
        assert bus.poll_until(lambda: applied(bus, prefix), WAIT_S, workers.check)
        process = psutil.Process(workers.pids[0])
        assert bus.poll_until(lambda: is_at_rest(process), WAIT_S, workers.check)
        process.suspend()
        shower.pour(good, bad)
        before, began = spent_s(process), time.monotonic()
        process.resume()
        with bus.leaving("dead-letters"):
            done = bus.poll_until(lambda: applied(bus, prefix), WAIT_S, workers.check)
        assert done, workers.log()
        cost = Cost(spent_s(process) - before, time.monotonic() - began)
        done = bus.poll_until(lambda: len(shower.run.dead_letters) >= bad, WAIT_S, workers.check)
        assert done, f"{len(shower.run.dead_letters)} of {bad} dead letters"
    assert shower.wrong_codes() == Counter()
    assert [one.text for one in check_dead_letters(shower.run)][:5] == []
    counts = restored_counts(kafka, prefix, PARTITIONS)
    counted = sum(sum(kinds.values()) for kinds in counts.values())
    assert counted == shower.good
    return cost


def spent_s(process: psutil.Process) -> float:
    """CPU seconds of the process since its start."""
    return float(sum(process.cpu_times()[:2]))


def is_at_rest(process: psutil.Process) -> bool:
    """Whether it does next to nothing for a moment: what comes with its start is done."""
    before = spent_s(process)
    time.sleep(0.5)
    return spent_s(process) - before < REST * 0.5


def applied(bus: Bus, prefix: str) -> bool:
    """Whether watermarks of all partitions cover all that was written."""
    newest = {}
    for record in bus.read["watermarks"][-200:]:
        mark = json.loads(record.value or b"{}")
        newest[mark["partition"]] = mark["offsets"]
    return len(newest) == PARTITIONS and all(
        offsets[prefix + topic] >= bus.ends[topic, 0 if topic == "streams" else number]
        for number, offsets in newest.items()
        for topic in INPUTS
    )


@pytest.mark.timeout(1800)
def test_a_flood_of_bad_records(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    """Every bad one is a dead letter with the right code; good ones take at most twice as long."""
    clean = cost_of(kafka, f"{topic_prefix}clean.", tmp_path / "clean", BAD, 0)
    mixed = cost_of(kafka, f"{topic_prefix}mixed.", tmp_path / "mixed", BAD, BAD)
    print(f"{BAD} good: {clean}; with as many bad ones: {mixed}")
    assert not LONG or clean.took_s / mixed.took_s >= LEAST_SHARE
    assert not LONG or clean.cpu_s / mixed.cpu_s >= LEAST_SHARE_OF_CPU
