"""User records of this release, of older ones and of unknown ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from features.contracts import TYPE_CODE
from features.errors import StateVersionError
from features.hashing import hash64
from features.raw_records import RawRecords
from features.row import (
    COUNT_CODE,
    COUNTED_TYPES,
    NEVER,
    ROW,
    ROW_VERSION,
    Rows,
    blank_row,
    short_hash,
)
from features.row_records import (
    MIGRATIONS,
    SPARSE,
    Migration,
    decode_rows,
    encode_rows,
    put_rows,
)
from features.row_v1 import ROW_V1
from features.steps import activity_of, content_of
from features.texts import Texts

_UNKNOWN = ROW_VERSION + 7
_OLD = np.dtype([("version", "<u2"), ("user_h", "<u8")])
_BUDGET_BYTES = 1024 - 256


def _to_v1(rows: Rows) -> Rows:
    upgraded = np.zeros(len(rows), ROW_V1)
    upgraded["version"], upgraded["user_h"] = 1, rows["user_h"]
    return upgraded


_MIGRATIONS = {**MIGRATIONS, 0: Migration(_OLD, _to_v1)}


def _decoded(
    records: Sequence[bytes], migrations: Mapping[int, Migration] = MIGRATIONS
) -> tuple[Rows, list[str]]:
    rows, tails = decode_rows(RawRecords.of([b"user"] * len(records), records), migrations)
    return rows, tails.strings()


def test_a_row_is_small_and_aligned() -> None:
    """A quarter of the 1 KB a user is left for all else, and fields stay on their own size."""
    assert ROW.itemsize <= _BUDGET_BYTES
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
    rows, tails = _decoded([record, record + b"blob"])
    assert rows.tobytes() == record + record
    assert tails == ["", "blob"]
    assert len(_decoded([])[0]) == 0


def _full(seed: int) -> Rows:
    """A row of this release with something in every field."""
    row = np.frombuffer(np.random.default_rng(seed).bytes(ROW.itemsize), ROW).copy()
    row["version"] = ROW_VERSION
    return row


def test_rows_are_written_without_their_zeros() -> None:
    """And come back as they were, full or blank, beside rows that an older release wrote whole."""
    rows = np.concatenate([blank_row((1, 2)), _full(1), _full(2)])
    chosen = np.array([2, 0, 1])
    records = encode_rows(
        rows, chosen, Texts.of(["ann", "bob", "小安"]), Texts.of(["", "blob", "x"])
    )
    assert [records.key(place) for place in range(3)] == [b"ann", b"bob", "小安".encode()]
    blank = records.value(1)
    assert blank is not None
    assert len(blank) < 100 < ROW.itemsize
    values = [records.value(place) or b"" for place in range(3)]
    found, tails = _decoded([*values, _full(3).tobytes() + b"whole"])
    assert found.tobytes() == rows[chosen].tobytes() + _full(3).tobytes()
    assert tails == ["", "blob", "x", "whole"]
    into = np.zeros(5, ROW)
    tail, older = put_rows(records, into, np.array([4, 0, 4]))
    assert into[[0, 4]].tobytes() == rows[[0, 1]].tobytes()
    assert (tail.strings(), older.tolist()) == (["", "blob", "x"], [])


def test_an_older_row_without_its_zeros_is_carried_forward() -> None:
    """The bit says how a row is written, not which one it is."""
    row = _version_1(3)
    words = row.view(np.uint32)
    kept = np.flatnonzero(words[1:]) + 1
    masks = np.zeros(-(-len(words) // 64), np.uint64)
    np.bitwise_or.at(masks, kept // 64, np.uint64(1) << (kept % 64).astype(np.uint64))
    head = (int(words[0]) | SPARSE).to_bytes(4, "little")
    sparse = head + masks.tobytes() + words[kept].tobytes() + b"tail"
    whole = row.tobytes() + b"tail"
    (one, tail), (other, _) = _decoded([sparse]), _decoded([whole])
    assert one.tobytes() == other.tobytes()
    assert tail == ["tail"]


def test_an_older_row_is_carried_forward() -> None:
    """Records of three versions in one batch keep their order and their tails."""
    old = np.array([(0, 77)], dtype=_OLD).tobytes() + b"old"
    middle = _to_v1(np.array([(0, 55)], dtype=_OLD)).tobytes()
    new = blank_row((1, 2)).tobytes() + b"new"
    rows, tails = _decoded([new, old, middle, new], _MIGRATIONS)
    assert rows["user_h"].tolist() == [0, 77, 55, 0]
    assert rows["version"].tolist() == [ROW_VERSION] * 4
    assert tails == ["new", "old", "", "new"]
    assert _decoded([old], _MIGRATIONS)[0]["user_h"].tolist() == [77]


def _version_1(seed: int) -> Rows:
    """A row of the first release with something in every field."""
    rng = np.random.default_rng(seed)
    row = np.frombuffer(rng.bytes(ROW_V1.itemsize), ROW_V1).copy()
    row["version"] = 1
    for name in ("counts", "host_w", "category_w", "fatigue", "spend", "spend_total"):
        row[name] = rng.exponential(5.0, row[name].shape)
    row["activity"] = rng.exponential(3.0, row["activity"].shape)
    row["content"] = rng.normal(0.0, 10.0, row["content"].shape)
    row["host_h"][0, :3] = 0, hash64("host"), 5 << 32
    return row


def test_version_1_keeps_what_it_knew() -> None:
    """All exact fields as they were; activity and content to their steps, blanks as blanks."""
    old, blank = _version_1(3), _version_1(4)
    for name in ("activity", "content"):
        blank[name] = 0
    rows, _ = _decoded([old.tobytes(), blank.tobytes() + b"profile"])
    same = ("flags", "user_h", "last_ts", "mute_ts", "spend_total", "totals", "host_w", "host_ts")
    for name in (*same, "sends", "fatigue", "spend", "activity_day", "quiet_end", "first_ts"):
        assert rows[name][0].tobytes() == old[name][0].tobytes()
    assert rows["host_h"][0, :3].tolist() == [0, short_hash(hash64("host")), 1]
    for name in COUNTED_TYPES:
        counts = rows["counts"][0, :, COUNT_CODE[name]]
        assert counts.tolist() == old["counts"][0, :, TYPE_CODE[name]].tolist()
    for read, name in ((activity_of, "activity"), (content_of, "content")):
        unit = rows[f"{name}_unit"][0]
        np.testing.assert_allclose(read(rows)[0], old[name][0], rtol=0, atol=0.51 * unit)
        assert unit <= 2 * np.abs(old[name]).max() / 127
        assert not read(rows)[1].any()


@pytest.mark.parametrize(
    ("version", "unknown"),
    [
        (2, {"offered_h", "region_h", "age_h", "shown_h", "shown_hour"}),
        (3, {"shown_h", "shown_hour"}),
    ],
)
def test_what_an_older_row_does_not_know_is_blank(version: int, unknown: set[str]) -> None:
    """All else is as it was."""
    dtype = MIGRATIONS[version].dtype
    old = np.frombuffer(np.random.default_rng(5).bytes(dtype.itemsize), dtype).copy()
    old["version"] = version
    rows, _ = _decoded([old.tobytes()])
    known = set(dtype.names or ()) - {"version"}
    assert set(ROW.names or ()) - known == {"version", *unknown}
    assert rows["version"].tolist() == [ROW_VERSION]
    assert not any(rows[name].any() for name in unknown)
    assert all(rows[name].tobytes() == old[name].tobytes() for name in known)


@pytest.mark.parametrize("sparse", [0, SPARSE])
def test_an_unknown_version_is_refused(sparse: int) -> None:
    """The text names the version found and those that are known."""
    record = (_UNKNOWN | sparse).to_bytes(2, "little") + bytes(1000)
    known = ", ".join(map(str, [*sorted(_MIGRATIONS), ROW_VERSION]))
    with pytest.raises(StateVersionError, match=f"version {_UNKNOWN}, this worker knows {known}"):
        _decoded([blank_row((0, 0)).tobytes(), record], _MIGRATIONS)


@pytest.mark.parametrize("length", [0, 1, 2, 500, ROW.itemsize - 1])
def test_a_short_record_is_refused(length: int) -> None:
    """A record that was cut is no row."""
    with pytest.raises(StateVersionError):
        _decoded([blank_row((0, 0)).tobytes()[:length]])


@pytest.mark.parametrize("less", [1, 4, 60])
def test_a_short_record_without_zeros_is_refused(less: int) -> None:
    """Whether it is restored by itself or in a batch, and nothing is read beyond its end."""
    records = encode_rows(_full(1), np.array([0]), Texts.of(["ann"]), Texts.of([""]))
    cut = RawRecords.of([b"ann"], [(records.value(0) or b"")[:-less]])
    with pytest.raises(StateVersionError, match="shorter"):
        decode_rows(cut)
    with pytest.raises(StateVersionError, match="shorter"):
        put_rows(cut, np.zeros(1, ROW), np.array([0]))
