"""Records of the topic `state` are told apart by the second byte of their key."""

from __future__ import annotations

from features.follows import Follows
from features.state import DEDUP_KIND, ERASURE_KIND, owns_key
from features.touches import Touches
from reminders.journal import KINDS
from streams.engine.meta import META_KEY


def test_no_two_kinds_share_a_byte() -> None:
    """A kind taken twice would be read back by the wrong part."""
    state = [Follows.KIND, Touches.KIND, DEDUP_KIND, ERASURE_KIND]
    assert all(kind[:1] == b"\xff" and len(kind) == 2 for kind in state)
    taken = [kind[1:2] for kind in state] + sorted(KINDS) + [META_KEY[1:2]]
    assert len(set(taken)) == len(taken)


def test_each_reserved_record_has_one_reader() -> None:
    """The users' part takes its own kinds and no other."""
    assert not owns_key(META_KEY)
    assert not any(owns_key(b"\xff" + kind + b"anything") for kind in KINDS)
