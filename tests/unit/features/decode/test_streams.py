from __future__ import annotations

import json
from typing import Any

import pytest

from features.contracts import StreamRecord, StreamTombstone
from features.contracts.fields import START_TS_MAX
from features.decode import Rejected, decode_stream

NOW = 1_750_000_000_000
COVER = {"cover_id": "c", "url": "https://cdn.example/c.jpg", "kind": "image"}
COPY = {"copy_id": "c", "locale": "en", "title": "t", "body": "b"}


def wire(**changes: Any) -> bytes:
    """A good scheduled stream with some fields changed; `...` leaves a field out."""
    fields: dict[str, Any] = {
        "stream_id": "s",
        "ts": NOW,
        "status": "scheduled",
        "host_id": "h",
        "title": "T",
        "start_ts": NOW + 1,
    }
    return json.dumps({k: v for k, v in (fields | changes).items() if v is not ...}).encode()


@pytest.mark.parametrize(
    ("value", "code", "path"),
    [
        (wire(host_id=...), "missing_when_scheduled", "host_id"),
        (wire(title=None), "missing_when_scheduled", "title"),
        (wire(start_ts=...), "missing_when_scheduled", "start_ts"),
        (wire(status=...), "missing_field", "status"),
        (wire(ts=...), "missing_field", "ts"),
        (wire(stream_id=...), "missing_field", "stream_id"),
        (wire(status="paused"), "unknown_value", "status"),
        (wire(status=1), "wrong_type", "status"),
        (wire(host_id=""), "empty_id", "host_id"),
        (wire(title=5), "wrong_type", "title"),
        (wire(title="x" * 1_000_000), "text_too_long", "title"),
        (wire(start_ts="tomorrow"), "wrong_type", "start_ts"),
        (wire(start_ts=1.5), "wrong_type", "start_ts"),
        (wire(start_ts=START_TS_MAX + 1), "out_of_range", "start_ts"),
        (wire(start_ts=NOW * 1000), "out_of_range", "start_ts"),
        (wire(start_ts=10**20), "out_of_range", "start_ts"),
        (wire(end_ts=NOW + 1), "end_before_start", "end_ts"),
        (wire(end_ts=0), "end_before_start", "end_ts"),
        (wire(tags="a,b"), "wrong_type", "tags"),
        (wire(tags=["a", 1]), "wrong_type", "tags[1]"),
        (wire(tags=["a"] * 1_001), "too_many_items", "tags"),
        (wire(products={"product_id": "p"}), "wrong_type", "products"),
        (wire(products=[{"product_id": "p"}]), "missing_field", "products[0].name"),
        (wire(products=[{"name": "n"}]), "missing_field", "products[0].product_id"),
        (wire(products=[{"product_id": "", "name": "n"}]), "empty_id", "products[0].product_id"),
        (
            wire(products=[{"product_id": "p", "name": "n", "price": -1}]),
            "out_of_range",
            "products[0].price",
        ),
        (
            wire(products=[{"product_id": "p", "name": "n", "price": "9"}]),
            "wrong_type",
            "products[0].price",
        ),
        (wire(covers=[COVER, COVER | {"kind": "gif"}]), "unknown_value", "covers[1].kind"),
        (wire(covers=[COVER | {"url": "/c.jpg"}]), "invalid_url", "covers[0].url"),
        (wire(covers=[COVER | {"url": "//cdn/c.jpg"}]), "invalid_url", "covers[0].url"),
        (wire(covers=[COVER | {"cover_id": None}]), "missing_field", "covers[0].cover_id"),
        (wire(copies=[COPY | {"locale": "en_US"}]), "invalid_locale", "copies[0].locale"),
        (wire(copies=[COPY | {"body": None}]), "missing_field", "copies[0].body"),
        (wire(copies=[COPY | {"title": ["t"]}]), "wrong_type", "copies[0].title"),
        (wire(copies=[COPY, "hello"]), "wrong_type", "copies[1]"),
        (wire(max_invites=-1), "out_of_range", "max_invites"),
        (wire(max_invites=1.5), "wrong_type", "max_invites"),
        (wire(deeplink="javascript:alert(1)"), "invalid_url", "deeplink"),
        (wire(deeplink="JavaScript://x/%0aalert(1)"), "invalid_url", "deeplink"),
        (wire(deeplink="data:text/html,x"), "invalid_url", "deeplink"),
        (wire(deeplink="live.example/s"), "invalid_url", "deeplink"),
        (wire(deeplink="https://"), "invalid_url", "deeplink"),
        (wire(deeplink="https:///path"), "invalid_url", "deeplink"),
        (wire(deeplink="https://host:99999/"), "invalid_url", "deeplink"),
        (wire(deeplink="https://[::1/"), "invalid_url", "deeplink"),
        (wire(deeplink="https://host/a b"), "invalid_url", "deeplink"),
        (wire(deeplink="https://host/\n"), "invalid_url", "deeplink"),
        (wire(deeplink="https://host/\u00a0"), "invalid_url", "deeplink"),
        (wire(deeplink=" https://host/"), "invalid_url", "deeplink"),
        (wire(deeplink=""), "invalid_url", "deeplink"),
        (wire(deeplink="x://" + "y" * 20_000), "text_too_long", "deeplink"),
        (wire(ts=NOW + 1), "future_ts", "ts"),
        (wire(stream_id="t"), "key_mismatch", "stream_id"),
        (b"[]", "wrong_type", "JSON object"),
        (b"", "not_json", "no bytes"),
        (wire()[:-1] + b', "x": "\\ud800"}', "lone_surrogate", "surrogate"),
    ],
)
def test_a_bad_stream_is_refused(value: bytes, code: str, path: str) -> None:
    """Each bad stream has its code, and a text that names the field."""
    rejected = decode_stream(b"s", value, NOW)
    assert isinstance(rejected, Rejected)
    assert (rejected.position, rejected.code) == (0, code)
    assert path in rejected.text
    assert len(rejected.text) <= 500


