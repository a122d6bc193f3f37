"""The topic `kpis` through Kafka and real workers, against a recount from the other topics."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from enginerig.deployment import Deployment, wait_for
from enginerig.workers import ThreadWorker

from features.contracts import Kpi
from streams.engine.clock import wall_clock_ms
from streams.testing import MovableClock, feedback, interaction, stream

T0 = 1_764_000_000_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
START = T0 + 3 * HOUR
USERS = [f"u{number}" for number in range(60)]
OPTIONS: dict[str, Any] = {
    "default_quiet_hours": None,
    "decision": {"send_price": 0.0, "holdout_invite": 0.3},
}


def deployment(kafka: str, prefix: str, clock: str = "topic") -> Deployment:
    """Topics with two user partitions, and a policy that invites whom it may."""
    return Deployment(kafka, prefix, 2, clock, **OPTIONS)


class Story:
    """Followers of a host are invited to a stream, and some of them come."""

    def __init__(self, made: Deployment) -> None:
        self.made, self.topics = made, made.topics
        self.clock = MovableClock(T0)
        self.reminders: list[dict[str, Any]] = []

    def tick(self, by_ms: int) -> None:
        """One tick, once everybody has decided the one before."""
        self.made.wait_for_tick(self.made.tick(self.clock, by_ms))

    def invite(self) -> None:
        """From the first event to the end of the window of `2h`: then no rung is open."""
        events = [interaction(user, "follow", T0 - HOUR, host_id="h") for user in USERS]
        events += [
            interaction(user, "watch", T0 - HOUR + 1, host_id="h", stream_id="old", dwell_ms=9_000)
            for user in USERS
        ]
        self.made.send(self.topics.interactions, *events)
        scheduled = stream("s", T0 - HOUR, host_id="h", start_ts=START, end_ts=START + HOUR)
        self.made.send(self.topics.streams, scheduled)
        self.tick(0)
        while self.clock() < START - HOUR:
            self.tick(10 * MINUTE)
        rows = self.made.records(self.topics.reminders)
        self.reminders = sorted(
            (msgspec.json.decode(row.value) for row in rows), key=lambda one: str(one["user_id"])
        )

    def respond(self) -> None:
        """Every second opens, every third reserves, every fourth comes, every sixth buys."""
        self.tick(10 * MINUTE)
        now = self.clock() - MINUTE
        self.made.send(
            self.topics.feedback,
            *(
                feedback(one["user_id"], "opened", now, reminder_id=one["reminder_id"])
                for one in self.reminders[::2]
            ),
            feedback(self.reminders[0]["user_id"], "muted", now),
        )
        events = [
            interaction(one["user_id"], kind, now + 1, stream_id="s", amount=2.5)
            for kind, step in (("reserve", 3), ("enter", 4), ("purchase", 6))
            for one in self.reminders[::step]
        ]
        invited = {one["user_id"] for one in self.reminders}
        uninvited = [user for user in USERS if user not in invited]
        events += [interaction(user, "enter", now, stream_id="s") for user in uninvited[:1]]
        self.made.send(self.topics.interactions, *events)
        self.tick(MINUTE)

    def newest(self) -> dict[str, Kpi | None]:
        """The newest record of each key."""
        return {
            row.key.decode(): None if row.value is None else decoded(row.value)
            for row in self.made.records(self.topics.kpis)
        }

    def wait_for(self, **counts: float) -> dict[str, Kpi | None]:
        """Wait until `global` says these numbers."""
        found: dict[str, Kpi | None] = {}

        def holds() -> bool:
            found.update(self.newest())
            kpi = found.get("global")
            return kpi is not None and counts == {name: getattr(kpi, name) for name in counts}

        wait_for(holds, f"not {counts} in {found}")
        return found


def decoded(value: bytes) -> Kpi:
    """A record as the contract has it."""
    return msgspec.json.decode(value, type=Kpi)


def expected(reminders: list[dict[str, Any]]) -> dict[str, float]:
    """What `respond` makes of these."""
    both = {one["user_id"] for one in reminders[::3]} & {one["user_id"] for one in reminders[::4]}
    return {
        "sent": len(reminders),
        "delivered": len(reminders),
        "opened": len(reminders[::2]),
        "reserved": len(reminders[::3]),
        "attended": len(reminders[::4]),
        "reservers_attended": len(both),
        "purchased": len(reminders[::6]),
        "revenue": 2.5 * len(reminders[::6]),
        "muted": 1,
    }


def test_every_scope_counts_exactly_with_any_workers(kafka: str, topic_prefix: str) -> None:
    """Two workers and one say the same; a restart changes nothing; after a week it is gone."""
    told: list[dict[str, bytes]] = []
    for number, workers in enumerate((2, 1)):
        with deployment(kafka, f"{topic_prefix}{number}.") as made:
            story = Story(made)
            running = [ThreadWorker(made).start() for _ in range(workers)]
            try:
                story.invite()
                assert len({one["user_id"] for one in story.reminders}) == len(story.reminders) > 9
                story.respond()
                counts = expected(story.reminders)
                found = story.wait_for(**counts)
            finally:
                for worker in running:
                    worker.stop()
            check(found, counts, story)
            told.append({key: msgspec.json.encode(kpi) for key, kpi in found.items()})
            if workers == 1:
                told.append(after_restart(made, story))
                wait_until_forgotten(made, story)
    assert told[0] == told[1] == told[2]


def check(found: dict[str, Kpi | None], counts: dict[str, float], story: Story) -> None:
    """Every scope says what the one stream's reminders add up to."""
    rungs = Counter(one["rung"] for one in story.reminders)
    scopes = {
        "global",
        "stream:s",
        "host:h",
        "strategy:hybrid",
        *(f"rung:{rung}" for rung in rungs),
    }
    assert set(found) == scopes
    for key in ("global", "stream:s", "host:h", "strategy:hybrid"):
        kpi = found[key]
        assert kpi is not None
        assert {name: getattr(kpi, name) for name in counts} == counts
        assert kpi.eligible >= kpi.sent
        assert kpi.lift is not None
        assert kpi.rates.open.low < counts["opened"] / counts["sent"] < kpi.rates.open.high
        assert kpi.from_ts < kpi.to_ts == story.clock()


