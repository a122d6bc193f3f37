"""The reference page of all features, made from the registry: `python -m features.reference`."""

from __future__ import annotations

import sys

from features.contracts import INTERACTION_TYPES
from features.registry import FEATURES, REGISTRY_VERSION, Feature
from features.row import ROW
from features.update.weights import AFFINITY_WEIGHT, IS_PRESENCE

__all__ = ["features_page"]

_HEAD = f"""\
# Features

Written by `make reference`: do not edit.

What the models see of a user about one stream: a line of the design matrix, float64, columns in
this order. Registry version {REGISTRY_VERSION}. A feature marked "behaviour" comes from what the
user did; for users who refuse personalization it stands at its default.

| feature | unit | range | default | behaviour | meaning |
| --- | --- | --- | --- | --- | --- |
"""
_WEIGHTS = """
## What an act says

How much an act adds to the user's tie to the host and the category (halved every 30 days), and
whether it shows that the user was there at that half-hour of their day.

| type | weight | presence |
| --- | --- | --- |
"""
_WATCHED = {
    "watch": "3 × (1 − exp(−dwell / 30 min)); 0.5 without `dwell_ms`",
    "leave": "3 × (1 − exp(−dwell / 30 min)); 0 without `dwell_ms`",
}
_ROW = """
## The user row

{size} bytes a user, kept in memory and written to the `state` topic as they are.

| field | type |
| --- | --- |
"""


def features_page() -> str:
    """The page as Markdown: features, weights of acts, fields of the user row."""
    features = "".join(map(_feature, FEATURES))
    weights = "".join(map(_weight, range(len(INTERACTION_TYPES))))
    fields = "".join(f"| `{name}` | {_type(name)} |\n" for name in ROW.names or ())
    return _HEAD + features + _WEIGHTS + weights + _ROW.format(size=ROW.itemsize) + fields


def _feature(feature: Feature) -> str:
    behaviour = "yes" if feature.behaviour else "no"
    bounds = f"{feature.low:g} to {feature.high:g}"
    return (
        f"| `{feature.name}` | {feature.unit} | {bounds} | {feature.default:g} | {behaviour} "
        f"| {feature.doc} |\n"
    )


def _weight(code: int) -> str:
    name = INTERACTION_TYPES[code]
    weight = _WATCHED.get(name) or f"{AFFINITY_WEIGHT.get(name, 0.0):g}"
    return f"| `{name}` | {weight} | {'yes' if IS_PRESENCE[code] else 'no'} |\n"


def _type(name: str) -> str:
    field = ROW.fields[name][0] if ROW.fields else ROW
    shape = "".join(f"[{size}]" for size in field.shape)
    return f"{field.base.name}{shape}"


if __name__ == "__main__":
    sys.stdout.write(features_page())
