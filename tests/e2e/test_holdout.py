"""The holdout on the wire: about two in a hundred pairs are never invited, and all others are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from simworld.fans import Fans
from testbed.drive import Drive, drive
from wirecheck.verdict import judge

START_TS = int(datetime(2026, 10, 24, tzinfo=UTC).timestamp()) * 1000


def test_two_in_a_hundred_pairs_are_never_invited(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    """2,400 pairs that nothing else holds back: 48 in the holdout, give or take four deviations."""
    fans = Fans(users=1200, streams=2, start_ts=START_TS)
    settings = {"LIVECUE_DECISION__SEND_PRICE": "0"}
    run = drive(Drive(fans, workers=1, settings=settings), kafka, topic_prefix, tmp_path)
    assert judge(run).summary() == ""
    sent = [json.loads(one.value or b"{}") for one in run.reminders]
    left_out = fans.pairs - {(one["user_id"], one["stream_id"]) for one in sent}
    assert 20 <= len(left_out) <= 76
