"""What is said about the bad records of a batch, as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.decode.codes import ERROR_CODES
from features.decode.rejected import Rejected
from features.hashing import IntArray
from features.texts import Texts

__all__ = ["CODES", "CODE_NUMBER", "Refusals"]

CODES = tuple(ERROR_CODES)
CODE_NUMBER = {code: number for number, code in enumerate(CODES)}


@dataclass(frozen=True, slots=True, eq=False)
class Refusals:
    """What is wrong with n records, a `Rejected` each, without a Python object a record.

    Attributes
    ----------
    position : int64[n], index in the batch that they came in.
    code : int64[n], index in `CODES`.
    text : what to do, of each.

    >>> refusals = Refusals.of([Rejected(3, "not_json", "…"), Rejected(5, "empty_id", "`ts`")])
    >>> len(refusals), refusals[1].code, refusals.position.tolist()
    (2, 'empty_id', [3, 5])
    """

    position: IntArray
    code: IntArray
    text: Texts

    @classmethod
    def none(cls) -> Refusals:
        """Return the same of no records, always."""
        return _NONE

    @classmethod
    def of(cls, rejected: Sequence[Rejected]) -> Refusals:
        """Lay out what was said of records one by one; half a surrogate pair becomes `?`."""
        numbers: dict[str, int] = {}
        index = np.array([numbers.setdefault(one.text, len(numbers)) for one in rejected], np.int64)
        parts = [text.encode("utf-8", "replace") for text in numbers]
        size = np.array([len(part) for part in parts], np.int64)
        at = np.cumsum(size) - size
        return cls(
            np.array([one.position for one in rejected], np.int64),
            np.array([CODE_NUMBER[one.code] for one in rejected], np.int64),
            Texts(np.frombuffer(b"".join(parts), np.uint8), at[index], size[index]),
        )

    @classmethod
    def alike(cls, position: IntArray, code: str, text: str) -> Refusals:
        """Say the same about records at `position`, int64[n].

        >>> Refusals.alike(np.array([4, 6]), "not_json", "…")[1]
        Rejected(position=6, code='not_json', text='…')
        """
        if not len(position):
            return _NONE
        one = cls.of([Rejected(0, code, text)])
        first = np.zeros(len(position), np.int64)
        return cls(position, one.code[first], one.text.take(first))

    @classmethod
    def merged(cls, parts: Sequence[Refusals]) -> Refusals:
        """Return what `parts` say, in the order of the records' positions."""
        some = [part for part in parts if len(part)]
        if not some:
            return _NONE
        if len(some) == 1:
            return some[0]
        position = np.concatenate([part.position for part in some])
        order = np.argsort(position, kind="stable")
        code = np.concatenate([part.code for part in some])
        text = Texts.joined([part.text for part in some])
        return cls(position[order], code[order], text.take(order))

    def moved(self, positions: IntArray) -> Refusals:
        """Return the same of records of which `positions` tells where in the batch they were."""
        return replace(self, position=positions[self.position])

    def __len__(self) -> int:
        return len(self.position)

    def __getitem__(self, place: int) -> Rejected:
        code = CODES[int(self.code[place])]
        return Rejected(int(self.position[place]), code, self.text[place])

    def __iter__(self) -> Iterator[Rejected]:
        said = zip(self.position.tolist(), self.code.tolist(), self.text.strings(), strict=True)
        return (Rejected(position, CODES[code], text) for position, code, text in said)


_NONE = Refusals.of([])
