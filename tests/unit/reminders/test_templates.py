from __future__ import annotations

import pytest

from reminders.template_syntax import SLOTS, TemplateError
from reminders.templates import BODY_LIMIT, TITLE_LIMIT, compile_template

_VALUES = {
    "nickname": "Ann <b>",
    "host_name": "Lin",
    "stream_title": "Autumn",
    "product_name": "",
    "starts_in": "in 2 hours",
}

_ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ nickname['__class__'] }}",
    "{{ nickname|attr('__class__') }}",
    "{{ nickname.upper() }}",
    "{{ nickname[0] }}",
    "{{ nickname[:3] }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ lipsum }}",
    "{{ range(10) }}",
    "{{ namespace() }}",
    "{{ joiner }}",
    "{{ loop }}",
    "{{ caller() }}",
    "{{ config }}",
    "{{ _ }}",
    "{% set a = nickname %}{{ a }}",
    "{% set a %}{{ nickname }}{% endset %}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% block x %}y{% endblock %}",
    "{% macro m() %}{% endmacro %}",
    "{% call m() %}{% endcall %}",
    "{% with a = 1 %}{{ a }}{% endwith %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape true %}x{% endautoescape %}",
    "{% do nickname %}",
    "{% debug %}",
    "{% trans %}x{% endtrans %}",
    "{{ nickname|map('upper') }}",
    "{{ nickname|format }}",
    "{{ nickname|default(host_name) }}",
    "{{ nickname|truncate(*[1]) }}",
    "{{ nickname is callable }}",
    "{{ nickname is divisibleby(3) }}",
]

_BOMBS = [
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for c in nickname %}{% for d in nickname recursive %}x{% endfor %}{% endfor %}",
    "{{ 'a' * 10**9 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9**9**9 }}",
    "{{ 1 + 1 }}",
    "{{ -1 }}",
    "{{ '%1000000000s' % 'a' }}",
    "{{ ['a'] }}",
    "{{ {'a': 1} }}",
    "{{ 1e999 }}",
    "{{ 1000001 }}",
    "{{ 0x" + "f" * 500 + " }}",
    "{{ nickname|center(1000000) }}",
    "{{ nickname|indent(1000000) }}",
    "{{ nickname|wordwrap }}",
    "{{ " + "(" * 250 + "nickname" + ")" * 250 + " }}",
    "{{ " + "not " * 100 + "nickname }}",
    "{% if nickname %}" * 20 + "x" + "{% endif %}" * 20,
    "{{ nickname }}" * 40 + "{{",
    "{{ nickname" + " ~ nickname" * 50 + " }}",
    "x" * (5 * TITLE_LIMIT + 1),
    "{{ '" + "x" * 201 + "' }}",
    "{# comment #}" * 50,
]

_BROKEN = [
    "",
    "   \n ",
    "{{",
    "{{ nickname",
    "{% if nickname %}",
    "{{ nickname ~ }}",
    "{{ nobody }}",
    "{{ Nickname }}",
    "{{ nickname|nothing }}",
    "{{ nickname > 3 }}",
    "{{ 3|length }}",
    "{{ nickname|truncate(1) }}",
    "{% raw %}{% endraw %}",
    r"{{ '\x00' }}",
    r"{{ '\u202e' }}",
    r"{{ '\ud800' }}",
    "\u202e\u200b",
    "x" * (TITLE_LIMIT + 1),
    "{{ nickname|replace('n', '" + "x" * 100 + "') }}",
]


@pytest.mark.parametrize("source", _ESCAPES + _BOMBS + _BROKEN)
def test_what_is_not_allowed_is_refused(source: str) -> None:
    """Escapes, bombs and broken templates are refused with a text, before they can run."""
    with pytest.raises(TemplateError) as caught:
        compile_template(source, TITLE_LIMIT)
    assert 10 < len(str(caught.value)) < 500


