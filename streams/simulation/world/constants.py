"""All constants of the world with known truth, so that each can be halved and doubled."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

__all__ = ["SENSITIVE", "WorldConstants", "scaled"]


@dataclass(frozen=True, slots=True)
class WorldConstants:
    """What the world is made of; no policy but the oracle may read it.

    The rates of clicks, comments, likes and gifts are KuaiLive's (9.8 clicks a user and day; 4.0
    comments, 3.7 likes and 1.5 gifts per 100 clicks); half of all clicks go to one of the hosts of
    the person's last 16, as in LiveRec (51 %).

    Attributes
    ----------
    streams_a_day : announced streams, on the average.
    visits_a_day, clicks_a_visit : means; a click watches a room that nobody announced.
    loyal_clicks : share of clicks that go by loyalty, the rest by taste and popularity.
    comments, likes, gifts : per click.
    vital_swing : standard deviation of the logarithm of how lively a person is on a day.
    taste_jump : chance a day that a person's tastes become others.
    taste_walk : standard deviation of the daily step of the logarithm of a taste.
    hosts_loved, hosts_followed : of a person at the start, means; less than half are the same.
    loyalty_gain, loyalty_loss : what a visit adds, as a share of what lacks; what a day takes.
    love, pull : how far loyalty and taste alone make for interest.
    quality_swing : standard deviation of the logarithm of a stream's quality.
    burst_chance, burst : of a host and day; how many times the taste for it counts then.
    satiety : share of interest that a visit to the same host the day before takes.
    know, feed : how well the loyal know the hours of a host; how much of the feed a stream gets.
    tap : median readiness to open a push.
    buried_minutes : mean time after which a push is buried under others.
    memory_hours, memory_floor : how an opened push fades from mind, and what stays of it.
    relevance : share of the readiness to open that depends on interest.
    persuasion : what an opened push adds to the interest of those who can be persuaded.
    reactance : share of interest that a push takes from those whom pushes drive away.
    weariness, weary_half_life_days : how one unopened push damps the next openings; its fading.
    shunning : how weariness damps visits to the app.
    mute : median chance that a fresh push mutes.
    mute_visits : share of visits that are left of those who muted.
    unmute : chance a day that a muted person comes back.
    reserve : chance that an opener with interest of 1 reserves.
    copy_swing : standard deviation of the logarithm of a copy's pull.
    copy_wear, copy_wear_days : share of a copy's pull that its last showing takes; its fading.
    cancelled, moved : shares of announced streams.
    """

    streams_a_day: float = 24.0
    visits_a_day: float = 4.0
    clicks_a_visit: float = 2.45
    loyal_clicks: float = 0.33
    comments: float = 0.040
    likes: float = 0.037
    gifts: float = 0.015
    vital_swing: float = 0.6
    taste_jump: float = 0.01
    taste_walk: float = 0.06
    hosts_loved: float = 6.0
    hosts_followed: float = 6.0
    loyalty_gain: float = 0.12
    loyalty_loss: float = 0.015
    love: float = 0.75
    pull: float = 0.5
    quality_swing: float = 0.35
    burst_chance: float = 0.03
    burst: float = 4.0
    satiety: float = 0.5
    know: float = 0.7
    feed: float = 0.5
    tap: float = 0.55
    buried_minutes: float = 40.0
    memory_hours: float = 8.0
    memory_floor: float = 0.3
    relevance: float = 0.75
    persuasion: float = 0.3
    reactance: float = 0.6
    weariness: float = 0.25
    weary_half_life_days: float = 3.0
    shunning: float = 0.06
    mute: float = 0.001
    mute_visits: float = 0.85
    unmute: float = 0.02
    reserve: float = 0.12
    copy_swing: float = 0.35
    copy_wear: float = 0.35
    copy_wear_days: float = 4.0
    cancelled: float = 0.04
    moved: float = 0.06


SENSITIVE: tuple[str, ...] = (
    "love",
    "pull",
    "know",
    "feed",
    "tap",
    "buried_minutes",
    "memory_hours",
    "persuasion",
    "reactance",
    "weariness",
    "mute",
    "quality_swing",
    "taste_jump",
    "vital_swing",
)
"""The constants that the sensitivity table changes."""


def scaled(constants: WorldConstants, name: str, factor: float) -> WorldConstants:
    """Return the constants with one of them multiplied; a share stays one.

    >>> scaled(WorldConstants(), "tap", 2.0).tap
    1.1
    >>> scaled(WorldConstants(), "reactance", 2.0).reactance
    1.0
    """
    shares = {"love", "pull", "know", "persuasion", "reactance", "memory_floor"}
    if name not in {field.name for field in fields(constants)}:
        raise ValueError(f"no constant of the world: {name}")
    value = float(getattr(constants, name)) * factor
    return replace(constants, **{name: min(value, 1.0) if name in shares else value})
