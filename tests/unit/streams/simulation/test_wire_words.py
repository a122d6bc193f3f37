"""The words of the simulated world: something for everything it knows."""

from __future__ import annotations

from reminders.templates import BODY_LIMIT, TITLE_LIMIT, compile_template
from streams.simulation.wire.words import COPY_TEXTS, NICKNAMES, SUBJECTS, host_name
from streams.simulation.world.hosts import CATEGORIES
from streams.simulation.world.mood import COPIES
from streams.simulation.world.population import LOCALES


def test_every_category_and_language_has_its_words() -> None:
    """No category without titles and products, no language without as many copies as pull."""
    assert set(SUBJECTS) == set(CATEGORIES)
    assert all(subject.titles and subject.products for subject in SUBJECTS.values())
    assert set(COPY_TEXTS) == set(NICKNAMES) == set(LOCALES)
    assert {len(texts) for texts in COPY_TEXTS.values()} == {COPIES}


def test_every_copy_can_be_used_and_names_what_it_reminds_of() -> None:
    """A worker takes each of them; each says who, what and when."""
    for texts in COPY_TEXTS.values():
        for title, body in texts:
            slots = (
                compile_template(title, TITLE_LIMIT).slots
                | compile_template(body, BODY_LIMIT).slots
            )
            assert slots >= {"host_name", "stream_title", "starts_in"}


def test_hosts_have_names_of_their_own() -> None:
    """The 120 hosts of a world can be told apart."""
    assert len({host_name(number) for number in range(120)}) == 120
