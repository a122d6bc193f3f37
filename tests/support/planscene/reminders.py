"""A reminder as the wire has it, for tests that care about few of its fields."""

from __future__ import annotations

from features.contracts import Reason, Reminder

__all__ = ["invitation"]


def invitation(
    reminder_id: str, *, user_id: str, stream_id: str, host_id: str, send_ts: int, start_ts: int
) -> Reminder:
    """An invitation on the last rung; times in epoch ms."""
    return Reminder(
        reminder_id=reminder_id,
        user_id=user_id,
        stream_id=stream_id,
        host_id=host_id,
        rung="15m",
        intent="invite",
        channel="push",
        send_ts=send_ts,
        start_ts=start_ts,
        expires_ts=start_ts,
        title="title",
        body="body",
        locale="en",
        copy_id=None,
        cover_id=None,
        media=None,
        deeplink="livecue://stream",
        actions=[],
        score=0.1,
        reasons=[Reason(code="new", text="new", weight=1.0)],
        experiment=None,
        policy="exploit",
        propensity=1.0,
        model_version=0,
    )
