"""Users by slot: created, found, removed, restored."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from features.raw_records import RawRecords
from features.row import KNOWN_PROFILE, PERSONALIZATION_OK, PUSH_OK, ROW_VERSION
from features.row_records import decode_rows
from features.user_table import UserTable

_QUIET = (1320, 480)


@pytest.fixture
def users() -> UserTable:
    """An empty table."""
    return UserTable("Asia/Shanghai", "zh-CN", _QUIET)


def test_only_asked_for_users_are_created(users: UserTable) -> None:
    """Without `create` an unknown user stays unknown; a repeated id is one user."""
    assert users.slots_of(["ann"], create=False).tolist() == [-1]
    slots = users.slots_of(["ann", "bob", "ann"], create=True)
    assert slots[0] == slots[2] != slots[1]
    assert users.slots_of(("zed", "bob"), create=False).tolist() == [-1, slots[1]]
    assert len(users) == 2


def test_a_refused_user_gets_no_row(users: UserTable) -> None:
    """`accept` is asked once about each new id, and never about a known one."""
    asked: list[str] = []

    def accept(user_ids: list[str]) -> npt.NDArray[np.bool_]:
        asked.extend(user_ids)
        return np.array([user_id != "bob" for user_id in user_ids])

    users.slots_of(["ann"], create=True)
    slots = users.slots_of(["bob", "ann", "eve", "bob", "eve"], create=True, accept=accept)
    assert (slots < 0).tolist() == [True, False, False, True, False]
    assert asked == ["bob", "eve"]
    assert len(users) == 2


def test_a_slot_is_used_again_without_its_past(users: UserTable) -> None:
    """Who gets the place of a removed user starts blank."""
    (slot,) = users.slots_of(["ann"], create=True).tolist()
    users.rows["totals"][slot] = 9
    users.apply_profile_update(slot, 1, {"nickname": "Ann", "timezone": "Europe/Paris"})
    users.remove(slot)
    assert (len(users), users.index.get("ann")) == (0, None)
    assert users.slots_of(["bob"], create=True).tolist() == [slot]
    assert users.rows["totals"][slot].sum() == 0
    assert users.nicknames(np.array([slot])).strings() == [""]
    assert users.zones.name(users.zone[slot]) == "Asia/Shanghai"


def test_a_free_slot_cannot_be_removed(users: UserTable) -> None:
    """Removing twice is a mistake of the caller, said at once."""
    (slot,) = users.slots_of(["ann"], create=True).tolist()
    users.remove(slot)
    with pytest.raises(KeyError):
        users.remove(slot)


def test_live_slots_are_ordered_by_hash(users: UserTable) -> None:
    """The order is the users', whatever slots they have, and they are found by hash."""
    slots = users.slots_of([f"user-{n}" for n in range(50)], create=True)
    users.remove(int(slots[3]))
    live = users.live_slots()
    hashes = users.rows["user_h"][live]
    assert len(live) == 49
    assert (np.diff(hashes.astype(np.float64)) > 0).all()
    assert users.slot_by_hash(hashes).tolist() == live.tolist()


def test_what_changed_is_taken_once(users: UserTable) -> None:
    """New, marked and removed users are reported, each once; a return beats a removal."""
    slots = users.slots_of(["ann", "bob", "eve"], create=True)
    assert set(RawRecords.joined(users.take_changed()).keys()) == {b"ann", b"bob", b"eve"}
    assert users.take_changed() == []
    users.mark(slots[:1])
    users.remove(int(slots[1]))
    users.remove(int(slots[2]))
    users.slots_of(["eve"], create=True)
    changed = RawRecords.joined(users.take_changed())
    assert dict(changed.pairs())[b"bob"] is None
    rows, _ = decode_rows(changed.take(np.flatnonzero(changed.value_size >= 0)))
    assert rows.tobytes() == users.rows[[slots[0], users.slots_of(["eve"], False)[0]]].tobytes()


def test_a_restored_user_is_the_same(users: UserTable) -> None:
    """Row, profile, zone and locale survive, at whatever slot; nothing counts as changed."""
    fields = {"nickname": "小安", "timezone": "Europe/Paris", "locale": "fr-FR"}
    slots = users.slots_of(["bob", "ann"], create=True)
    users.rows["totals"][slots[1], 3] = 5
    users.apply_profile_update(int(slots[1]), 7, fields)
    other = UserTable("Asia/Shanghai", "zh-CN", _QUIET)
    (chunk,) = users.take_changed()
    other.restore(chunk.take(np.array([1, 0])))
    slot = other.slots_of(["ann"], create=False)
    assert other.rows[slot].tobytes() == users.rows[slots[1:]].tobytes()
    assert other.nicknames(slot).strings() == ["小安"]
    assert other.locale_names(slot) == ["fr-FR"]
    assert other.zones.name(other.zone[slot[0]]) == "Europe/Paris"
    assert other.take_changed() == []


