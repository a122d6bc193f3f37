"""Records of the topic `state` are told apart by the second byte of their key."""

from __future__ import annotations

from features.follows import Follows
from features.raw_records import RawRecords
from features.reminded import Reminded
from features.state import DEDUP_KIND, ERASURE_KIND, are_ours
from features.touches import Touches
from reminders.journal import KINDS
from reminders.kpi_book import FUNNEL_KINDS
from streams.engine.meta import META_KEY

_OF_USERS = [Follows.KIND, Touches.KIND, Reminded.KIND, DEDUP_KIND, ERASURE_KIND]
_OF_OTHERS = [*(b"\xff" + kind for kind in sorted(KINDS)), *sorted(FUNNEL_KINDS), META_KEY[:2]]


def test_no_two_kinds_share_a_byte() -> None:
    """A kind taken twice would be read back by the wrong part."""
    kinds = [*_OF_USERS, *_OF_OTHERS]
    assert all(kind[:1] == b"\xff" and len(kind) == 2 for kind in kinds)
    assert len(set(kinds)) == len(kinds)


def test_each_reserved_record_has_one_reader() -> None:
    """The users' part takes its own kinds and no other."""
    keys = [kind + b"anything" for kind in (*_OF_USERS, *_OF_OTHERS)]
    ours = are_ours(RawRecords.of(keys, [None] * len(keys)))
    assert ours.tolist() == [True] * len(_OF_USERS) + [False] * len(_OF_OTHERS)
