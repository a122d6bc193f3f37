"""The `profiles` record: what a user said about themselves, and what they agree to."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from features.contracts.fields import CATEGORIES_MAX, Id, Text, Timestamp

__all__ = ["Consent", "Profile", "QuietHours"]

_HH_MM = "^([01][0-9]|2[0-3]):[0-5][0-9]$"


class Consent(Struct, gc=False, kw_only=True):
    """What the user agrees to; a key that is missing keeps its value, `null` restores true."""

    push: Annotated[bool | None, Meta(description="May be reminded at all.")] | UnsetType = UNSET
    personalization: (
        Annotated[bool | None, Meta(description="Behaviour may be used.")] | UnsetType
    ) = UNSET


class QuietHours(Struct, gc=False, kw_only=True):
    """Local time without reminders; may cross midnight, start included, end not, equal = none."""

    start: Annotated[
        str,
        Meta(
            description="Local time `HH:MM`.",
            max_length=16,
            extra_json_schema={"pattern": _HH_MM},
        ),
    ]
    end: Annotated[
        str,
        Meta(
            description="Local time `HH:MM`.",
            max_length=16,
            extra_json_schema={"pattern": _HH_MM},
        ),
    ]


class Profile(Struct, gc=False, kw_only=True):
    """What changed in a user's profile; record key: `user_id`.

    A field that is missing keeps its value; `null` puts it back to its default. The last `ts`
    wins, field by field. A record without a value (a tombstone) means `erase`.
    """

    user_id: Annotated[Id, Meta(description="Equals the record key.")]
    ts: Annotated[Timestamp, Meta(description="When it changed, epoch milliseconds in UTC.")]
    nickname: Annotated[Text | None, Meta(description="How to address them.")] | UnsetType = UNSET
    gender: Annotated[Text | None, Meta(description="As the platform codes it.")] | UnsetType = (
        UNSET
    )
    age_band: Annotated[Text | None, Meta(description="As the platform codes it.")] | UnsetType = (
        UNSET
    )
    region: Annotated[Text | None, Meta(description="As the platform codes it.")] | UnsetType = (
        UNSET
    )
    timezone: (
        Annotated[
            Text | None,
            Meta(description="IANA name; default: the setting `default_timezone`."),
        ]
        | UnsetType
    ) = UNSET
    locale: (
        Annotated[Text | None, Meta(description="BCP 47; default: the setting `default_locale`.")]
        | UnsetType
    ) = UNSET
    consent: Annotated[Consent | None, Meta(description="Default: both true.")] | UnsetType = UNSET
    quiet_hours: (
        Annotated[QuietHours | None, Meta(description="`null` = none; default 22:00 to 08:00.")]
        | UnsetType
    ) = UNSET
    categories: (
        Annotated[
            Annotated[list[Text], Meta(max_length=CATEGORIES_MAX)] | None,
            Meta(description="Purchase-history preferences; default []."),
        ]
        | UnsetType
    ) = UNSET
    erase: (
        Annotated[bool | None, Meta(description="`true`: forget this user. Default false.")]
        | UnsetType
    ) = UNSET
