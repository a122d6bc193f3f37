"""`interactions`: from bytes to columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from features.contracts import INTERACTION_TYPES, TYPE_CODE, Interaction
from features.decode.batch import decode_batch
from features.decode.causes import needed
from features.decode.columns import InteractionColumns
from features.decode.keys import future, key_fault
from features.decode.misfits import Misfits
from features.decode.plain_interactions import NEEDS, scan_interactions
from features.decode.record_type import RecordType
from features.decode.refusals import Refusals
from features.decode.rejected import Rejected, by_position
from features.hashing import HashCache, IntArray, hash64_many
from features.raw_records import RawRecords

__all__ = ["decode_interactions", "read_interactions"]

_KIND = RecordType(Interaction)
_MISFITS = Misfits(_KIND, INTERACTION_TYPES, NEEDS)
_HASHES = HashCache()


def decode_interactions(
    records: RawRecords, latest_ts: int | None
) -> tuple[InteractionColumns, Refusals]:
    """Decode a batch of interactions.

    Parameters
    ----------
    latest_ts : epoch ms; a later `ts` is refused; None for no bound.

    Returns
    -------
    The records that fit, and the others in ascending position.
    """
    columns, fits = scan_interactions(records, latest_ts)
    odd = np.flatnonzero(~fits)
    if not len(odd):
        return columns, Refusals.none()
    some = records.take(odd)
    open_ones, misfits = _MISFITS.split(some, odd, latest_ts)
    if not len(open_ones):
        return columns.take(np.flatnonzero(fits)), misfits
    some, odd = some.take(open_ones), odd[open_ones]
    events, places, others = read_interactions(some.keys(), some.values(), latest_ts)
    if events:
        columns = _with_events(columns, fits, events, odd[places])
        fits[odd[places]] = True
    refusals = Refusals.merged([misfits, Refusals.of(others).moved(odd)])
    return columns.take(np.flatnonzero(fits)), refusals


def read_interactions(
    keys: Sequence[bytes | None], values: Sequence[bytes | None], latest_ts: int | None
) -> tuple[list[Interaction], list[int], list[Rejected]]:
    """Decode interactions of any form, at some ten times the cost of those that are plain.

    Returns
    -------
    The records that fit and their positions, ascending; the others, ascending by position.
    """
    events, positions, rejected = decode_batch(_KIND, values)
    fitting, places = [], []
    for event, position in zip(events, positions, strict=True):
        fault = _fault(event, keys[position], latest_ts, position)
        if fault is None:
            fitting.append(event)
            places.append(position)
        else:
            rejected.append(fault)
    rejected.sort(key=by_position)
    return fitting, places, rejected


def _with_events(
    columns: InteractionColumns,
    plain: npt.NDArray[np.bool_],
    events: list[Interaction],
    rows: IntArray,
) -> InteractionColumns:
    """Fill `rows` with `events`; their users' ids are appended to those of the `plain` rows."""
    text = columns.text[:0]
    if plain.any():
        at, size = columns.user_at[plain], columns.user_size[plain]
        text = columns.text[at.min() : (at + size).max()]
        columns.user_at[plain] -= at.min()
    users = [event.user_id.encode() for event in events]
    size = np.array([len(user) for user in users])
    columns.user_at[rows] = len(text) + np.cumsum(size) - size
    columns.user_size[rows] = size
    columns.type[rows] = [TYPE_CODE[event.type] for event in events]
    columns.ts[rows] = [event.ts for event in events]
    columns.dwell_ms[rows] = [event.dwell_ms or 0 for event in events]
    columns.amount[rows] = [event.amount or 0.0 for event in events]
    columns.user_h[rows] = hash64_many([event.user_id for event in events])
    columns.event_h[rows] = hash64_many([event.event_id for event in events])
    columns.stream_h[rows] = _HASHES.column([event.stream_id for event in events])
    columns.host_h[rows] = _HASHES.column([event.host_id for event in events])
    columns.category_h[rows] = _HASHES.column([event.category for event in events])
    appended = np.frombuffer(b"".join(users), np.uint8)
    return replace(columns, text=np.concatenate((text, appended)))


def _fault(
    event: Interaction, key: bytes | None, latest_ts: int | None, position: int
) -> Rejected | None:
    field = NEEDS.get(event.type)
    if field is not None and getattr(event, field) is None:
        return Rejected(position, *needed(field, event.type))
    return key_fault(position, "user_id", event.user_id, key) or future(
        position, event.ts, latest_ts
    )