def test_a_refusal_says_what_is_allowed() -> None:
    """Whoever wrote the template learns the slots and the filters."""
    with pytest.raises(TemplateError) as caught:
        compile_template("{{ user }}", TITLE_LIMIT)
    assert all(slot in str(caught.value) for slot in SLOTS)
    assert "truncate" in str(caught.value)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hi", "Hi"),
        ("{{ nickname }}，{{host_name}} {{ starts_in }}", "Ann <b>，Lin in 2 hours"),
        ("{% if product_name %}with {{ product_name }}{% else %}soon{% endif %}", "soon"),
        ("{% if product_name %}a{% elif host_name == 'Lin' %}b{% endif %}", "b"),
        ("{{ 'x' if product_name else host_name }}", "Lin"),
        ("{{ 'x' if product_name }}y", "y"),
        ("{{ nickname ~ '!' }}", "Ann <b>!"),
        ("{{ product_name or 'things' }}", "things"),
        ("{{ host_name|upper }} {{ host_name|lower }} {{ host_name|length }}", "LIN lin 3"),
        ("{{ 'lin wei'|title }} {{ 'lin'|capitalize }} {{ ' a '|trim }}b", "Lin Wei Lin ab"),
        ("{{ stream_title|truncate(5, true, '…', 0) }}", "Autu…"),
        ("{{ stream_title|replace('u', 'o') }}", "Aotomn"),
        ("{{ nickname|escape }}", "Ann &lt;b&gt;"),
        ("{{ product_name|default('x', true) }}", "x"),
        ("{{ 'long' if nickname|length > 3 and not product_name else 'short' }}", "long"),
        ("{{ 'yes' if 'Li' in host_name }}", "yes"),
        ("{{ 'yes' if nickname is defined and nickname is not none }}", "yes"),
        ("{# note #}a  \n b {%- if true %} c{% endif %}", "a b c"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("100 % {{ '%' }}", "100 % %"),
    ],
)
def test_what_is_allowed_renders_as_jinja(source: str, text: str) -> None:
    """Text, slots, conditions, comparisons, ~ and a few filters; a title is one line."""
    assert compile_template(source, TITLE_LIMIT).render(_VALUES) == text


def test_a_body_keeps_its_lines() -> None:
    """White space runs collapse, line breaks stay."""
    assert compile_template("a  b\r\n  {{ host_name }}", BODY_LIMIT).render(_VALUES) == "a b\nLin"


@pytest.mark.parametrize(
    ("source", "slots"),
    [
        ("x", set()),
        ("{{ nickname }}{{ nickname }}", {"nickname"}),
        ("{% if product_name %}x{% endif %}y", {"product_name"}),
        ("{{ host_name|default('x') }}", {"host_name"}),
    ],
)
def test_slots_are_all_that_are_mentioned(source: str, slots: set[str]) -> None:
    """In text, in a condition or under a filter."""
    assert compile_template(source, TITLE_LIMIT).slots == slots


def test_too_long_for_this_user() -> None:
    """A render over the limit is no render; one at the limit is."""
    template = compile_template("{{ nickname }}", TITLE_LIMIT)
    assert template.render({"nickname": "x" * TITLE_LIMIT}) == "x" * TITLE_LIMIT
    assert template.render({"nickname": "x" * (TITLE_LIMIT + 1)}) is None
    assert template.render({"nickname": "x" * 1_000_000}) is None


def test_a_render_that_fails_for_some_is_no_render() -> None:
    """Types that depend on the value never raise."""
    template = compile_template("{{ 'a' if (3 if host_name == 'x' else 'b') > 'a' }}", TITLE_LIMIT)
    assert template.render({"host_name": "y"}) == "a"
    assert template.render({"host_name": "x"}) is None


def test_chained_filters_cannot_grow_a_text() -> None:
    """Each result is cut, so a chain of replacements stays small."""
    chain = "|replace('', 'xxxxxxxxx')" * 12
    template = compile_template("{{ nickname" + chain + "|truncate(9) }}", TITLE_LIMIT)
    assert len(template.render(_VALUES) or "") <= 9


@pytest.mark.parametrize(
    ("source", "is_open"),
    [
        ("{{ nickname }}", True),
        ("{{ nickname ~ '!' }}", True),
        ("{% if nickname %}x{% endif %}", True),
        ("{{ host_name|upper }}{{ nickname }}", True),
        ("{{ nickname|upper }}", False),
        ("{{ (nickname ~ 'x')|upper }}", False),
        ("{{ 'x' if nickname == 'Ann' else 'y' }}", False),
    ],
)
def test_open_templates_serve_every_name(source: str, is_open: bool) -> None:
    """Those that only show the nickname are rendered once and joined by it."""
    template = compile_template(source, TITLE_LIMIT)
    assert template.is_open == is_open
    if is_open:
        parts = template.parts(_VALUES)
        assert parts is not None
        assert "Ann <b>".join(parts) == template.render(_VALUES)


def test_without_a_name_there_is_one_part() -> None:
    """The text as it is for users whose nickname is unknown."""
    template = compile_template("{% if nickname %}{{ nickname }}, {% endif %}hi", TITLE_LIMIT)
    assert template.parts({"nickname": ""}) == ("hi",)
    assert template.parts({"nickname": "any"}) == ("", ", hi")
