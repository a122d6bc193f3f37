"""`streams`: from bytes to one record, its tombstone, or what is wrong with it."""

from __future__ import annotations

from features.contracts import REQUIRED_WHEN_SCHEDULED, StreamRecord, StreamTombstone
from features.decode.diagnose import decode_one
from features.decode.keys import future, key_fault
from features.decode.locales import is_locale
from features.decode.record_type import RecordType
from features.decode.rejected import Rejected, explain, shown
from features.decode.tombstones import tombstone_id
from features.decode.urls import is_url

__all__ = ["decode_stream"]

_KIND = RecordType(StreamRecord)
_URL_WANTED = "an absolute URL without white space: `https://…` or an app's own `scheme://…`"


def decode_stream(
    key: bytes | None, value: bytes | None, latest_ts: int | None
) -> StreamRecord | StreamTombstone | Rejected:
    """Decode one record of `streams`.

    Parameters
    ----------
    key : the stream's id in UTF-8.
    value : None cancels and forgets the stream.
    latest_ts : epoch ms; a later `ts` is refused; None for no bound.
    """
    if value is None:
        name = tombstone_id(key, 0, "stream_id")
        return name if isinstance(name, Rejected) else StreamTombstone(name)
    record = decode_one(_KIND, value, 0)
    if isinstance(record, Rejected):
        return record
    return (
        _schedule_fault(record)
        or _url_fault(record)
        or _locale_fault(record)
        or key_fault(0, "stream_id", record.stream_id, key)
        or future(0, record.ts, latest_ts)
        or record
    )


def _schedule_fault(record: StreamRecord) -> Rejected | None:
    # One that began early may be over before its start, and must be heard of all the same.
    if record.status != "scheduled":
        return None
    for name in REQUIRED_WHEN_SCHEDULED:
        if getattr(record, name) is None:
            send = f"`{name}` with every `scheduled` stream"
            return explain(0, "missing_when_scheduled", name, "nothing", send)
    start, end = record.start_ts, record.end_ts
    if start is not None and end is not None and end <= start:
        return explain(0, "end_before_start", "end_ts", str(end), f"a time after {start}, or none")
    return None


def _url_fault(record: StreamRecord) -> Rejected | None:
    urls = [(f"covers[{i}].url", cover.url) for i, cover in enumerate(record.covers or ())]
    if record.deeplink is not None:
        urls.append(("deeplink", record.deeplink))
    for path, url in urls:
        if not is_url(url):
            return explain(0, "invalid_url", path, shown(url), _URL_WANTED)
    return None


def _locale_fault(record: StreamRecord) -> Rejected | None:
    for i, copy in enumerate(record.copies or ()):
        if not is_locale(copy.locale):
            send = "a BCP 47 tag such as `zh-CN` (with a hyphen)"
            return explain(0, "invalid_locale", f"copies[{i}].locale", shown(copy.locale), send)
    return None
