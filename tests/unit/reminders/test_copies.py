from __future__ import annotations

from features.contracts import Copy, StreamRecord, StreamTombstone
from features.decode import ERROR_CODES
from reminders.copies import MOST_COPIES, check_copies, compile_copies, reject_copies


def copy(copy_id: str, title: str = "t", body: str = "b", locale: str = "en") -> Copy:
    """A copy, good unless told otherwise."""
    return Copy(copy_id=copy_id, locale=locale, title=title, body=body)


def stream(*copies: Copy) -> StreamRecord:
    """A stream with these copies."""
    return StreamRecord(stream_id="s", ts=1, status="live", copies=list(copies))


def test_good_copies_say_what_they_need() -> None:
    """The slots of the title and of the body."""
    (compiled,) = compile_copies(stream(copy("a", "{{ nickname }}", "{{ host_name }}")))
    assert compiled.needs == {"nickname", "host_name"}
    assert (compiled.copy_id, compiled.locale, compiled.built_in) == ("a", "en", False)


def test_a_bad_copy_costs_only_itself() -> None:
    """Its neighbours are used, and it is named with the field and the cause."""
    record = stream(copy("a"), copy("b", "{{ x }}", "{{"), copy("c"))
    assert [good.copy_id for good in compile_copies(record)] == ["a", "c"]
    (bad,) = check_copies(record)
    assert bad.copy_id == "b"
    assert "title: 'x' is not a slot" in bad.text
    assert "body: not a template" in bad.text


def test_one_id_may_come_in_several_languages() -> None:
    """A repeated pair of id and locale counts once, the first."""
    record = stream(copy("a"), copy("a", locale="zh-CN"), copy("a", "other"))
    compiled = compile_copies(record)
    assert [(good.copy_id, good.locale) for good in compiled] == [("a", "en"), ("a", "zh-CN")]
    assert compiled[0].title.render({}) == "t"


def test_copies_beyond_a_sane_number_are_bad() -> None:
    """The time that one record can take is bounded."""
    record = stream(*(copy(str(n)) for n in range(MOST_COPIES + 2)))
    assert len(compile_copies(record)) == MOST_COPIES
    assert [bad.copy_id for bad in check_copies(record)] == [str(MOST_COPIES), str(MOST_COPIES + 1)]


def test_a_copy_of_any_length_costs_only_itself() -> None:
    """The longest that fits into a record is not even parsed."""
    record = stream(
        copy("a", "x" * 2_000_000), copy("b", body="{{ nickname }}" * 140_000), copy("c")
    )
    assert [good.copy_id for good in compile_copies(record)] == ["c"]
    assert ["at most" in bad.text for bad in check_copies(record)] == [True, True]


def test_a_stream_without_copies_is_fine() -> None:
    """None, empty and forgotten alike."""
    assert compile_copies(StreamRecord(stream_id="s", ts=1, status="live")) == ()
    assert reject_copies(stream()) is None
    assert reject_copies(stream(copy("a"))) is None
    assert reject_copies(StreamTombstone("s")) is None


def test_one_dead_letter_lists_all_bad_copies() -> None:
    """Bounded in length, with every id while they are few."""
    rejected = reject_copies(stream(*(copy(f"copy-{n}", "{{ x }}") for n in range(5)), copy("ok")))
    assert rejected is not None
    assert rejected.code in ERROR_CODES
    assert all(f"`copy-{n}`" in rejected.text for n in range(5))
    assert "ok" not in rejected.text
    assert len(rejected.text) <= 500


def test_many_bad_copies_with_long_ids_still_fit() -> None:
    """The text of a dead letter has its bound whatever comes."""
    rejected = reject_copies(stream(*(copy(f"{n:0128}", "{{") for n in range(1_000))))
    assert rejected is not None
    assert "1000 of the stream's copies" in rejected.text
    assert len(rejected.text) <= 500
