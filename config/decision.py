"""Settings of what is decided: the ladder of rungs, the guardrails, the price of a reminder."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from config.values import Group, Label

__all__ = [
    "Arm",
    "Decision",
    "Dedup",
    "Experiment",
    "Guardrails",
    "Rung",
    "Streams",
    "default_rungs",
]

_RUNG_NAME = re.compile(r"[A-Za-z0-9_-]{1,16}")
_MAX_OPENS_MINUTES = 30 * 24 * 60
# The user row keeps the newest 16 invitations: a larger cap is taken as 16.
_MOST_INVITES = 10_000


class Rung(Group):
    """A window before a stream's start in which one reminder may go out, in minutes before it."""

    name: str = Field(description="1 to 16 letters, digits, underscores or hyphens; unique")
    opens_minutes: int = Field(gt=0, le=_MAX_OPENS_MINUTES, description="window opens")
    closes_minutes: int = Field(ge=0, le=_MAX_OPENS_MINUTES, description="window closes")
    nominal_minutes: int = Field(
        ge=0, le=_MAX_OPENS_MINUTES, description="time of whoever is not personalised"
    )

    @field_validator("name")
    @classmethod
    def _name_is_plain(cls, name: str) -> str:
        if not _RUNG_NAME.fullmatch(name):
            raise ValueError("must be 1 to 16 letters, digits, underscores or hyphens")
        return name

    @field_validator("closes_minutes")
    @classmethod
    def _closes_after_it_opens(cls, closes: int, info: ValidationInfo) -> int:
        opens = info.data.get("opens_minutes")
        if opens is not None and closes >= opens:
            raise ValueError(f"must be below opens_minutes ({opens}): both count back from start")
        return closes

    @field_validator("nominal_minutes")
    @classmethod
    def _nominal_is_inside(cls, nominal: int, info: ValidationInfo) -> int:
        opens, closes = info.data.get("opens_minutes"), info.data.get("closes_minutes")
        if opens is not None and nominal >= opens:
            raise ValueError(f"must be below opens_minutes ({opens})")
        if closes is not None and nominal < closes:
            raise ValueError(f"must be at least closes_minutes ({closes})")
        return nominal


def default_rungs() -> tuple[Rung, ...]:
    """The ladder of the contract: 24 h, 2 h and 15 min before the start."""
    return (
        Rung(name="24h", opens_minutes=1680, closes_minutes=1080, nominal_minutes=1440),
        Rung(name="2h", opens_minutes=240, closes_minutes=60, nominal_minutes=120),
        Rung(name="15m", opens_minutes=30, closes_minutes=5, nominal_minutes=15),
    )


class Guardrails(Group):
    """Bounds on how often and when a person is disturbed."""

    max_invites_24h: int = Field(
        3,
        ge=0,
        le=_MOST_INVITES,
        description="most invitations in any rolling 24 h; above 16 as 16",
    )
    max_invites_7d: int = Field(
        10,
        ge=0,
        le=_MOST_INVITES,
        description="most invitations in any rolling 7 d; above 16 as 16",
    )
    min_gap_minutes: int = Field(
        120, ge=0, le=7 * 24 * 60, description="least time between two invitations"
    )
    quiet_hours_bind_attend: bool = Field(
        False, description="whether quiet hours hold back `attend` on rung `15m` too"
    )


Strategy = Literal["follow", "cf", "content", "hybrid"]


class Arm(Group):
    """A share of all users, by hash, and what scores them."""

    name: Label = Field(description="unique in its experiment")
    share: float = Field(gt=0, le=1, description="share of the users; all shares at most 1")
    strategy: Strategy | None = Field(
        None, description="what scores them for every stream; none: as without the experiment"
    )


class Experiment(Group):
    """Arms of users who are treated differently, to be compared in `kpis`."""

    id: Label = Field(description="unique; another id draws the arms anew")
    arms: tuple[Arm, ...] = Field(
        strict=False, description="1 to 16 arms; whom they leave over is in none of them"
    )

    @field_validator("arms")
    @classmethod
    def _arms_fit(cls, arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
        if not 1 <= len(arms) <= 16:
            raise ValueError("must be a list of 1 to 16 arms")
        if len({arm.name for arm in arms}) < len(arms):
            raise ValueError("must be arms with a name of its own each")
        if sum(arm.share for arm in arms) > 1.0 + 1e-9:
            raise ValueError("must be arms whose shares add up to 1 at most")
        return arms


def _distinct(experiments: tuple[Experiment, ...]) -> tuple[Experiment, ...]:
    if len(experiments) > 8:
        raise ValueError("must be a list of at most 8 experiments")
    if len({each.id for each in experiments}) < len(experiments):
        raise ValueError("must have an id of its own each")
    return experiments


class Decision(Group):
    """What a reminder must be worth, and how much is set aside for learning."""

    send_price: float = Field(
        0.01,
        ge=-1,
        le=1,
        description="incremental probability of attendance a reminder must exceed",
    )
    purchase_worth: float = Field(
        5.0, ge=0, le=1000, description="attendances that a purchase by one who comes is worth"
    )
    reserve_worth: float = Field(
        0.0,
        ge=0,
        le=1000,
        description="attendances that a reservation by an invitation is worth, beyond the visit "
        "that it may bring, which counts anyway",
    )
    variety: float = Field(
        0.85,
        gt=0,
        le=1,
        description="factor on an invitation's value against others, for each of the user's last "
        "8 reminders of the same category",
    )
    invites_per_user_day: float | None = Field(
        None, gt=0, le=24, description="target mean of invitations per known user and day"
    )
    holdout_invite: float = Field(
        0.02, ge=0, le=1, description="share of (user, stream) that is never invited, by hash"
    )
    holdout_attend: float = Field(
        0.0, ge=0, le=1, description="share of (user, stream) that is never reminded to attend"
    )
    explore: float = Field(
        0.02,
        ge=0,
        lt=1,
        description="share of (user, stream) whose moment is drawn at random on one of the rungs, "
        "and of those that the documented prior may decide although the model says no",
    )
    strategy: Strategy = Field(
        "hybrid", description="what scores a person for a stream that names no strategy itself"
    )
    experiments: Annotated[
        tuple[Experiment, ...], Field(strict=False), AfterValidator(_distinct)
    ] = Field((), description="experiments on who is reminded; a user is in one arm at most")


class Dedup(Group):
    """When a repeated event counts once."""

    window_minutes: int = Field(
        10, ge=1, le=24 * 60, description="a repeat within this time of the first is the same event"
    )
    most_ids: int = Field(
        2_000_000,
        ge=1_000,
        description="so many event ids a user partition remembers, for 24 h at most; 26 bytes each",
    )


class Streams(Group):
    """How live streams are read."""

    close_after_hours: float = Field(
        6, gt=0, le=7 * 24, description="a stream without end closes this long after its start"
    )
