"""What is wrong with flat records, without an exception for each of a flood of bad ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from features.decode.diagnose import Mistake, mistake_of
from features.decode.plain_misfits import sure_misfits
from features.decode.plain_rules import plain_rules
from features.decode.record_type import RecordType
from features.decode.rejected import Rejected, explain, shown
from features.hashing import IntArray
from features.raw_records import RawRecords

__all__ = ["Misfits"]

_decoded = msgspec.json.Decoder().decode


class Misfits:
    """Tells records of one flat type that surely do not fit it.

    The first of its kind is asked of msgspec (`mistake_of`), and what that says is kept; so codes
    and texts are those of `decode_one`.

    Parameters
    ----------
    values : what the type's only field of a few may be.
    """

    def __init__(self, kind: RecordType[Any], values: Sequence[str]) -> None:
        self._kind = kind
        names = [field.encode_name for field in kind.info.fields]  # type: ignore[attr-defined]
        self._rules = plain_rules(kind.struct, names, values)
        self._mistakes: dict[tuple[int, ...], Mistake] = {}

    def split(self, records: RawRecords, positions: IntArray) -> tuple[IntArray, list[Rejected]]:
        """Return the places of those that may fit, and the others, both in ascending order.

        `positions`: int64[n], of the records in their batch.
        """
        found = sure_misfits(records, self._rules)
        may_fit = found[:, 0] <= 0
        text = records.data.data
        rejected = []
        places = np.flatnonzero(~may_fit)
        sure = zip(places.tolist(), positions[places].tolist(), found[places].tolist(), strict=True)
        for place, position, (fault, field, at, size) in sure:
            mistake = self._mistakes.get((fault, field)) or self._learn(
                records, place, fault, field
            )
            if mistake is None:
                may_fit[place] = True
                continue
            came = "nothing" if mistake.missing else shown(_decoded(text[at : at + size]))
            rejected.append(explain(position, mistake.code, mistake.path, came, mistake.send))
        return np.flatnonzero(may_fit), rejected

    def _learn(self, records: RawRecords, place: int, *kind_of_fault: int) -> Mistake | None:
        mistake = mistake_of(self._kind, records.value(place) or b"")
        if mistake is not None:
            self._mistakes[kind_of_fault] = mistake
        return mistake
