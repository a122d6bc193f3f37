"""Say in words what a field accepts: for error texts and for the reference pages."""

from __future__ import annotations

from msgspec import inspect

from features.contracts.fields import INT_MAX

__all__ = ["expectation", "meaning", "node_at"]


def node_at(node: inspect.Type, path: list[str]) -> inspect.Type:
    """Walk from a type to the type of a field; list items have the same path as their list."""
    bare = _bare(node)
    if isinstance(bare, inspect.ListType) and path:
        return node_at(bare.item_type, path)
    if not path or not isinstance(bare, inspect.StructType):
        return node
    field = next(field for field in bare.fields if field.encode_name == path[0])
    return node_at(field.type, path[1:])


def meaning(node: inspect.Type) -> str:
    """Return what a field's type says it means, or nothing.

    >>> from features.contracts import Interaction
    >>> meaning(node_at(inspect.type_info(Interaction), ["event_id"]))[:15]
    'Unique per user'
    """
    if isinstance(node, inspect.Metadata):
        schema = node.extra_json_schema or {}
        return str(schema.get("description") or meaning(node.type))
    if isinstance(node, inspect.UnionType):
        return next(filter(None, map(meaning, node.types)), "")
    return ""


def expectation(node: inspect.Type) -> str:
    """Describe a type, without its null.

    >>> from features.contracts import Interaction
    >>> expectation(node_at(inspect.type_info(Interaction), ["dwell_ms"]))
    'an integer from 0 to 2^53 - 1'
    """
    node = _bare(node)
    match node:
        case inspect.ListType(item_type=item):
            return f"a list of which each item is {expectation(item)}"
        case inspect.DictType(value_type=value):
            return f"an object of which each value is {expectation(value)}"
        case inspect.StructType(fields=fields):
            return "an object {" + ", ".join(field.encode_name for field in fields) + "}"
        case inspect.LiteralType(values=values):
            return "one of " + " ".join(f"`{value}`" for value in values)
        case inspect.BoolType():
            return "true or false"
        case inspect.StrType(max_length=high) if high is not None:
            return f"a string of {node.min_length or 0} to {high} characters"
        case inspect.IntType(ge=low, le=high) if low is not None:
            return f"an integer from {_power(low)} to {_power(high)}"
    return _unbounded(node)


def _power(bound: int | None) -> str:
    return {INT_MAX: "2^53 - 1", -INT_MAX: "-(2^53 - 1)"}.get(bound or 0, str(bound))


def _unbounded(node: inspect.Type) -> str:
    match node:
        case inspect.StrType():
            return "a string"
        case inspect.IntType():
            return "an integer"
        case inspect.FloatType(ge=low, gt=above, le=high):
            lower = f" > {above:g}" if above is not None else ""
            lower = f" >= {low:g}" if low is not None else lower
            upper = f" and <= {high:g}" if high is not None else ""
            return f"a finite number{lower}{upper}"
    return "any value"


def _bare(node: inspect.Type) -> inspect.Type:
    """Drop metadata and the null or unset side of a union."""
    if isinstance(node, inspect.Metadata):
        return _bare(node.type)
    if isinstance(node, inspect.UnionType):
        return _bare(next(t for t in node.types if not isinstance(t, inspect.NoneType)))
    return node
