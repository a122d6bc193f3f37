"""Ratings, people and films as records of the wire contract."""

from __future__ import annotations

from features.contracts import Interaction, InteractionType, Profile, StreamRecord
from streams.replay.movielens import Film, Person
from streams.replay.schedule import Start

__all__ = [
    "INVITES_PER_STREAM",
    "LIKED_STARS",
    "person_id",
    "profile_record",
    "rating_records",
    "stream_id",
    "stream_record",
]

INVITES_PER_STREAM = 3
LIKED_STARS = 4
_AGE_BANDS = ((18, "under-18"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"))
_OLDEST = "55-plus"
_GENDERS = {"M": "male", "F": "female"}


def person_id(number: int) -> str:
    """The user id of a person."""
    return f"person-{number}"


def stream_id(film: int) -> str:
    """The id of a film's stream, the same each time that it is on.

    Nobody rates a film twice. As one stream, whoever rated the film has watched that stream, and
    is never invited to it again, as the contract says.
    """
    return f"film-{film}-live"


def rating_records(at_s: int, person: int, film: Film, stars: int) -> list[Interaction]:
    """A rating: a `watch` of the film's stream, on or not; with many stars a `like` too."""
    types: tuple[InteractionType, ...] = ("watch", "like") if stars >= LIKED_STARS else ("watch",)
    return [
        Interaction(
            event_id=f"{kind}-{film.number}",
            type=kind,
            user_id=person_id(person),
            ts=at_s * 1_000,
            stream_id=stream_id(film.number),
            host_id=_host_id(film),
            category=_category(film),
        )
        for kind in types
    ]


def profile_record(at_s: int, person: Person) -> Profile:
    """What is known of a person: gender and age band."""
    return Profile(
        user_id=person_id(person.number),
        ts=at_s * 1_000,
        gender=_GENDERS.get(person.gender),
        age_band=next((name for limit, name in _AGE_BANDS if person.age < limit), _OLDEST),
    )


def stream_record(start: Start, film: Film) -> StreamRecord:
    """The announcement of a film's stream, with an end that closes it for attendance."""
    return StreamRecord(
        stream_id=stream_id(film.number),
        ts=start.announced_s * 1_000,
        status="scheduled",
        host_id=_host_id(film),
        host_name=film.title,
        title=f"{film.title} ({film.year})" if film.year else film.title,
        category=_category(film),
        tags=list(film.genres),
        max_invites=INVITES_PER_STREAM,
        start_ts=start.start_s * 1_000,
        end_ts=start.close_s * 1_000,
    )


def _host_id(film: Film) -> str:
    return f"film-{film.number}"


def _category(film: Film) -> str | None:
    return film.genres[0] if film.genres else None
