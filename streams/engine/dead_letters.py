"""Bad records with their cause, as records for the topic `dead-letters`."""

from __future__ import annotations

from collections.abc import Iterable

from features.decode import Rejected
from features.decode.dead_letter import dead_letter
from features.raw_records import RawRecords
from streams.engine.transaction import Record

__all__ = ["dead_letters"]


def dead_letters(
    rejected: Iterable[Rejected], rows: RawRecords, source: tuple[str, int], now_ms: int
) -> list[Record]:
    """The dead letters of some bad records.

    Parameters
    ----------
    rejected : what is wrong, each with its position in `rows`.
    source : topic and partition that the records were read from.
    now_ms : time of the rejection, epoch ms.
    """
    letters = []
    for one in rejected:
        at = one.position
        came = (rows.key(at), rows.value(at))
        letters.append(Record(*dead_letter(one, came, (*source, int(rows.offset[at])), now_ms)))
    return letters
