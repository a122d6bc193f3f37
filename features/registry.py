"""The features that the models see: name, type, unit, default and meaning of each, in order."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FEATURES", "FEATURE_INDEX", "FEATURE_NAMES", "REGISTRY_VERSION", "Feature"]

REGISTRY_VERSION = 3
"""Changes whenever a column changes its place or meaning; examples and models carry it."""


@dataclass(frozen=True)
class Feature:
    """One column of the design matrix.

    `default` is what a user has of whom nothing is known. `behaviour`: made from what the user
    did, hence at its default for users who refuse personalization.
    """

    name: str
    unit: str
    doc: str
    low: float = 0.0
    high: float = 1.0
    default: float = 0.0
    behaviour: bool = True
    dtype: str = "float64"


def _count(name: str, doc: str) -> Feature:
    return Feature(name, "ln(1 + count) / 3", doc, high=3.0)


def _rhythm(name: str, wave: str, hour: str) -> Feature:
    doc = f"The mean {wave} of the user's presence by hour, times the {hour} of the start's."
    return Feature(f"rhythm_{name}_start_{hour}", "3 × product", doc, low=-3.0, high=3.0)


FEATURES: tuple[Feature, ...] = (
    # The user's tie to the host, category and content of this stream.
    Feature("follows_host", "0 or 1", "The user follows the host.", behaviour=False),
    Feature("reserved", "0 or 1", "The user has reserved this stream.", behaviour=False),
    Feature("host_affinity", "w / (1 + w)", "Decayed weight w of all acts with the host (30 d)."),
    Feature("host_share", "share", "The host's weight among the user's strongest hosts."),
    Feature("host_recency_1d", "exp(-days)", "Time since the user last watched the host."),
    Feature("host_recency_14d", "exp(-days / 14)", "The same, fading slowly."),
    Feature("category_affinity", "w / (1 + w)", "Decayed weight w of all acts in the category."),
    Feature("category_share", "share", "The category's weight among the user's strongest."),
    Feature("declared_category", "0 or 1", "The profile names the category.", behaviour=False),
    Feature(
        "declared_other",
        "0 or 1",
        "The profile names categories, but not this one.",
        behaviour=False,
    ),
    Feature("content_cosine", "cosine", "Between what was watched and the stream.", low=-1.0),
    Feature("content_evidence", "n / (1 + n)", "Length n of the content vector: how much."),
    # The stream and the moment.
    Feature(
        "popularity",
        "ln(1 + per mille) / 3",
        "Decayed recent watchers of the host among known users.",
        high=3.0,
        behaviour=False,
    ),
    Feature("has_products", "0 or 1", "The stream sells something.", behaviour=False),
    Feature(
        "hours_to_start",
        "ln(1 + h) / ln(25)",
        "From now to the start.",
        high=2.0,
        behaviour=False,
    ),
    Feature("rung_hours", "ln(1 + h) / ln(25)", "Nominal lead.", high=2.0, behaviour=False),
    Feature("rung_last_hour", "0 or 1", "The rung leads by an hour or less.", behaviour=False),
    # When the user is there.
    Feature(
        "activity_window", "r / (1 + r)", "Presence r in the window, 1 = average.", default=0.5
    ),
    Feature("activity_start", "r / (1 + r)", "The same for the hour after the start.", default=0.5),
    Feature("tie_activity_start", "product", "Tie to the host × presence at the start."),
    Feature("seen_1d", "exp(-days)", "Time since the user was last seen."),
    Feature("seen_14d", "exp(-days / 14)", "The same, fading slowly."),
    Feature("tenure", "ln(1 + days) / 6", "Time since the user was first seen.", high=2.0),
    # What the user does.
    _count("watch_1d", "Enters and watches, half-life 1 d."),
    _count("watch_7d", "Enters and watches, half-life 7 d."),
    _count("watch_30d", "Enters and watches, half-life 30 d."),
    _count("app_open_7d", "App opens, half-life 7 d."),
    _count("engage_7d", "Likes, comments, shares; half-life 7 d."),
    _count("gift_30d", "Gifts, half-life 30 d."),
    _count("browse_7d", "Searches, product views, cart additions; half-life 7 d."),
    _count("purchase_30d", "Purchases, half-life 30 d."),
    _count("reserve_30d", "Reservations, half-life 30 d."),
    Feature("spend_30d", "ln(1 + amount) / 6", "Paid, half-life 30 d.", high=3.0),
    Feature("shop_match", "product", "Shopping history × the stream sells.", high=3.0),
    # What reminders did to the user.
    _count("sent_7d", "Reminders sent, half-life 7 d."),
    Feature("open_rate", "rate", "Opened per delivered, towards 10 % while few.", default=0.1),
    Feature("dismiss_rate", "rate", "Dismissed per delivered, towards 10 %.", default=0.1),
    Feature("invites_24h", "count / 3", "Invitations sent in the last 24 h.", high=3.0),
    Feature("invites_7d", "count / 10", "Invitations sent in the last 7 d.", high=2.0),
    Feature("category_offered", "share", "Of the last 8 reminders, those of this category."),
    # What others do who are like the user.
    Feature("co_watched", "s / (1 + s)", "Who watches the user's hosts also watches this one."),
    Feature(
        "segment_lift",
        "ln(ratio)",
        "Watchers of the host in the user's region and age band, against all.",
        low=-3.0,
        high=3.0,
    ),
    Feature(
        "reserver_cosine",
        "cosine",
        "Between what the user watched and what those did who reserved.",
        low=-1.0,
    ),
    # How people of the user's daily rhythm take to the hour of the start.
    Feature("start_sin", "sine", "Of the start's local hour.", low=-1.0, behaviour=False),
    Feature("start_cos", "cosine", "Of the start's local hour.", low=-1.0, behaviour=False),
    _rhythm("sin1", "sine", "sin"),
    _rhythm("sin1", "sine", "cos"),
    _rhythm("cos1", "cosine", "sin"),
    _rhythm("cos1", "cosine", "cos"),
    _rhythm("sin2", "sine of twice", "sin"),
    _rhythm("sin2", "sine of twice", "cos"),
    _rhythm("cos2", "cosine of twice", "sin"),
    _rhythm("cos2", "cosine of twice", "cos"),
)

FEATURE_NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
FEATURE_INDEX: dict[str, int] = {name: place for place, name in enumerate(FEATURE_NAMES)}
