"""User records of this release, of older ones and of unknown ones."""

from __future__ import annotations

import numpy as np
import pytest

from features.errors import StateVersionError
from features.row import NEVER, ROW, ROW_VERSION, Migration, Rows, blank_row, decode_rows

_OLD = np.dtype([("version", "<u2"), ("user_h", "<u8")])


def _from_old(rows: Rows) -> Rows:
    upgraded = np.repeat(blank_row((0, 0)), len(rows))
    upgraded["user_h"] = rows["user_h"]
    return upgraded


_MIGRATIONS = {0: Migration(_OLD, _from_old)}


def test_a_row_is_small_and_aligned() -> None:
    """The budget is 1 KB of memory a user, all in, and 8-byte fields stay on 8 bytes."""
    assert ROW.itemsize <= 904
    assert ROW.itemsize % 8 == 0
    assert ROW.names is not None
    assert ROW.fields is not None
    assert ROW.names[0] == "version"
    fields = [ROW.fields[name] for name in ROW.names]
    assert all(field[1] % field[0].base.itemsize == 0 for field in fields)


def test_a_blank_row_knows_nothing() -> None:
    """Consent is given, the default quiet hours hold, no event has a time."""
    (row,) = blank_row((1320, 480))
    assert (row["version"], row["quiet_start"], row["quiet_end"]) == (ROW_VERSION, 1320, 480)
    assert row["last_ts"] == row["first_ts"] == row["mute_ts"] == NEVER


def test_rows_and_what_follows_come_apart() -> None:
    """The profile behind a row is handed back untouched."""
    record = blank_row((1, 2)).tobytes()
    rows, tails = decode_rows([record, record + b"blob"])
    assert rows.tobytes() == record + record
    assert tails == [b"", b"blob"]
    assert len(decode_rows([])[0]) == 0


def test_an_older_row_is_carried_forward() -> None:
    """Records of two versions in one batch keep their order and their tails."""
    old = np.array([(0, 77)], dtype=_OLD).tobytes() + b"old"
    new = blank_row((1, 2)).tobytes() + b"new"
    rows, tails = decode_rows([new, old, new], _MIGRATIONS)
    assert rows["user_h"].tolist() == [0, 77, 0]
    assert rows["version"].tolist() == [ROW_VERSION] * 3
    assert tails == [b"new", b"old", b"new"]
    assert decode_rows([old], _MIGRATIONS)[0]["user_h"].tolist() == [77]


def test_an_unknown_version_is_refused() -> None:
    """The text names the version found and those that are known."""
    record = (9).to_bytes(2, "little") + bytes(1000)
    with pytest.raises(StateVersionError, match="version 9, this worker knows 0, 1"):
        decode_rows([blank_row((0, 0)).tobytes(), record], _MIGRATIONS)


@pytest.mark.parametrize("length", [0, 1, 2, 500])
def test_a_short_record_is_refused(length: int) -> None:
    """A record that was cut is no row."""
    with pytest.raises(StateVersionError):
        decode_rows([blank_row((0, 0)).tobytes()[:length]])
