"""`interactions`: from bytes to columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.contracts import (
    INTERACTION_TYPES,
    NEEDS_HOST,
    NEEDS_QUERY,
    NEEDS_STREAM,
    TYPE_CODE,
    Interaction,
)
from features.decode.batch import decode_batch
from features.decode.columns import InteractionColumns
from features.decode.keys import differing_keys, future, key_fault
from features.decode.record_type import RecordType
from features.decode.rejected import Rejected, explain

__all__ = ["decode_interactions"]

_KIND = RecordType(Interaction)
_NEEDS = {
    **dict.fromkeys(NEEDS_STREAM, "stream_id"),
    **dict.fromkeys(NEEDS_HOST, "host_id"),
    **dict.fromkeys(NEEDS_QUERY, "query"),
}
_NEEDED = np.array([name in _NEEDS for name in INTERACTION_TYPES])


def decode_interactions(
    keys: Sequence[bytes | None], values: Sequence[bytes | None], latest_ts: int | None
) -> tuple[InteractionColumns, list[Rejected]]:
    """Decode a batch of interactions.

    Parameters
    ----------
    keys, values : the records' keys and values, of the same length.
    latest_ts : epoch ms; a later `ts` is refused; None for no bound.

    Returns
    -------
    The records that fit, and the others in ascending position.
    """
    events, positions, rejected = decode_batch(_KIND, values)
    columns = _columns(events, positions)
    own_keys = keys if len(events) == len(keys) else [keys[i] for i in positions]
    suspects = _suspects(columns, own_keys, latest_ts)
    if not suspects:
        return columns, rejected
    unfit = set()
    for i in suspects:
        fault = _fault(events[i], own_keys[i], latest_ts, positions[i])
        if fault is not None:
            unfit.add(i)
            rejected.append(fault)
    rejected.sort(key=lambda one: one.position)
    return columns.take(np.array([i for i in range(len(events)) if i not in unfit], int)), rejected


def _columns(events: list[Interaction], positions: Sequence[int]) -> InteractionColumns:
    return InteractionColumns(
        position=np.array(positions, np.int64),
        user_id=[e.user_id for e in events],
        event_id=[e.event_id for e in events],
        type=np.array([TYPE_CODE[e.type] for e in events], np.uint8),
        ts=np.array([e.ts for e in events], np.int64),
        stream_id=[e.stream_id for e in events],
        host_id=[e.host_id for e in events],
        category=[e.category for e in events],
        product_id=[e.product_id for e in events],
        query=[e.query for e in events],
        reminder_id=[e.reminder_id for e in events],
        dwell_ms=np.array([e.dwell_ms or 0 for e in events], np.float64),
        amount=np.array([e.amount or 0.0 for e in events], np.float64),
    )


def _suspects(
    columns: InteractionColumns, keys: Sequence[bytes | None], latest_ts: int | None
) -> list[int]:
    """Indices of the records that may break a rule that no single field's type can hold."""
    found = set(differing_keys(columns.user_id, keys))
    if latest_ts is not None and len(columns) and columns.ts.max() > latest_ts:
        found.update(np.flatnonzero(columns.ts > latest_ts).tolist())
    fields = {TYPE_CODE[name]: getattr(columns, field) for name, field in _NEEDS.items()}
    needy = np.flatnonzero(_NEEDED[columns.type])
    codes = columns.type[needy].tolist()
    found.update(
        i for i, code in zip(needy.tolist(), codes, strict=True) if fields[code][i] is None
    )
    return sorted(found)


def _fault(
    event: Interaction, key: bytes | None, latest_ts: int | None, position: int
) -> Rejected | None:
    field = _NEEDS.get(event.type)
    if field is not None and getattr(event, field) is None:
        send = f"`{field}` with every `{event.type}`"
        return explain(position, "missing_field", field, "nothing", send)
    return key_fault(position, "user_id", event.user_id, key) or future(
        position, event.ts, latest_ts
    )
