"""`profiles`: from bytes to updates, field by field."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import UNSET

from features.contracts import Consent, Profile, QuietHours
from features.decode.batch import decode_batch
from features.decode.keys import future, key_fault
from features.decode.locales import is_locale
from features.decode.quiet_hours import minute_of_day
from features.decode.record_type import RecordType
from features.decode.refusals import Refusals
from features.decode.rejected import Rejected, explain, shown
from features.decode.tombstones import tombstone_id
from features.raw_records import RawRecords
from features.zones import is_zone

__all__ = ["ProfileUpdate", "decode_profiles"]

_KIND = RecordType(Profile)
_PLAIN = ("nickname", "gender", "age_band", "region", "timezone", "locale", "categories")


@dataclass(frozen=True, slots=True)
class ProfileUpdate:
    """What one record changes in a user's profile.

    Attributes
    ----------
    ts : epoch ms; -1 for a tombstone, which has no time of its own.
    erase : forget the user; `fields` is then empty.
    tombstone : the record had no value (`erase` is then true).
    fields : the fields that the record holds; None puts one back to its default. `consent` is
        two fields, "consent.push" and "consent.personalization"; "quiet_hours" is
        `{"start": "HH:MM", "end": "HH:MM"}`, or None when there are none.
    """

    position: int
    user_id: str
    ts: int
    erase: bool = False
    tombstone: bool = False
    fields: dict[str, object] = field(default_factory=dict)


def decode_profiles(
    records: RawRecords, latest_ts: int | None
) -> tuple[list[ProfileUpdate], Refusals]:
    """Decode a batch of profiles.

    Parameters
    ----------
    records : one without a value forgets the user whose id is the key.
    latest_ts : epoch ms; a later `ts` is refused; None for no bound.

    Returns
    -------
    The updates, and the records that do not fit, both in ascending position.
    """
    keys, values = records.keys(), records.values()
    present = [i for i, value in enumerate(values) if value is not None]
    profiles, where, misfits = decode_batch(_KIND, [values[i] for i in present])
    outcome: list[ProfileUpdate | Rejected] = [
        Rejected(present[one.position], one.code, one.text) for one in misfits
    ]
    for profile, index in zip(profiles, where, strict=True):
        position = present[index]
        outcome.append(_update(profile, keys[position], latest_ts, position))
    outcome.extend(
        _tombstone(keys[position], position)
        for position, value in enumerate(values)
        if value is None
    )
    outcome.sort(key=lambda one: one.position)
    updates = [one for one in outcome if isinstance(one, ProfileUpdate)]
    return updates, Refusals.of([one for one in outcome if isinstance(one, Rejected)])


def _tombstone(key: bytes | None, position: int) -> ProfileUpdate | Rejected:
    name = tombstone_id(key, position, "user_id")
    if isinstance(name, Rejected):
        return name
    return ProfileUpdate(position, name, ts=-1, erase=True, tombstone=True)


def _update(
    profile: Profile, key: bytes | None, latest_ts: int | None, position: int
) -> ProfileUpdate | Rejected:
    fault = (
        _bad_value(profile, position)
        or key_fault(position, "user_id", profile.user_id, key)
        or future(position, profile.ts, latest_ts)
    )
    if fault is not None:
        return fault
    erase = profile.erase is True
    fields = {} if erase else _fields(profile)
    return ProfileUpdate(position, profile.user_id, profile.ts, erase=erase, fields=fields)


def _fields(profile: Profile) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name in _PLAIN:
        value = getattr(profile, name)
        if value is not UNSET:
            fields[name] = value
    if profile.consent is not UNSET:
        consent = profile.consent or Consent(push=None, personalization=None)
        if consent.push is not UNSET:
            fields["consent.push"] = consent.push
        if consent.personalization is not UNSET:
            fields["consent.personalization"] = consent.personalization
    if profile.quiet_hours is None:
        fields["quiet_hours"] = None
    elif isinstance(profile.quiet_hours, QuietHours):
        hours = profile.quiet_hours
        fields["quiet_hours"] = {"start": hours.start, "end": hours.end}
    return fields


def _bad_value(profile: Profile, position: int) -> Rejected | None:
    zone, locale, quiet = profile.timezone, profile.locale, profile.quiet_hours
    if isinstance(zone, str) and not is_zone(zone):
        send = "an IANA name such as `Asia/Shanghai`, in its own letter case, or null"
        return explain(position, "invalid_timezone", "timezone", shown(zone), send)
    if isinstance(locale, str) and not is_locale(locale):
        send = "a BCP 47 tag such as `zh-CN` (with a hyphen), or null"
        return explain(position, "invalid_locale", "locale", shown(locale), send)
    if isinstance(quiet, QuietHours):
        for name, text in (("start", quiet.start), ("end", quiet.end)):
            if minute_of_day(text) is None:
                send = "`HH:MM` from `00:00` to `23:59`, or null for no quiet hours"
                path = f"quiet_hours.{name}"
                return explain(position, "invalid_quiet_hours", path, shown(text), send)
    return None
