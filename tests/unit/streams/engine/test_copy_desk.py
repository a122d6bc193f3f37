"""What is asked for: categories on the board, in each language, once."""

from __future__ import annotations

from config import Settings
from config.copywriting import Copywriting
from features.contracts import StreamRecord
from features.hashing import hash64
from reminders.generated_copies import Proposal, accepted
from reminders.wordings import Cell
from streams.composition import compose
from streams.engine.copywriting import AGAIN_S, MOST_PAIRS, CopyDesk
from streams.engine.shared import Shared


def _shared() -> Shared:
    copywriting = Copywriting(url="http://127.0.0.1:9", locales=("zh-CN", "en"))
    shared = compose(Settings(copywriting=copywriting))
    for number, category in enumerate(["food", "food", None, "toys"]):
        record = StreamRecord(
            stream_id=f"s{number}",
            ts=1,
            status="scheduled",
            host_id="h",
            host_name="Lin",
            title="Autumn",
            start_ts=1_000 + number,
            category=category,
        )
        shared.board.apply(record)
    return shared


def test_each_category_is_asked_for_in_each_language() -> None:
    """A stream without a category has the built-in copies; what is known is not asked for."""
    shared = _shared()
    desk = CopyDesk(shared)
    expected = [(name, tag) for name in ("food", "toys") for tag in ("zh-CN", "en")]
    assert desk.wanted(0.0) == expected
    shared.generated.tell(hash64("food"), "en", ())
    assert desk.wanted(0.0) == [pair for pair in expected if pair != ("food", "en")]


def test_a_failure_is_left_alone_for_a_while() -> None:
    """Then it is tried again."""
    desk = CopyDesk(_shared())
    desk._failed_s["food", "en"] = 5.0
    assert ("food", "en") not in desk.wanted(5.0 + AGAIN_S - 1.0)
    assert ("food", "en") in desk.wanted(5.0 + AGAIN_S)


def test_there_is_a_bound() -> None:
    """Categories without end do not fill the memory."""
    shared = _shared()
    for number in range(MOST_PAIRS):
        shared.generated.tell(number, "en", ())
    assert CopyDesk(shared).wanted(0.0) == []


def test_generated_copies_stand_beside_the_built_in_ones() -> None:
    """For invitations to streams of the category, as soon as they are told, filled with facts."""
    shared = _shared()
    stream = shared.board.get("s0")
    assert stream is not None
    cell = Cell("en", 60, named=False)
    before = stream.wordings.tiers(cell, "invite")
    proposal = Proposal("{{ host_name }} soon", "Join {{ stream_title }} with us")
    (copy,) = accepted([proposal], "en", ())
    shared.generated.tell(hash64("food"), "en", [copy])
    (tier,) = stream.wordings.tiers(cell, "invite")
    assert tier[1:] == before[0]
    assert tier[0].copy.copy_id == copy.copy_id
    assert (tier[0].title, tier[0].body) == (("Lin soon",), ("Join Autumn with us",))
    attend = [one.copy.copy_id for one in stream.wordings.tiers(cell, "attend")[0]]
    assert copy.copy_id not in attend
