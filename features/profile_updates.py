"""Profile records of many users into their blobs, and what the blobs say as columns of the row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from features.hashing import IntArray
from features.profile_blob import ProfileBlob, declared_hashes, quiet_minutes
from features.row import (
    KNOWN_PROFILE,
    OWN_QUIET_HOURS,
    PERSONALIZATION_OK,
    PUSH_OK,
    Rows,
)
from features.texts import Texts

__all__ = ["merged", "set_declared", "set_segments"]

_OURS = PUSH_OK | PERSONALIZATION_OK | OWN_QUIET_HOURS


def merged(
    slots: IntArray,
    ts: Sequence[int],
    fields: Sequence[Mapping[str, object]],
    blob_of: Callable[[int], ProfileBlob],
) -> dict[int, ProfileBlob]:
    """Return by slot the blobs that n updates change, all of them taken in order.

    Parameters
    ----------
    slots : int64[n]; a slot may come several times.
    ts : epoch ms.
    fields : of each update, see `ProfileBlob.merge`.
    blob_of : what was known of a slot before.
    """
    changed: dict[int, ProfileBlob] = {}
    for slot, at, values in zip(slots.tolist(), ts, fields, strict=True):
        blob = changed.get(slot) or blob_of(slot)
        if blob.merge(at, values):
            changed[slot] = blob
    return changed


def set_declared(rows: Rows, slots: IntArray, blobs: Sequence[ProfileBlob]) -> None:
    """Put what the blobs of n different slots say into their rows: flags, hours, categories."""
    flags = np.array([_flags(blob) for blob in blobs], np.uint16)
    rows["flags"][slots] = (rows["flags"][slots] & (~_OURS & 0xFFFF)) | flags
    rows["declared_h"][slots] = [declared_hashes(blob.categories()) for blob in blobs]
    regions, ages = (
        Texts.of([blob.text(said) or "" for blob in blobs]) for said in ("region", "age_band")
    )
    set_segments(rows, slots, regions, ages)
    own = np.flatnonzero(flags & OWN_QUIET_HOURS)
    if len(own):
        hours = [quiet_minutes(blobs[place].get("quiet_hours")) for place in own.tolist()]
        starts, ends = np.array(hours).T
        rows["quiet_start"][slots[own]], rows["quiet_end"][slots[own]] = starts, ends


def set_segments(rows: Rows, slots: IntArray, regions: Texts, ages: Texts) -> None:
    """Put the regions and age bands of n different slots into their rows; empty = unknown."""
    for name, texts in (("region_h", regions), ("age_h", ages)):
        low = np.maximum(texts.hashes() & np.uint64(0xFFFFFFFF), np.uint64(1))
        rows[name][slots] = np.where(texts.size > 0, low, 0)


def _flags(blob: ProfileBlob) -> int:
    flags = KNOWN_PROFILE
    flags |= PUSH_OK * blob.consents("consent.push")
    flags |= PERSONALIZATION_OK * blob.consents("consent.personalization")
    return flags | OWN_QUIET_HOURS * ("quiet_hours" in blob.fields)
