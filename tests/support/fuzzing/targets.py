"""What is fuzzed: everything that takes bytes or text from outside, and what must hold of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from config import SettingsError, load_settings
from features.contracts import TYPE_CODE, ClockTick, StreamRecord, StreamTombstone
from features.decode import (
    ERROR_CODES,
    Rejected,
    decode_feedback,
    decode_interactions,
    decode_profiles,
    decode_stream,
    decode_tick,
    read_interactions,
)
from features.errors import StateVersionError
from features.hashing import hash64
from features.raw_records import RawRecords
from features.row import ROW
from features.row_records import decode_rows
from reminders.template_syntax import TemplateError
from reminders.templates import BODY_LIMIT, TITLE_LIMIT, compile_template

__all__ = ["TARGETS", "Target"]

Target = Callable[[bytes], None]
LATEST_TS = 2_000_000_000_000
HOSTILE = "{{ nickname }} {% x %} \x00 🎈 " + "长" * 600


def _event(kind: str) -> bytes:
    return b'{"event_id":"e","type":"%s","user_id":"u","ts":1}' % kind.encode()


def _refused(one: Rejected) -> None:
    assert one.code in ERROR_CODES, one.code
    assert 0 < len(one.text) <= 500, one.text
    assert one.text.isprintable(), one.text


def _between(decode: Callable[..., Any], neighbour: bytes) -> Target:
    """A value between two good ones: it is taken or refused, and they are what they are alone."""

    def target(data: bytes) -> None:
        three = RawRecords.of([b"u"] * 3, [neighbour, data, neighbour])
        found, rejected = decode(three, LATEST_TS)
        _, alone = decode(RawRecords.of([b"u"], [data]), LATEST_TS)
        for one in rejected:
            _refused(one)
        assert [one.position for one in rejected] == [1] * len(alone), rejected
        assert [(one.code, one.text) for one in rejected] == [(one.code, one.text) for one in alone]
        assert len(found) + len(rejected) == 3

    return target


def _scan(data: bytes) -> None:
    """The compiled scan finds what the decoder of any record finds."""
    found, rejected = decode_interactions(RawRecords.of([b"u"], [data]), LATEST_TS)
    events, _, refused = read_interactions([b"u"], [data], LATEST_TS)
    assert list(rejected) == refused
    assert found.user_ids() == [one.user_id for one in events]
    assert found.ts.tolist() == [one.ts for one in events]
    assert found.type.tolist() == [TYPE_CODE[one.type] for one in events]
    assert found.dwell_ms.tolist() == [one.dwell_ms or 0 for one in events]
    assert found.amount.tolist() == [one.amount or 0 for one in events]
    for name in ("user_id", "event_id", "stream_id", "host_id", "category"):
        texts = [getattr(one, name) for one in events]
        hashes = [0 if text is None else hash64(text) for text in texts]
        assert getattr(found, f"{name.split('_')[0]}_h").tolist() == hashes, name


def _stream(data: bytes) -> None:
    found = decode_stream(b"s", data, LATEST_TS)
    if isinstance(found, Rejected):
        _refused(found)
        return
    assert isinstance(found, StreamRecord | StreamTombstone)
    if isinstance(found, StreamRecord):
        assert found.stream_id == "s"
        for copy in found.copies or ():
            _rendered(copy.title, TITLE_LIMIT)
            _rendered(copy.body, BODY_LIMIT)


def _tick(data: bytes) -> None:
    found = decode_tick(data)
    if isinstance(found, Rejected):
        _refused(found)
    else:
        assert isinstance(found, ClockTick)


def _template(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    _rendered(text, TITLE_LIMIT)
    _rendered(text, BODY_LIMIT)


def _rendered(source: str, limit: int) -> None:
    """It is refused, or never gives more than its limit, whatever the slots hold."""
    try:
        template = compile_template(source, limit)
    except TemplateError:
        return
    for value in ("", "Ann", HOSTILE):
        text = template.render(dict.fromkeys(template.slots, value))
        assert text is None or 0 < len(text) <= limit
    if template.is_open:
        parts = template.parts({"nickname": "Ann"})
        assert parts is None or all(isinstance(part, str) for part in parts)


def _settings_file(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "livecue.toml"
        path.write_bytes(data)
        _loaded({}, path)


def _settings_environment(data: bytes) -> None:
    """Lines `NAME=value` are variables."""
    lines = data.decode("utf-8", "replace").replace("\x00", "").splitlines()
    pairs = [line.partition("=") for line in lines]
    env = {f"LIVECUE_{name}": text for name, _, text in pairs if name != "CONFIG"}
    _loaded(env, None)


def _loaded(env: dict[str, str], path: Path | None) -> None:
    try:
        settings = load_settings(env, path)
    except SettingsError as error:
        told = str(error)
    else:
        told = settings.clock
    assert told


def _row(data: bytes) -> None:
    try:
        rows, tails = decode_rows(RawRecords.of([b"u"], [data]))
    except StateVersionError:
        return
    assert rows.dtype == ROW
    assert len(rows) == 1
    assert len(tails) == 1


TARGETS: dict[str, Target] = {
    "interactions": _between(decode_interactions, _event("like")),
    "interactions-scan": _scan,
    "feedback": _between(decode_feedback, _event("muted")),
    "profiles": _between(decode_profiles, b'{"user_id":"u","ts":1,"nickname":"Ann"}'),
    "streams": _stream,
    "clock": _tick,
    "template": _template,
    "settings-file": _settings_file,
    "settings-environment": _settings_environment,
    "row": _row,
}
"""Name to what is called with the fuzzer's bytes; an exception is a finding."""
