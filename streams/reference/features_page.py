"""The page of the model features, made from their registry."""

from __future__ import annotations

from features.registry import FEATURES, REGISTRY_VERSION, Feature

__all__ = ["features_page"]

_HEAD = """\
# Features

Written by `make reference`: do not edit.

What the models see of one user and one stream: version {version} of the registry, in the order of
the columns. Examples and model snapshots carry the version. `default` is what a user has of whom
nothing is known. Who refuses personalization has every feature of behaviour at its default.

| # | feature | dtype | unit | range | default | behaviour | meaning |
| --- | --- | --- | --- | --- | --- | --- | --- |
{rows}
"""


def features_page() -> str:
    """The page as Markdown."""
    rows = "\n".join(_row(place, feature) for place, feature in enumerate(FEATURES))
    return _HEAD.format(version=REGISTRY_VERSION, rows=rows)


def _row(place: int, feature: Feature) -> str:
    cells = [
        str(place),
        f"`{feature.name}`",
        feature.dtype,
        feature.unit,
        f"{feature.low:g} to {feature.high:g}",
        f"{feature.default:g}",
        "yes" if feature.behaviour else "no",
        feature.doc,
    ]
    return "| " + " | ".join(cells) + " |"
