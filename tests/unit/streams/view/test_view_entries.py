"""What is written of users, streams and models: what the layout says, and nothing more."""

from __future__ import annotations

import json

import numpy as np
import pytest

from features.contracts import FEEDBACK_CODE, StreamRecord
from features.decode import decode_feedback, decode_interactions
from features.hashing import IntArray, hash64
from features.raw_records import RawRecords
from features.registry import FEATURE_NAMES
from features.row import SEND_SLOTS, short_hash
from features.state import UserState
from features.update import apply_feedback, apply_interactions, record_sends
from features.user_table import UserTable
from online_models.snapshot import ModelSnapshot
from reminders.board import Board
from streams.testing import feedback, interaction
from streams.view.broadcast_entries import model_entries, stream_entries
from streams.view.keys import ViewKeys
from streams.view.layout import LAYOUT
from streams.view.names import Names
from streams.view.user_entries import user_entries

NOW = 1_700_000_000_000
KEYS = ViewKeys("livecue")
DOCUMENTED = {key.key: {field.name for field in key.fields} for key in LAYOUT}


@pytest.fixture
def state() -> UserState:
    """`ann` did and was sent all sorts of things, `bob` is known by name alone."""
    state = UserState(UserTable("Asia/Shanghai", "zh-CN", (1320, 480)), 600_000, salt=1)
    said = [
        interaction("ann", "watch", NOW, stream_id="s", host_id="h", category="beauty"),
        interaction("ann", "watch", NOW + 1, stream_id="s", host_id="h", category="beauty"),
        interaction("ann", "purchase", NOW + 2, host_id="h", amount=19.9),
    ]
    cols, _ = decode_interactions(
        RawRecords.of([key for key, _ in said], [value for _, value in said]), None
    )
    slots = state.users.slots_of(cols.user_ids(), create=True)
    apply_interactions(state, cols, slots, lambda _stream_id: None)
    said = [feedback("ann", kind, NOW + 3) for kind in FEEDBACK_CODE]
    answers, _ = decode_feedback(
        RawRecords.of([key for key, _ in said], [value for _, value in said]), None
    )
    apply_feedback(state, answers, state.users.slots_of(answers.user_id, create=False))
    state.users.slots_of(["bob"], create=True)
    return state


def entries_of(
    state: UserState, user_id: str, names: Names | None = None
) -> tuple[dict[str, str], dict[str, float]]:
    """Features and tags (with weights) of one user."""
    slots = state.users.slots_of([user_id], create=False)
    ((key, features, tags),) = user_entries(state, slots, KEYS, names or Names())
    assert key == KEYS.user(user_id)
    weights = {tag: float(weight) for weight, tag in zip(tags[::2], tags[1::2], strict=True)}
    return dict(zip(features[::2], features[1::2], strict=True)), weights


def test_counts_are_whole_numbers_and_the_rest_as_of_the_newest_event(state: UserState) -> None:
    """Totals exact, decayed counts beside them, times in ms."""
    features, _ = entries_of(state, "ann")
    assert (features["total:watch"], features["total:purchase"]) == ("2", "1")
    assert json.loads(features["recent:watch"]) == pytest.approx([2.0, 2.0, 2.0], abs=1e-3)
    assert (features["first_ts"], features["last_ts"]) == (str(NOW), str(NOW + 2))
    assert float(features["spend_total"]) == 19.9
    assert features["last_open_ts"] == str(NOW + 3)
    assert "total:like" not in features


def test_of_a_stranger_only_settings_are_told(state: UserState) -> None:
    """Nothing known is nothing written."""
    features, tags = entries_of(state, "bob")
    assert set(features) == {
        *("push", "personalization", "muted", "timezone", "locale"),
        *("quiet_start", "quiet_end", "user_id"),
    }
    assert tags == {}


