"""Templates made of anything: refused with a text, or rendered within their bounds."""

from __future__ import annotations

import jinja2
from hypothesis import assume, given
from hypothesis import strategies as st

from reminders.slot_text import clean, shorten
from reminders.template_syntax import FILTERS, SLOTS, TemplateError
from reminders.templates import BODY_LIMIT, TITLE_LIMIT, compile_template

_any_text = st.text(max_size=60)
_clean_text = st.text(max_size=60).map(clean)
_values = st.fixed_dictionaries(dict.fromkeys(SLOTS, _clean_text))
_pieces = st.one_of(
    st.sampled_from(
        [
            *("{{ " + slot + " }}" for slot in SLOTS),
            *("{{ nickname|" + name + " }}" for name in FILTERS),
            *("{{", "}}", "{%", "%}", "{#", "#}", "(", ")", "[", "]", ".", "|", "~", "*", "'", '"'),
            *("if", "else", "endif", "for", "in", "not", "and", "__class__"),
            "{% if nickname %}",
            "{% elif host_name == 'x' %}",
            "{% endif %}",
            "{{ 'a' * 9 }}",
            "{{ stream_title|replace('', 'xxxxxxxxxxxxx')|replace('x', 'yyyyyyyyyyyyy') }}",
        ]
    ),
    st.text(max_size=5),
    st.sampled_from([*SLOTS, *FILTERS]),
)
_sources = st.lists(_pieces, max_size=12).map(" ".join)
_plain = st.lists(
    st.one_of(
        st.sampled_from(["{{ " + slot + " }}" for slot in SLOTS]),
        st.sampled_from(["Hi ", "，", "! ", "100% ", "\n", "é"]),
        st.sampled_from(["{% if nickname %}Dear {{ nickname }}{% else %}Dear{% endif %}"]),
    ),
    min_size=1,
    max_size=6,
).map("".join)


@given(_sources, _values, st.sampled_from([TITLE_LIMIT, BODY_LIMIT]))
def test_any_source_is_refused_or_bounded(source: str, values: dict[str, str], limit: int) -> None:
    """No other error, no endless text, nothing unprintable but a body's line breaks."""
    try:
        template = compile_template(source, limit)
    except TemplateError:
        return
    text = template.render(values)
    assert text is None or 0 < len(text) <= limit
    assert limit == BODY_LIMIT or "\n" not in (text or "")
    assert "\x00" not in (text or "")


@given(_plain, _values)
def test_one_render_serves_every_name(source: str, values: dict[str, str]) -> None:
    """Joining an open template's parts by the name is rendering it with the name."""
    try:
        template = compile_template(source, BODY_LIMIT)
    except TemplateError:
        assume(False)
    assert template.is_open
    parts = template.parts(values)
    whole = template.render(values)
    joined = None if parts is None else values["nickname"].join(parts)
    assert joined == whole or (joined is not None and len(joined) > BODY_LIMIT)


@given(_plain, _values)
def test_what_we_render_is_what_jinja_renders(source: str, values: dict[str, str]) -> None:
    """Up to white space, an unrestricted environment gives the same text."""
    try:
        text = compile_template(source, BODY_LIMIT).render(values)
    except TemplateError:
        assume(False)
    plain = jinja2.Environment(autoescape=False).from_string(source).render(values)  # noqa: S701 - plain text
    assert " ".join((text or "").split()) == " ".join(plain.split()) or len(plain) > BODY_LIMIT


@given(_any_text, st.integers(1, 30))
def test_cleaning_and_shortening_never_raise(text: str, limit: int) -> None:
    """Cleaning twice is cleaning once; what is shortened fits and can be encoded."""
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    assert len(shorten(cleaned, limit).encode().decode()) <= limit


@given(st.text(st.characters(categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Zs", "Lu"]), max_size=30))
def test_nothing_dangerous_is_left(text: str) -> None:
    """Surrogates, controls, line breaks and bidi overrides are gone from a slot."""
    cleaned = clean(text)
    cleaned.encode()
    assert len(cleaned.splitlines()) <= 1
    assert not set(cleaned) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\x00\x1b")
