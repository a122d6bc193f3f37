from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from reminders.deeplinks import action_url, stream_url


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("https://a.example/s", "https://a.example/s?action=open&reminder_id=ID"),
        ("https://a.example", "https://a.example?action=open&reminder_id=ID"),
        ("https://a.example/s?", "https://a.example/s?action=open&reminder_id=ID"),
        ("https://a.example/s?x=1", "https://a.example/s?x=1&action=open&reminder_id=ID"),
        ("https://a.example/s?x=1&", "https://a.example/s?x=1&action=open&reminder_id=ID"),
        ("https://a.example/s#top", "https://a.example/s?action=open&reminder_id=ID#top"),
        ("https://a.example/#/s?x=1", "https://a.example/?action=open&reminder_id=ID#/s?x=1"),
        ("app://live/9?q=%E7%9B%B4#f", "app://live/9?q=%E7%9B%B4&action=open&reminder_id=ID#f"),
        (
            "https://a.example/s?reminder_id=old&action=x&actions=2",
            "https://a.example/s?actions=2&action=open&reminder_id=ID",
        ),
    ],
)
def test_parameters_are_appended(url: str, whole: str) -> None:
    """With or without a query or a fragment, and never twice the same parameter."""
    before, after = action_url(url, "open")
    assert before + "ID" + after == whole
    query = parse_qs(urlsplit(whole).query)
    assert (query["action"], query["reminder_id"]) == (["open"], ["ID"])


def test_a_stream_without_deeplink_has_a_default() -> None:
    """Its id is percent-encoded, so that it is one segment of a path."""
    assert stream_url(None, "a/b?c#d %直") == "livecue://streams/a%2Fb%3Fc%23d%20%25%E7%9B%B4"
    assert stream_url("app://x", "s") == "app://x"
