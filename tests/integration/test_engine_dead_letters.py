"""Every bad record has its dead letter, once, whoever reads it and however often."""

from __future__ import annotations

from collections import Counter

import pytest
from enginerig.deployment import Deployment, wait_for
from enginerig.workers import ThreadWorker

from streams.testing import MovableClock, interaction, profile, stream

T0 = 1_764_000_000_000
BAD_COPY = {"copy_id": "c1", "locale": "en", "title": "{{ secret }}", "body": "b"}


def _letters(deployment: Deployment) -> Counter[tuple[str, str, int]]:
    found: Counter[tuple[str, str, int]] = Counter()
    for letter in deployment.records(deployment.topics.dead_letters):
        headers = {name: value.decode() for name, value in letter.headers}
        topic = headers["source_topic"].removeprefix(deployment.settings.topics.prefix)
        found[topic, headers["error_code"], int(headers["source_offset"])] += 1
    return found


def _settle(deployment: Deployment, clock: MovableClock | None) -> None:
    """Let everything be applied that was sent."""
    if clock is not None:
        deployment.wait_for_tick(deployment.tick(clock, 60_000))
    deployment.wait_until_applied()


@pytest.mark.parametrize("kind", ["system", "topic"])
def test_once_over_restarts(kind: str, kafka: str, topic_prefix: str) -> None:
    """Bad streams before the first worker, while one runs, and between two; and bad events."""
    with Deployment(kafka, topic_prefix, 2, kind) as deployment:
        topics = deployment.topics
        clock = MovableClock(T0) if kind == "topic" else None
        expected: Counter[tuple[str, str, int]] = Counter()

        def send_bad(number: int) -> None:
            deployment.send(topics.streams, (b"s", b"{"), stream("t", T0, copies=[BAD_COPY]))
            deployment.send(topics.interactions, (b"u", b"[]"), interaction("u", ts=T0 + number))
            expected["streams", "not_json", 2 * number] += 1
            expected["streams", "bad_copy", 2 * number + 1] += 1
            expected["interactions", "wrong_type", 2 * number] += 1

        for number in range(0, 6, 2):
            send_bad(number)
            with ThreadWorker(deployment):
                _settle(deployment, clock)
                wait_for(lambda: _letters(deployment) == expected, "letters come")
                send_bad(number + 1)
                _settle(deployment, clock)
                wait_for(lambda: _letters(deployment) == expected, "letters come")
        assert deployment.totals() == {"u": 6}


def test_once_when_partition_0_moves(kafka: str, topic_prefix: str) -> None:
    """Its new owner has read `streams` before, and reports only what the old one has not."""
    with Deployment(kafka, topic_prefix, 2) as deployment:
        streams, bad = deployment.topics.streams, (b"s", b"{")
        first = ThreadWorker(deployment).start()
        wait_for(lambda: len(first.assignment) == 6, "the first owns all")
        with ThreadWorker(deployment) as second:
            wait_for(lambda: len(second.assignment) == 3, "the second owns one")
            for number in range(4):
                deployment.send(streams, bad)
                if number == 2:
                    first.stop()
            wait_for(lambda: len(second.assignment) == 6, "the second owns all")
            expected = {("streams", "not_json", number): 1 for number in range(4)}
            wait_for(lambda: len(_letters(deployment)) == 4, "letters come")
            deployment.send(deployment.topics.profiles, profile("u", T0))
            deployment.wait_until_applied()
        assert _letters(deployment) == expected


def test_two_mebibytes_come_whole(kafka: str, topic_prefix: str) -> None:
    """The largest record that an input takes fits into the dead-letter topic."""
    large = b'{"event_id": "' + b"x" * ((2 << 20) - 2_000) + b'"}'
    with Deployment(kafka, topic_prefix, 2) as deployment:
        deployment.send(deployment.topics.interactions, (b"u", large), interaction("u", ts=T0))
        with ThreadWorker(deployment):
            deployment.wait_until_applied()
        (letter,) = deployment.records(deployment.topics.dead_letters)
        assert letter.value == large
        assert deployment.totals() == {"u": 1}