def test_of_two_records_of_a_user_the_last_counts(users: UserTable) -> None:
    """In one chunk or two, also where the last one says what was there before."""
    (slot,) = users.slots_of(["ann"], create=True).tolist()
    chunks = []
    for ts, zone in enumerate(("Europe/Paris", "Asia/Tokyo", "Europe/Paris")):
        users.apply_profile_update(slot, ts, {"timezone": zone})
        users.rows["totals"][slot, 3] = ts
        chunks += users.take_changed()
    other = UserTable("Asia/Shanghai", "zh-CN", _QUIET)
    for some in (chunks[:1], chunks[1:], chunks[:2], chunks[2:]):
        other.restore(RawRecords.joined(some))
    (found,) = other.slots_of(["ann"], create=False).tolist()
    assert other.rows[found].tobytes() == users.rows[slot].tobytes()
    assert other.zones.name(other.zone[found]) == "Europe/Paris"
    assert other.profile_of(found) == users.profile_of(slot)


def test_defaults_follow_the_settings(users: UserTable) -> None:
    """Restored under other settings, who chose nothing has the new defaults."""
    slots = users.slots_of(["ann", "bob"], create=True)
    quiet = {"start": "01:00", "end": "02:30"}
    users.apply_profile_update(int(slots[1]), 1, {"quiet_hours": quiet, "timezone": "Asia/Tokyo"})
    other = UserTable("Europe/Berlin", "de-DE", (0, 300))
    (chunk,) = users.take_changed()
    for place in range(2):
        other.restore(chunk.take(np.array([place])))
    ann, bob = other.slots_of(["ann", "bob"], create=False).tolist()
    assert [other.zones.name(other.zone[slot]) for slot in (ann, bob)] == [
        "Europe/Berlin",
        "Asia/Tokyo",
    ]
    assert other.rows[["quiet_start", "quiet_end"]][[ann, bob]].tolist() == [(0, 300), (60, 150)]


def test_profile_fields_reach_the_row(users: UserTable) -> None:
    """Consent, quiet hours and categories are read from the row alone by all that decides."""
    (slot,) = users.slots_of(["ann"], create=True).tolist()
    assert users.rows["flags"][slot] == PUSH_OK | PERSONALIZATION_OK
    fields = {"consent.push": False, "quiet_hours": None, "categories": ["美妆", "美妆", "food"]}
    assert users.apply_profile_update(slot, 10, fields)
    row = users.rows[slot]
    assert row["flags"] & (PUSH_OK | PERSONALIZATION_OK | KNOWN_PROFILE) == (
        PERSONALIZATION_OK | KNOWN_PROFILE
    )
    assert row["quiet_start"] == row["quiet_end"]
    assert np.count_nonzero(row["declared_h"]) == 2
    assert users.apply_profile_update(slot, 11, {"consent.push": None, "categories": None})
    assert users.rows["flags"][slot] & PUSH_OK
    assert not users.rows["declared_h"][slot].any()


def test_the_later_profile_wins_field_by_field(users: UserTable) -> None:
    """An older record changes only what no later one has set; arrival breaks ties."""
    slots = users.slots_of(["ann"], create=True)
    slot = int(slots[0])
    users.apply_profile_update(slot, 20, {"nickname": "new", "timezone": None})
    assert users.apply_profile_update(slot, 10, {"nickname": "old", "locale": "en"})
    assert users.nicknames(slots).strings() == ["new"]
    assert users.locale_names(slots) == ["en"]
    assert not users.apply_profile_update(slot, 5, {"timezone": "Asia/Tokyo"})
    assert users.apply_profile_update(slot, 20, {"nickname": "tie"})
    assert users.nicknames(slots).strings() == ["tie"]
    with pytest.raises(ValueError, match="'hobby'"):
        users.apply_profile_update(slot, 30, {"hobby": "chess"})


def test_the_longest_idle_go_first(users: UserTable) -> None:
    """A profile counts as a sign of life; who never did anything goes before all others."""
    slots = users.slots_of(["active", "blank", "profile", "old"], create=True)
    users.rows["last_ts"][slots[[0, 3]]] = [100, 20]
    users.apply_profile_update(int(slots[2]), 50, {"nickname": "x"})
    assert users.longest_idle(3).tolist() == slots[[1, 3, 2]].tolist()


def test_the_table_grows(users: UserTable) -> None:
    """Beyond the first room, old rows are where they were and new ones are blank."""
    first = users.slots_of(["ann"], create=True)
    users.rows["totals"][first, 0] = 3
    slots = users.slots_of([f"user-{n}" for n in range(140_000)], create=True)
    assert users.rows["totals"][first[0], 0] == 3
    assert users.rows["version"][slots].min() == ROW_VERSION
    assert len(users) == 140_001
