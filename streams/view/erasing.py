"""Deleting a user from the view from outside of a worker."""

from __future__ import annotations

from dataclasses import dataclass

import redis
from redis.exceptions import RedisError

from config import Settings
from streams.connection import redis_client_options, redis_url
from streams.view.keys import ViewKeys

__all__ = ["ViewErasure", "erase_in_view"]

_ANSWER_S = 10.0


@dataclass(frozen=True)
class ViewErasure:
    """What became of a user's keys.

    Attributes
    ----------
    done : whether the view holds nothing of the user now.
    text : the same in words.
    """

    done: bool
    text: str


def erase_in_view(settings: Settings, user_id: str) -> ViewErasure:
    """Delete all keys of a user by one call, where the settings say where they are."""
    url = redis_url(settings.redis)
    if not url:
        return ViewErasure(True, "no redis.url is set; a worker with a view deletes it by itself")
    try:
        client = redis.Redis.from_url(
            url,
            **redis_client_options(settings.redis),
            socket_timeout=_ANSWER_S,
            socket_connect_timeout=_ANSWER_S,
        )
        with client:
            count = client.unlink(*ViewKeys(settings.app_id).of_user(user_id))
    except (RedisError, OSError) as error:
        return ViewErasure(False, f"Redis did not answer: {error}; run this again")
    return ViewErasure(True, f"{count} keys deleted")
