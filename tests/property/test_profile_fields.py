"""Single fields of encoded profiles are read as decoding the whole profile would."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.profile_blob import PROFILE_FIELDS, ProfileBlob
from features.profile_fields import newest_ts, texts_of
from features.texts import Texts

_TEXTS = st.text(max_size=40) | st.text("é", min_size=100, max_size=70_000)
_VALUES = (
    st.none()
    | st.booleans()
    | _TEXTS
    | st.lists(st.text(max_size=40), max_size=20)
    | st.fixed_dictionaries({"start": st.text(max_size=5), "end": st.text(max_size=5)})
)
_ENTRIES = st.tuples(st.integers(-(2**40), 2**60), _VALUES)
_PROFILES = st.none() | st.dictionaries(st.sampled_from(PROFILE_FIELDS), _ENTRIES)


def _columns(profiles: list[dict[str, tuple[int, object]] | None]) -> Texts:
    parts = [b"" if fields is None else ProfileBlob(fields).to_bytes() for fields in profiles]
    size = np.array(list(map(len, parts)), np.int64)
    return Texts(np.frombuffer(b"".join(parts), np.uint8), np.cumsum(size) - size, size)


@given(st.lists(_PROFILES, max_size=6), st.sampled_from(PROFILE_FIELDS))
@settings(deadline=None)
def test_a_field_is_what_decoding_finds(
    profiles: list[dict[str, tuple[int, object]] | None], name: str
) -> None:
    """The text where the field holds one, and empty where it is null, another kind or not set."""
    held = [(fields or {}).get(name, (0, None))[1] for fields in profiles]
    expected = [value if isinstance(value, str) else "" for value in held]
    assert texts_of(_columns(profiles), name).strings() == expected


@given(st.lists(_PROFILES, max_size=6), st.lists(st.sampled_from(PROFILE_FIELDS), max_size=4))
@settings(deadline=None)
def test_the_newest_time_is_that_of_the_fields_alone(
    profiles: list[dict[str, tuple[int, object]] | None], names: list[str]
) -> None:
    """Of those that are set; times below 0 count as 0."""
    expected = [
        max([0, *((fields or {})[name][0] for name in names if name in (fields or {}))])
        for fields in profiles
    ]
    assert newest_ts(_columns(profiles), names).tolist() == expected
