"""What a copy's template may be made of: a whitelist over Jinja's syntax tree."""

from __future__ import annotations

from collections.abc import Iterable

from jinja2 import nodes

from features.errors import LivecueError

__all__ = ["FILTERS", "SLOTS", "TemplateError", "check_tree", "is_open_in", "referenced_slots"]

SLOTS = ("nickname", "host_name", "stream_title", "product_name", "starts_in")
FILTERS = (
    "upper",
    "lower",
    "title",
    "capitalize",
    "trim",
    "default",
    "truncate",
    "length",
    "replace",
    "escape",
)
_TESTS = ("defined", "undefined", "none")
_MOST_NODES = 200
_DEEPEST = 16
_LONGEST_LITERAL = 200
_LARGEST_INTEGER = 1_000_000
_ALLOWED = (
    f"allowed are the slots {', '.join(SLOTS)}, if/elif/else, comparisons, and/or/not, ~, literals "
    f"and the filters {', '.join(FILTERS)} with literal arguments"
)
_STRUCTURE = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
    nodes.Keyword,
)


class TemplateError(LivecueError):
    """A copy's template is not one of ours; the text says why and what is allowed."""


def check_tree(tree: nodes.Template) -> None:
    """Raise `TemplateError` unless every node of `tree` is allowed and they are not too many.

    What is allowed has no loop, call, attribute, item, arithmetic or assignment, so that the cost
    of a render is bounded by the number of nodes.
    """
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if seen > _MOST_NODES or depth > _DEEPEST:
            raise TemplateError(
                f"the template is too big: at most {_MOST_NODES} elements, {_DEEPEST} levels deep"
            )
        _check_node(node)
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())


def referenced_slots(tree: nodes.Template) -> frozenset[str]:
    """Return the slots that the template mentions, be it only in a condition."""
    return frozenset(node.name for node in tree.find_all(nodes.Name))


def is_open_in(slot: str, tree: nodes.Template) -> bool:
    """Return whether `slot` passes through unread: its value only shows, or is there or not.

    Then one render with a mark in its place serves every value of it.
    """
    readers: Iterable[nodes.Node] = tree.find_all((nodes.Filter, nodes.Compare))
    return not any(name.name == slot for node in readers for name in node.find_all(nodes.Name))


def _check_node(node: nodes.Node) -> None:
    match node:
        case nodes.Name():
            if node.name not in SLOTS:
                raise TemplateError(f"{node.name!r} is not a slot; {_ALLOWED}")
        case nodes.Const():
            _check_literal(node.value)
        case nodes.Filter():
            _check_filter(node)
        case nodes.Test():
            if node.name not in _TESTS:
                raise TemplateError(f"the test {node.name!r} is not allowed; {_ALLOWED}")
        case _ if type(node) not in _STRUCTURE:
            raise TemplateError(f"{type(node).__name__} is not allowed; {_ALLOWED}")


def _check_literal(value: object) -> None:
    if isinstance(value, str):
        if len(value) > _LONGEST_LITERAL or not value.isprintable():
            raise TemplateError(
                f"a literal must be printable, with at most {_LONGEST_LITERAL} characters"
            )
    elif isinstance(value, int):
        if abs(value) > _LARGEST_INTEGER:
            raise TemplateError(f"a literal number must be at most {_LARGEST_INTEGER}")
    elif value is not None:
        raise TemplateError(f"a literal {type(value).__name__} is not allowed; {_ALLOWED}")


def _check_filter(node: nodes.Filter) -> None:
    if node.name not in FILTERS:
        raise TemplateError(f"the filter {node.name!r} is not allowed; {_ALLOWED}")
    arguments = [*node.args, *(keyword.value for keyword in node.kwargs)]
    constant = all(isinstance(argument, nodes.Const) for argument in arguments)
    if not constant or node.dyn_args is not None or node.dyn_kwargs is not None:
        raise TemplateError(f"an argument of the filter {node.name!r} must be a literal")
