"""`feedback`: from bytes to columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from features.contracts import FEEDBACK_CODE, FEEDBACK_TYPES, WITHOUT_REMINDER, Feedback
from features.decode.batch import decode_batch
from features.decode.causes import needed
from features.decode.columns import FeedbackColumns
from features.decode.keys import differing_keys, future, key_fault
from features.decode.misfits import Misfits
from features.decode.record_type import RecordType
from features.decode.refusals import Refusals
from features.decode.rejected import Rejected, by_position
from features.raw_records import RawRecords

__all__ = ["decode_feedback"]

_KIND = RecordType(Feedback)
_NEEDS = {name: "reminder_id" for name in FEEDBACK_TYPES if name not in WITHOUT_REMINDER}
_MISFITS = Misfits(_KIND, FEEDBACK_TYPES, _NEEDS)


def decode_feedback(records: RawRecords, latest_ts: int | None) -> tuple[FeedbackColumns, Refusals]:
    """Decode a batch of feedback.

    Parameters
    ----------
    latest_ts : epoch ms; a later `ts` is refused; None for no bound.

    Returns
    -------
    The records that fit, and the others in ascending position.
    """
    open_ones, misfits = _MISFITS.split(records, np.arange(len(records)), latest_ts)
    if not misfits:
        columns, rejected = _decode(records, latest_ts)
        return columns, Refusals.of(rejected)
    columns, rejected = _decode(records.take(open_ones), latest_ts)
    refusals = Refusals.merged([misfits, Refusals.of(rejected).moved(open_ones)])
    return replace(columns, position=open_ones[columns.position]), refusals


def _decode(records: RawRecords, latest_ts: int | None) -> tuple[FeedbackColumns, list[Rejected]]:
    keys = records.keys()
    reports, positions, rejected = decode_batch(_KIND, records.values())
    columns = _columns(reports, positions)
    own_keys = keys if len(reports) == len(keys) else [keys[i] for i in positions]
    suspects = set(differing_keys(columns.user_id, own_keys))
    suspects.update(
        i
        for i, report in enumerate(reports)
        if report.reminder_id is None or (latest_ts is not None and report.ts > latest_ts)
    )
    unfit = set()
    for i in suspects:
        fault = _fault(reports[i], own_keys[i], latest_ts, positions[i])
        if fault is not None:
            unfit.add(i)
            rejected.append(fault)
    if not unfit:
        return columns, rejected
    rejected.sort(key=by_position)
    return columns.take(np.array([i for i in range(len(reports)) if i not in unfit], int)), rejected


def _columns(reports: list[Feedback], positions: Sequence[int]) -> FeedbackColumns:
    return FeedbackColumns(
        position=np.array(positions, np.int64),
        user_id=[r.user_id for r in reports],
        event_id=[r.event_id for r in reports],
        type=np.array([FEEDBACK_CODE[r.type] for r in reports], np.uint8),
        ts=np.array([r.ts for r in reports], np.int64),
        reminder_id=[r.reminder_id for r in reports],
    )


def _fault(
    report: Feedback, key: bytes | None, latest_ts: int | None, position: int
) -> Rejected | None:
    if report.reminder_id is None and report.type not in WITHOUT_REMINDER:
        return Rejected(position, *needed("reminder_id", report.type))
    return key_fault(position, "user_id", report.user_id, key) or future(
        position, report.ts, latest_ts
    )