@pytest.mark.parametrize(
    "value",
    [
        wire(),
        wire(start_ts=NOW - 10**10),
        wire(start_ts=NOW + 100 * 366 * 86_400_000),
        wire(start_ts=START_TS_MAX),
        wire(start_ts=-1),
        wire(max_invites=0),
        wire(end_ts=None, tags=None, products=None, covers=None, copies=None, deeplink=None),
        wire(status="live", host_id=..., title=..., start_ts=...),
        wire(status="ended", host_id=None, title=None, start_ts=None, end_ts=NOW),
        wire(status="cancelled", host_id=..., title=..., start_ts=...),
        wire(status="live", end_ts=NOW),
        wire(status="ended", end_ts=NOW - 1),
        wire(status="cancelled", end_ts=0),
        wire(deeplink="shop://room/1?x={id}"),
        wire(deeplink="shop:///room"),
        wire(deeplink="https://直播.example/房间"),
        wire(deeplink="https://[::1]:8080/s#top"),
        wire(copies=[COPY, COPY | {"locale": "zh-CN"}], covers=[COVER, COVER]),
        wire(copies=[COPY | {"title": "{{ broken", "body": ""}]),
        wire(copies=[COPY | {"title": "x" * 100_000, "body": "{{ nickname }}" * 100_000}]),
        wire(products=[{"product_id": "p", "name": "n", "price": None, "more": 1}]),
    ],
)
def test_odd_but_valid_streams_pass(value: bytes) -> None:
    """What the contract allows passes."""
    assert isinstance(decode_stream(b"s", value, NOW), StreamRecord)


def test_a_record_without_value_is_a_tombstone() -> None:
    """It names the stream by its key, and has no time of its own."""
    assert decode_stream(b"s", None, NOW) == StreamTombstone("s", ts=-1)


@pytest.mark.parametrize(
    ("key", "code"),
    [(None, "key_missing"), (b"", "empty_id"), (b"x" * 129, "id_too_long"), (b"\xff", "not_utf8")],
)
def test_a_tombstone_needs_a_stream(key: bytes | None, code: str) -> None:
    """Without an id there is nothing to forget."""
    rejected = decode_stream(key, None, NOW)
    assert isinstance(rejected, Rejected)
    assert rejected.code == code
