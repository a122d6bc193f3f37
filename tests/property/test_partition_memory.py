"""The memory of a partition against naive references: any order, any batches, any restart."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.contracts import TYPE_CODE
from features.dedup import Dedup
from features.follows import Follows
from features.hash_index import HashIndex
from features.hashing import IntArray
from features.pair_records import pair_keys
from features.profile_blob import PROFILE_FIELDS, ProfileBlob
from features.raw_records import RawRecords
from features.texts import Texts
from features.touches import TOUCH_TYPES, Touches
from features.user_ids import UserIds
from features.user_table import UserTable

_WINDOW_MS = 600
_NAMES = [f"user-{number}" for number in range(4)]
_IDS = UserIds()
_IDS.extend(4)
_IDS.put(np.arange(4), Texts.of(_NAMES))
_TIMES = st.integers(-(2**53) + 1, 2**53 - 1)
_TOUCHING = [name for name, code in TYPE_CODE.items() if TOUCH_TYPES[code]]

_pairs = st.tuples(st.integers(0, 3), st.integers(1, 3))
_follow_events = st.lists(st.tuples(_pairs, st.integers(0, 9), st.booleans()), max_size=30)
_touch_events = st.lists(
    st.tuples(_pairs, st.integers(-200_000, 200_000), st.sampled_from(_TOUCHING)),
    max_size=30,
    unique_by=lambda event: (event[0], event[1]),
)
_cuts = st.lists(st.integers(0, 40), max_size=4)


def _batches(count: int, cuts: list[int]) -> list[slice]:
    ends = sorted({0, count, *(cut for cut in cuts if cut < count)})
    return [slice(start, end) for start, end in pairwise(ends)]


def _columns(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    slots = np.array([slot for slot, _ in pairs], dtype=np.int64)
    return slots, np.array([target for _, target in pairs], dtype=np.uint64)


@given(_follow_events, _cuts)
def test_the_latest_follow_wins(
    events: list[tuple[tuple[int, int], int, bool]], cuts: list[int]
) -> None:
    """Cut into batches anyhow, each pair is as its latest event says, arrival breaking ties."""
    follows = Follows()
    expected: dict[tuple[int, int], tuple[int, bool]] = {}
    for pair, ts, on in events:
        if pair not in expected or ts >= expected[pair][0]:
            expected[pair] = ts, on
    for batch in _batches(len(events), cuts):
        slots, hosts = _columns([pair for pair, _, _ in events[batch]])
        times = np.array([ts for _, ts, _ in events[batch]])
        follows.set_many(slots, hosts, times, np.array([on for *_, on in events[batch]]))
    slots, hosts = _columns(list(expected))
    found = follows.lookup(slots, hosts).tolist()
    assert found == [(ts, int(on)) for ts, on in expected.values()]


def _touch(events: list[tuple[tuple[int, int], int, str]], cuts: list[int]) -> Touches:
    touches = Touches()
    for batch in _batches(len(events), cuts):
        slots, streams = _columns([pair for pair, _, _ in events[batch]])
        times = np.array([ts for _, ts, _ in events[batch]])
        types = np.array([TYPE_CODE[name] for *_, name in events[batch]], dtype=np.uint8)
        touches.touch_many(slots, streams, times, types)
    return touches


@given(_touch_events, _cuts, st.randoms(use_true_random=False))
def test_any_order_of_touches_is_one(
    events: list[tuple[tuple[int, int], int, str]], cuts: list[int], random: Random
) -> None:
    """Shuffled and batched otherwise, the same events leave the same pairs."""
    shuffled = list(events)
    random.shuffle(shuffled)
    one, other = _touch(events, []), _touch(shuffled, cuts)
    slots, streams = _columns([pair for pair, *_ in events])
    assert one.lookup(slots, streams).tolist() == other.lookup(slots, streams).tolist()
    assert len(one) == len(other)


@given(_touch_events, _touch_events)
def test_touches_survive_their_records(
    before: list[tuple[tuple[int, int], int, str]], after: list[tuple[tuple[int, int], int, str]]
) -> None:
    """A table restored from the log goes on exactly like the one that wrote it."""
    one = _touch(before, [])
    other = Touches()
    for records in one.take_changed(_IDS):
        user_ids, targets = pair_keys(records)
        slots = np.array([_NAMES.index(name) for name in user_ids.strings()], dtype=np.int64)
        other.restore(slots, targets, records)
    for table in (one, other):
        for pair, ts, name in after:
            types = np.array([TYPE_CODE[name]], dtype=np.uint8)
            table.touch_many(*_columns([pair]), np.array([ts]), types)
    here, there = (RawRecords.joined(table.take_changed(_IDS)).pairs() for table in (one, other))
    assert sorted(here) == sorted(there)


@given(
    st.lists(st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(0, 3000)), max_size=60),
    _cuts,
    st.booleans(),
)
def test_dedup_is_the_naive_one(
    events: list[tuple[int, int, int]], cuts: list[int], restart: bool
) -> None:
    """Any batches, with or without a restart between them, find the repeats that a list finds."""
    firsts: dict[tuple[int, int], list[int]] = {}
    expected = []
    for user, event, ts in events:
        known = firsts.setdefault((user, event), [])
        expected.append(all(abs(ts - first) > _WINDOW_MS for first in known))
        if expected[-1]:
            known.append(ts)
    dedup, log, found = Dedup(_WINDOW_MS), {}, []
    for batch in _batches(len(events), cuts):
        columns = np.array(events[batch], dtype=np.int64).reshape(-1, 3)
        keys = columns[:, :2].astype(np.uint64)
        found += dedup.fresh(keys[:, 0], keys[:, 1], columns[:, 2]).tolist()
        block = dedup.take_block(now=0)
        if block is not None:
            log[block[0]] = block[1]
        if restart:
            dedup = Dedup(_WINDOW_MS)
            for number, record in log.items():
                dedup.restore_block(number, record)
    assert found == expected
    assert len(dedup) == sum(expected)


@given(st.lists(st.tuples(st.sampled_from("pr"), st.integers(1, 2**64 - 1) | st.integers(1, 9))))
def test_the_hash_index_is_a_dict(steps: list[tuple[str, int]]) -> None:
    """Puts and removals leave what a dictionary would hold."""
    index, expected = HashIndex(capacity=8), dict[int, int]()
    for value, (verb, key) in enumerate(steps):
        if verb == "p":
            index.put(np.array([key], np.uint64), np.array([value]))
            expected[key] = value
        else:
            index.remove(np.array([key], np.uint64))
            expected.pop(key, None)
    keys = [key for _, key in steps]
    found = index.get(np.array(keys, dtype=np.uint64)).tolist()
    assert found == [expected.get(key, -1) for key in keys]
    assert len(index) == len(expected)


_values = st.none() | st.text() | st.booleans() | st.lists(st.text(), max_size=3)
_updates = st.lists(
    st.tuples(_TIMES, st.dictionaries(st.sampled_from(PROFILE_FIELDS), _values)),
    unique_by=lambda update: update[0],
)


@given(_updates)
def test_profiles_take_the_latest_of_each_field(
    updates: list[tuple[int, dict[str, object]]],
) -> None:
    """In any order of arrival, and through their bytes, each field has its latest value."""
    blob = ProfileBlob()
    for ts, fields in updates:
        blob = ProfileBlob.from_bytes(blob.to_bytes())
        blob.merge(ts, fields)
    expected: dict[str, object] = {}
    for _, fields in sorted(updates, key=lambda update: update[0]):
        expected.update(fields)
    assert {name: blob.get(name) for name in blob.fields} == expected


_minutes = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
_profiles = st.fixed_dictionaries(
    {},
    optional={
        "nickname": st.none() | st.text(),
        "locale": st.none() | st.sampled_from(["en", "zh-CN", "pt-BR"]),
        "timezone": st.none() | st.sampled_from(["Asia/Tokyo", "Europe/Paris"]),
        "quiet_hours": st.none() | st.fixed_dictionaries({"start": _minutes, "end": _minutes}),
        "consent.push": st.none() | st.booleans(),
        "consent.personalization": st.none() | st.booleans(),
        "categories": st.none() | st.lists(st.text(), max_size=9),
    },
)
_user_ids = st.text(min_size=1, max_size=128)


def _written(users: UserTable) -> list[tuple[bytes, bytes | None]]:
    return sorted(RawRecords.joined(users.take_changed()).pairs())


def _zone_names(users: UserTable, slots: IntArray) -> list[str]:
    return [users.zones.name(code) for code in users.zone[slots]]


@given(st.lists(st.tuples(_user_ids, _TIMES, _profiles), max_size=12))
def test_users_survive_their_records(
    updates: list[tuple[str, int, dict[str, object]]],
) -> None:
    """Whatever users say about themselves, a restart keeps rows, zones, locales and names."""
    one = UserTable("Asia/Shanghai", "zh-CN", (1320, 480))
    for user_id, ts, fields in updates:
        (slot,) = one.slots_of([user_id], create=True).tolist()
        one.apply_profile_update(slot, ts, fields)
    changed = RawRecords.joined(one.take_changed())
    other = UserTable("Asia/Shanghai", "zh-CN", (1320, 480))
    other.restore(changed.take(np.arange(len(changed))[::-1]))
    user_ids = [user_id for user_id, *_ in updates]
    for table in (one, other):
        table.mark(table.slots_of(user_ids, create=False))
    assert _written(one) == _written(other)
    here, there = (table.slots_of(user_ids, create=False) for table in (one, other))
    assert one.nicknames(here).strings() == other.nicknames(there).strings()
    assert one.locale_names(here) == other.locale_names(there)
    assert _zone_names(one, here) == _zone_names(other, there)


@given(st.lists(st.tuples(st.sampled_from("abc"), _TIMES, _profiles), max_size=12))
def test_profiles_are_taken_together_as_one_by_one(
    updates: list[tuple[str, int, dict[str, object]]],
) -> None:
    """A batch in which users come several times leaves what its records leave alone."""
    one, other = (UserTable("Asia/Shanghai", "zh-CN", (1320, 480)) for _ in range(2))
    user_ids = [user_id for user_id, *_ in updates]
    for (_, ts, fields), slot in zip(
        updates, one.slots_of(user_ids, create=True).tolist(), strict=True
    ):
        one.apply_profile_update(slot, ts, fields)
    slots = other.slots_of(user_ids, create=True)
    other.apply_profile_updates(slots, [ts for _, ts, _ in updates], [f for *_, f in updates])
    assert _written(one) == _written(other)
    assert _zone_names(one, slots) == _zone_names(other, slots)
    assert one.locale_names(slots) == other.locale_names(slots)
