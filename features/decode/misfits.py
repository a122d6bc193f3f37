"""What is wrong with the records of a flat type, without a Python object for each of a flood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from features.decode import causes
from features.decode import plain_faults as faults
from features.decode.diagnose import Mistake, mistake_of, reason_of
from features.decode.plain_entries import entry_rules
from features.decode.plain_misfits import sure_misfits
from features.decode.plain_rules import plain_rules
from features.decode.plain_wordings import BYTE, BYTES, HOLE, NUMBER, VALUE, Phrasebook, Wording
from features.decode.record_type import RecordType
from features.decode.refusals import Refusals
from features.decode.rejected import explained, shown
from features.hashing import IntArray
from features.raw_records import RawRecords
from features.texts import Texts

__all__ = ["Misfits"]

_decoded = msgspec.json.Decoder().decode
_ALWAYS = {
    faults.NO_VALUE: Wording(*causes.NO_VALUE),
    faults.NO_BYTES: Wording(*causes.NO_BYTES),
    faults.TOO_DEEP: Wording(*causes.TOO_DEEP),
    faults.LONE_SURROGATE: Wording(*causes.LONE_SURROGATE),
    faults.NOT_UTF8: Wording(*causes.not_utf8(HOLE, HOLE), (NUMBER, BYTE)),
    faults.NO_OBJECT: Wording(*causes.no_object(HOLE), (BYTES,)),
    faults.KEY_MISSING: Wording(*causes.key_missing("user_id", HOLE), (VALUE,)),
    faults.OTHER_KEY: Wording(*causes.key_mismatch("user_id", HOLE, HOLE), (BYTES, VALUE)),
    faults.FUTURE: Wording(*causes.future_ts(HOLE, HOLE, HOLE), (NUMBER, NUMBER, NUMBER)),
}
_NEW = -1
_PAIRS = 2


class Misfits:
    """Tells records of one flat type that surely do not fit it, or stand under another key.

    The first of its kind is asked of msgspec (`mistake_of`, `reason_of`), and what that says is
    kept; so codes and texts are those of `decode_one` and of the decoder of its columns.

    Parameters
    ----------
    values : what `type`, its only field of a few, may be.
    needs : the field that each type needs, of those that need one.
    """

    def __init__(
        self, kind: RecordType[Any], values: Sequence[str], needs: Mapping[str, str]
    ) -> None:
        self._kind = kind
        self._values, self._needs = values, needs
        names = [field.encode_name for field in kind.info.fields]  # type: ignore[attr-defined]
        self._rules = plain_rules(kind.struct, names, values)
        self._entry = entry_rules(names, values, needs)
        self._book = Phrasebook()
        self._numbers = np.full((faults.FAULTS, max(len(names), len(values))), _NEW)
        self._mistakes: dict[tuple[int, int], Mistake] = {}

    def split(
        self, records: RawRecords, positions: IntArray, latest_ts: int | None
    ) -> tuple[IntArray, Refusals]:
        """Return the places of those that may fit, and the others, both in ascending order.

        Parameters
        ----------
        positions : int64[n], of the records in their batch.
        latest_ts : epoch ms; a later `ts` is refused; None for no bound.
        """
        found = sure_misfits(records, self._rules, self._entry, latest_ts)
        places = np.flatnonzero(found[:, 0] > faults.FITS)
        if not len(places):
            return np.arange(len(records)), Refusals.none()
        found = found[places]
        self._learn(records, places, found)
        which = self._numbers[found[:, 0], found[:, 1]]
        texts = self._book.write(records.data, which, found[:, 2:].reshape(len(found), -1, _PAIRS))
        odd = np.flatnonzero(texts.size < 0)
        if len(odd):
            texts = self._explained(records, found, odd, texts)
            told = np.flatnonzero(texts.size >= 0)
            places, which, texts = places[told], which[told], texts.take(told)
        may_fit = np.ones(len(records), np.bool_)
        may_fit[places] = False
        refusals = Refusals(positions[places], self._book.code[which], texts)
        return np.flatnonzero(may_fit), refusals

    def _explained(
        self, records: RawRecords, found: IntArray, odd: IntArray, texts: Texts
    ) -> Texts:
        """Say one by one what is wrong with fields whose value is not to be shown plainly."""
        text = records.data.data
        places, said = [], []
        for row, (fault, field, at, size, *_) in zip(
            odd.tolist(), found[odd].tolist(), strict=True
        ):
            mistake = self._mistakes.get((fault, field))
            if mistake is not None:
                came = shown(_decoded(text[at : at + size]))
                places.append(row)
                said.append(explained(mistake.path, came, mistake.send))
        return texts.replaced(np.array(places, np.int64), said)

    def _learn(self, records: RawRecords, places: IntArray, found: IntArray) -> None:
        """Word each kind of fault that is new, by the first record that has it."""
        new = np.flatnonzero(self._numbers[found[:, 0], found[:, 1]] == _NEW)
        if not len(new):
            return
        _, first = np.unique(found[new, :2], axis=0, return_index=True)
        for row in new[first].tolist():
            fault, about, place = found[row, :3].tolist()
            wording = self._wording(fault, about, records.value(int(places[row])) or b"", place)
            if wording is not None:
                self._numbers[fault, about] = self._book.add(wording)

    def _wording(self, fault: int, about: int, value: bytes, place: int) -> Wording | None:
        if fault == faults.NEEDED:
            name = self._values[about]
            return Wording(*causes.needed(self._needs[name], name))
        if fault <= faults.UNKNOWN:
            return self._wording_of_field(fault, about, value)
        return _ALWAYS.get(fault) or _wording_of_grammar(fault, value, place)

    def _wording_of_field(self, fault: int, field: int, value: bytes) -> Wording | None:
        mistake = mistake_of(self._kind, value)
        if mistake is None:
            return None
        if mistake.missing:
            return Wording(mistake.code, explained(mistake.path, "nothing", mistake.send))
        self._mistakes[fault, field] = mistake
        return Wording(mistake.code, explained(mistake.path, HOLE, mistake.send), (VALUE,))


def _wording_of_grammar(fault: int, value: bytes, place: int) -> Wording | None:
    reason = reason_of(value)
    if fault == faults.TRUNCATED:
        return None if reason is None else Wording(*causes.not_json(reason, HOLE), (BYTES,))
    said = f"(byte {place})"
    if reason is None or said not in reason:
        return None
    text = reason.replace(said, f"(byte {HOLE})")
    return Wording(*causes.not_json(text, HOLE), (NUMBER, BYTES))
