"""Exactly one dead letter for each bad record, with its cause and its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from wirecheck.records import Run, Violation, Wire

__all__ = ["check_dead_letters"]

HEADERS = ("error_code", "error_text", "source_topic", "source_partition", "source_offset", "ts")
MOST_BYTES = 2 * 1024 * 1024


def check_dead_letters(run: Run) -> Iterator[Violation]:
    """Violations of the section `dead-letters`."""
    sources = {record.place: record for record in run.inputs}
    found: Counter[tuple[str, int, int]] = Counter()
    for letter in run.dead_letters:
        headers = {name: value.decode() for name, value in letter.headers}
        missing = [name for name in HEADERS if not headers.get(name)]
        if missing:
            yield Violation("dead letter headers", f"{letter.place}: no {missing}")
            continue
        if not headers["ts"].isdecimal():
            yield Violation("dead letter headers", f"{letter.place}: ts = {headers['ts']}")
        if not headers["source_topic"].startswith(run.prefix):
            yield Violation("dead letter headers", f"{letter.place}: {headers['source_topic']}")
        place = (
            headers["source_topic"].removeprefix(run.prefix),
            int(headers["source_partition"]),
            int(headers["source_offset"]),
        )
        found[place] += 1
        yield from _check_copy_of(letter, sources.get(place), headers["error_text"])
    for place in run.bad | run.bad_copies:
        if found[place] != 1:
            yield Violation("dead letters", f"{found[place]} for the bad record at {place}")
    for place in found.keys() - run.bad - run.bad_copies:
        record = sources.get(place)
        value = None if record is None else (record.value or b"")[:300]
        yield Violation("dead letters", f"for the good record at {place}: {value!r}")


def _check_copy_of(letter: Wire, source: Wire | None, text: str) -> Iterator[Violation]:
    if source is None:
        return
    if letter.key != source.key:
        yield Violation("dead letter key", f"{letter.key!r} is not {source.key!r}")
    came, kept = source.value or b"", letter.value or b""
    cut = len(came) > MOST_BYTES - 10_000 and came.startswith(kept) and "cut" in text
    if kept != came and not cut:
        yield Violation("dead letter value", f"{letter.place}: {kept[:80]!r} is not as it came")