def test_invitations_are_told_newest_first(state: UserState) -> None:
    """Straight from the row, so they survive a Redis that was emptied."""
    slots: IntArray = state.users.slots_of(["ann"], create=False)
    state.users.rows["sends"][slots[0], :3] = [NOW // 1_000, NOW // 1_000 + 60, 0]
    assert SEND_SLOTS > 3
    record_sends(state, slots, np.array([NOW]), np.zeros(1, np.uint64))
    features, _ = entries_of(state, "ann")
    assert json.loads(features["invited_ts"]) == [NOW + 60_000, NOW]
    assert float(features["sent_7d"]) > 0


def test_tags_are_by_name_once_a_name_is_known(state: UserState) -> None:
    """Rows hold hashes; streams and profiles tell the names."""
    assert set(entries_of(state, "ann")[1]) == {
        f"host_h:{short_hash(hash64('h')):08x}",
        f"category_h:{short_hash(hash64('beauty')):08x}",
    }
    names = Names()
    names.learn(StreamRecord(stream_id="s", ts=1, status="live", host_id="h", category="beauty"))
    tags = entries_of(state, "ann", names)[1]
    assert set(tags) == {"host:h", "category:beauty"}
    assert all(weight > 0 for weight in tags.values())


def test_declared_categories_are_tags(state: UserState) -> None:
    """Each once, with weight 1; they name the category for others, too."""
    slot = int(state.users.slots_of(["bob"], create=False)[0])
    state.users.apply_profile_update(slot, NOW, {"categories": ["beauty", "food", "beauty"]})
    names = Names()
    assert entries_of(state, "bob", names)[1] == {"declared:beauty": 1.0, "declared:food": 1.0}
    assert "category:beauty" in entries_of(state, "ann", names)[1]


def test_who_refuses_personalization_has_counts_alone(state: UserState) -> None:
    """No tags, nothing decayed, no times of day: other services must not use behaviour either."""
    slot = int(state.users.slots_of(["ann"], create=False)[0])
    state.users.apply_profile_update(
        slot, NOW, {"consent.personalization": False, "categories": ["beauty"]}
    )
    features, tags = entries_of(state, "ann")
    assert features["personalization"] == "0"
    assert features["total:watch"] == "2"
    assert not any(name.startswith(("recent:", "active_")) for name in features)
    assert tags == {}


def test_nobody_is_named(state: UserState) -> None:
    """Nickname, gender, age band and region stay out of the view."""
    slot = int(state.users.slots_of(["ann"], create=False)[0])
    secret = {"nickname": "小美", "gender": "f", "age_band": "25-29", "region": "Hangzhou"}
    state.users.apply_profile_update(slot, NOW, secret)
    features, tags = entries_of(state, "ann")
    assert not set(secret.values()) & {*features.values(), *tags}


def test_every_field_that_is_written_is_documented(state: UserState) -> None:
    """The page is made from the layout, so the layout must be complete."""
    features, _ = entries_of(state, "ann")
    kinds = {name.partition(":")[0] + ":TYPE" if ":" in name else name for name in features}
    assert kinds <= DOCUMENTED["user:{USER}:features"]
    board = Board(lambda _record: np.zeros(32, np.float32))
    board.apply(
        StreamRecord(stream_id="s", ts=1, status="scheduled", host_id="h", title="t", start_ts=NOW)
    )
    *_, fields = stream_entries("s", board, KEYS, 60, NOW)
    assert set(fields[::2]) <= DOCUMENTED["stream:{STREAM}"]
    model = model_entries(ModelSnapshot.untrained(FEATURE_NAMES))
    assert set(model[::2]) == DOCUMENTED["model"]


def test_a_stream_is_kept_until_long_after_its_start() -> None:
    """However far ahead it is announced."""
    board = Board(lambda _record: np.zeros(32, np.float32))
    board.apply(
        StreamRecord(
            stream_id="s", ts=1, status="scheduled", host_id="h", title="t", start_ts=NOW + 9_000
        )
    )
    assert stream_entries("s", board, KEYS, 60, NOW)[2:4] == (str(NOW + 9_000), "69")
    assert stream_entries("gone", board, KEYS, 60, NOW) == ("gone", KEYS.stream("gone"), "", "", [])
