"""Names of the view's keys: what users choose is data in them, never syntax."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["USER_PARTS", "VIEW_VERSION", "ViewKeys", "escaped", "unescaped"]

VIEW_VERSION = 1
"""Part of every key; a change that readers must know of begins a new one beside the old."""

USER_PARTS = ("features", "tags", "reminders", "next")
"""The keys of one user, by what they end in."""

_ESCAPES = {"%": "%25", "{": "%7B", "}": "%7D"}


def escaped(name: str) -> str:
    """Return an id as it stands between the braces of a key.

    >>> escaped("a{b}%"), unescaped(escaped("a{b}%"))
    ('a%7Bb%7D%25', 'a{b}%')
    """
    if "%" in name or "{" in name or "}" in name:
        for char, code in _ESCAPES.items():
            name = name.replace(char, code)
    return name


def unescaped(name: str) -> str:
    """Return the id that `escaped` was given."""
    for char, code in reversed(_ESCAPES.items()):
        name = name.replace(code, char)
    return name


@dataclass(frozen=True, slots=True)
class ViewKeys:
    """The keys of one deployment.

    What stands in braces is the hash tag of Redis Cluster: all keys of a user are in one slot.

    >>> ViewKeys("livecue").user("ann")
    'livecue:v1:user:{ann}'
    """

    app_id: str

    @property
    def root(self) -> str:
        """What every key begins with."""
        return f"{self.app_id}:v{VIEW_VERSION}"

    @property
    def board(self) -> str:
        """The scheduled streams by start."""
        return f"{self.root}:board"

    @property
    def model(self) -> str:
        """The model in use."""
        return f"{self.root}:model"

    @property
    def users(self) -> str:
        """What every user's keys begin with."""
        return f"{self.root}:user:{{"

    def partition(self, number: int) -> str:
        """How far the view of one user partition has come."""
        return f"{self.root}:partition:{{{number}}}"

    def stream(self, stream_id: str) -> str:
        """One stream."""
        return f"{self.root}:stream:{{{escaped(stream_id)}}}"

    def user(self, user_id: str) -> str:
        """What a user's keys begin with, up to the colon before their part."""
        return f"{self.users}{escaped(user_id)}}}"

    def of_user(self, user_id: str) -> list[str]:
        """All keys of a user, to be deleted by one call."""
        return [f"{self.user(user_id)}:{part}" for part in USER_PARTS]

    def user_id(self, key: str) -> str | None:
        """The user whose key this is; None when it is no user's.

        >>> ViewKeys("livecue").user_id("livecue:v1:user:{a%7Db}:tags")
        'a}b'
        """
        begin, (end, _, part) = len(self.users), key.rpartition("}:")
        if not key.startswith(self.users) or part not in USER_PARTS or len(end) <= begin:
            return None
        return unescaped(end[begin:])