def after_restart(made: Deployment, story: Story) -> dict[str, bytes]:
    """What is said after a worker began anew and had a tick, without a new record."""
    written = made.ends(made.topics.kpis)
    with ThreadWorker(made):
        story.tick(MINUTE)
        found = story.newest()
    assert made.ends(made.topics.kpis) == written
    return {key: msgspec.json.encode(kpi) for key, kpi in found.items()}


def wait_until_forgotten(made: Deployment, story: Story) -> None:
    """A week after the close the stream and its host are gone, the sums stay."""
    with ThreadWorker(made):
        for by_ms in (2 * HOUR, 25 * HOUR, 6 * DAY):
            story.tick(by_ms)
        wait_for(lambda: story.newest()["stream:s"] is None, "the stream is still there")
        found = story.newest()
    assert found["host:h"] is None
    assert found["global"] is not None


def test_numbers_move_on_the_wall_clock(kafka: str, topic_prefix: str) -> None:
    """What is planned shows within seconds, without a tick."""
    with deployment(kafka, topic_prefix, "system") as made:
        story = Story(made)
        now = wall_clock_ms()
        events = [interaction(user, "follow", now, host_id="h") for user in USERS]
        made.send(made.topics.interactions, *events)
        with ThreadWorker(made):
            made.wait_until_applied()
            scheduled = stream("s", now, host_id="h", start_ts=now + 3 * HOUR)
            made.send(made.topics.streams, scheduled)
            wait_for(lambda: "stream:s" in story.newest(), "no record", 30)
            kpi = story.newest()["stream:s"]
    assert kpi is not None
    assert 0 < kpi.eligible <= len(USERS)
