"""One example of each record, as bytes on the wire would hold it: for docs and tests."""

from __future__ import annotations

from typing import Any

__all__ = ["EXAMPLES"]

_START_TS = 1_735_732_800_000
_HOUR_MS = 3_600_000
_RATE = {"value": 0.125, "low": 0.11, "high": 0.14}

EXAMPLES: dict[str, list[tuple[str | None, dict[str, Any]]]] = {
    "interactions": [
        (
            "u-1024",
            {
                "event_id": "e-1",
                "type": "watch",
                "user_id": "u-1024",
                "ts": _START_TS - 50 * _HOUR_MS,
                "stream_id": "s-88",
                "host_id": "h-7",
                "category": "beauty",
                "dwell_ms": 185_000,
            },
        ),
        (
            "u-1024",
            {
                "event_id": "e-2",
                "type": "follow",
                "user_id": "u-1024",
                "ts": _START_TS - 49 * _HOUR_MS,
                "host_id": "h-7",
            },
        ),
        (
            "u-1024",
            {
                "event_id": "e-3",
                "type": "purchase",
                "user_id": "u-1024",
                "ts": _START_TS - 48 * _HOUR_MS,
                "stream_id": "s-88",
                "product_id": "p-5",
                "amount": 129.9,
            },
        ),
    ],
    "feedback": [
        (
            "u-1024",
            {
                "event_id": "f-1",
                "type": "opened",
                "user_id": "u-1024",
                "ts": _START_TS - _HOUR_MS,
                "reminder_id": "5b0f2c9d41e7a8360c1d9be2f4a7335e",
            },
        ),
        (
            "u-1024",
            {"event_id": "f-2", "type": "muted", "user_id": "u-1024", "ts": _START_TS + _HOUR_MS},
        ),
    ],
    "profiles": [
        (
            "u-1024",
            {
                "user_id": "u-1024",
                "ts": _START_TS - 100 * _HOUR_MS,
                "nickname": "小林",
                "timezone": "Asia/Shanghai",
                "locale": "zh-CN",
                "consent": {"push": True, "personalization": True},
                "quiet_hours": {"start": "23:00", "end": "07:30"},
                "categories": ["beauty", "home"],
            },
        ),
        (
            "u-2048",
            {
                "user_id": "u-2048",
                "ts": _START_TS,
                "nickname": None,
                "consent": {"push": False},
                "quiet_hours": None,
            },
        ),
        ("u-4096", {"user_id": "u-4096", "ts": _START_TS, "erase": True}),
    ],
    "streams": [
        (
            "s-99",
            {
                "stream_id": "s-99",
                "ts": _START_TS - 72 * _HOUR_MS,
                "status": "scheduled",
                "host_id": "h-7",
                "title": "New Year lipsticks, live from the lab",
                "start_ts": _START_TS,
                "end_ts": _START_TS + 2 * _HOUR_MS,
                "host_name": "Lin",
                "category": "beauty",
                "tags": ["lipstick", "new year"],
                "products": [{"product_id": "p-5", "name": "Lipstick 05", "price": 129.9}],
                "covers": [
                    {
                        "cover_id": "cv-1",
                        "url": "https://cdn.example.com/s-99/cover.jpg",
                        "kind": "image",
                    }
                ],
                "copies": [
                    {
                        "copy_id": "cp-1",
                        "locale": "en",
                        "title": "{{ host_name }} starts in {{ starts_in }}",
                        "body": "{{ nickname }}, {{ product_name }} is in today's show.",
                    }
                ],
                "max_invites": 100_000,
                "deeplink": "shop://live/s-99",
            },
        ),
        ("s-99", {"stream_id": "s-99", "ts": _START_TS, "status": "live"}),
    ],
    "reminders": [
        (
            "u-1024",
            {
                "reminder_id": "5b0f2c9d41e7a8360c1d9be2f4a7335e",
                "user_id": "u-1024",
                "stream_id": "s-99",
                "host_id": "h-7",
                "rung": "2h",
                "intent": "invite",
                "channel": "push",
                "send_ts": _START_TS - 2 * _HOUR_MS,
                "start_ts": _START_TS,
                "expires_ts": _START_TS,
                "title": "Lin starts in 2 hours",
                "body": "小林, Lipstick 05 is in today's show.",
                "locale": "en",
                "copy_id": "cp-1",
                "cover_id": "cv-1",
                "media": {"url": "https://cdn.example.com/s-99/cover.jpg", "kind": "image"},
                "deeplink": "shop://live/s-99",
                "actions": [
                    {"type": "reserve", "label": "Remind me", "url": "shop://live/s-99"},
                    {"type": "open", "label": "Open", "url": "shop://live/s-99"},
                ],
                "score": 0.0815,
                "reasons": [
                    {"code": "follows_host", "text": "You follow Lin", "weight": 0.7},
                ],
                "experiment": None,
                "policy": "exploit",
                "propensity": 0.95,
                "model_version": 12,
            },
        ),
    ],
    "watermarks": [
        (
            "3",
            {
                "partition": 3,
                "clock_ts": _START_TS,
                "offsets": {
                    "livecue.interactions": 18_250,
                    "livecue.feedback": 911,
                    "livecue.profiles": 402,
                    "livecue.streams": 97,
                },
                "reminders_end_offset": 1_204,
            },
        ),
    ],
    "kpis": [
        (
            "rung:2h",
            {
                "scope": "rung",
                "id": "2h",
                "from_ts": _START_TS - 24 * _HOUR_MS,
                "to_ts": _START_TS,
                "eligible": 12_000,
                "sent": 4_000,
                "delivered": 3_900,
                "opened": 500,
                "reserved": 240,
                "reservers_attended": 130,
                "attended": 410,
                "purchased": 35,
                "muted": 4,
                "revenue": 4_546.5,
                "rates": dict.fromkeys(
                    ("open", "reservation", "attendance_of_reservers", "conversion", "mute"), _RATE
                ),
                "lift": {"attendance": {"value": 0.021, "low": 0.004, "high": 0.038}},
                "diagnosis": [
                    {
                        "code": "low_open_rate",
                        "text": "Fewer open this rung than the others.",
                        "evidence": {"open": 0.125, "others": 0.17},
                    }
                ],
            },
        ),
    ],
    "clock": [(None, {"ts": _START_TS})],
}
"""By topic without its prefix: (key, value) of each example."""
