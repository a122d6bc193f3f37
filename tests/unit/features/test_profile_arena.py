"""Profiles as bytes by slot: read by kernels, carried over from what was written before."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from features.profile_blob import ProfileBlob
from features.profile_fields import newest_ts, texts_of
from features.profiles import Profiles, renewed
from features.texts import Texts

_FIELDS: dict[str, tuple[int, object]] = {
    "gender": (7, None),
    "quiet_hours": (2**40, {"start": "01:00", "end": "02:30"}),
    "categories": (2**40, ["美妆"] * 20 + ["x" * 300]),
    "consent.push": (-5, False),
    "nickname": (7, "小安" * 20),
    "timezone": (-(2**40), "Asia/Tokyo"),
    "locale": (7, None),
}
_LONG = {
    "region": (200, "r" * 40),
    "nickname": (70_000, "n" * 300),
    "locale": (2**33, "x" * 70_000),
}


def _texts(*blobs: bytes) -> Texts:
    size = np.array([len(blob) for blob in blobs], np.int64)
    return Texts(np.frombuffer(b"".join(blobs), np.uint8), np.cumsum(size) - size, size)


def test_every_text_of_a_profile_is_found() -> None:
    """Behind values of every shape and size; null, a field not there and no profile are none."""
    blobs = _texts(ProfileBlob(dict(_FIELDS)).to_bytes(), b"", ProfileBlob(dict(_LONG)).to_bytes())
    assert texts_of(blobs, "nickname").strings() == ["小安" * 20, "", "n" * 300]
    assert texts_of(blobs, "timezone").strings() == ["Asia/Tokyo", "", ""]
    assert texts_of(blobs, "locale").strings() == ["", "", "x" * 70_000]
    assert texts_of(blobs, "categories").strings() == ["", "", ""]
    assert newest_ts(blobs, ["locale", "gender", "timezone"]).tolist() == [7, 0, 2**33]


@pytest.mark.parametrize("fields", [_FIELDS, _LONG, {}])
def test_profiles_of_older_releases_are_carried_over(fields: dict[str, tuple[int, object]]) -> None:
    """A map of names to [ts, value] says the same, among those of today."""
    old, new = msgspec.msgpack.encode(fields), ProfileBlob(dict(fields)).to_bytes()
    assert ProfileBlob.from_bytes(old) == ProfileBlob.from_bytes(new) == ProfileBlob(dict(fields))
    blobs = renewed(_texts(b"", old, new, old))
    held = [
        blobs.data[at : at + size].tobytes() for at, size in zip(blobs.at, blobs.size, strict=True)
    ]
    assert held == [b"", new, new, new]


def test_bytes_that_are_no_profile_are_never_left() -> None:
    """Cut anywhere, or with any first byte, nothing is read beyond the end."""
    whole = ProfileBlob(dict(_FIELDS)).to_bytes()
    cut = _texts(*(whole[:end] for end in range(len(whole))))
    odd = _texts(*(bytes([first]) + whole[1:] for first in range(256)))
    for blobs in (cut, odd):
        texts = texts_of(blobs, "timezone")
        found = np.flatnonzero(texts.size)
        assert (texts.at[found] + texts.size[found] <= (blobs.at + blobs.size)[found]).all()


def test_a_profile_that_changes_often_takes_no_more_room() -> None:
    """What longer and longer ones leave behind is cleared away."""
    profiles = Profiles()
    profiles.extend(2)
    profiles.put_all(np.array([0]), [ProfileBlob({"nickname": (1, "stays")})])
    room = profiles.nbytes
    for size in range(1, 3_000):
        profiles.put_all(np.array([1]), [ProfileBlob({"nickname": (1, "x" * size)})])
    assert profiles.get(0).text("nickname") == "stays"
    assert profiles.get(1).text("nickname") == "x" * 2_999
    profiles.drop(1)
    assert profiles.get(1).fields == {}
    assert profiles.nbytes == room


def test_what_is_there_already_is_no_news() -> None:
    """Each is compared with what came just before; nothing is news where nothing was."""
    profiles = Profiles()
    profiles.extend(3)
    slots = np.array([0, 1, 0, 0, 2])
    blobs = _texts(b"a", b"b", b"c", b"a", b"")
    assert profiles.put(slots, blobs).tolist() == [True, True, True, True, False]
    assert profiles.put(slots, blobs).tolist() == [False, False, True, True, False]
    assert profiles.put(np.array([1]), _texts(b"")).tolist() == [True]
    assert profiles.blobs(np.array([0, 1, 2])).strings() == ["a", "", ""]
