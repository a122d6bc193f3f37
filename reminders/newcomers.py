"""How much is known of each host's reminders: a Beta posterior of how often they bring somebody."""

from __future__ import annotations

from functools import lru_cache

import msgspec
import numpy as np
from scipy.special import betaincinv

from features.row import short_hash
from online_models.arrays import Floats, Ints
from reminders.journal import HOST, Journal

__all__ = ["LEVELS", "Newcomers", "chance_of_level"]

LEVELS = 63
"""So many chances are told apart: 2^(−1/4), 2^(−2/4) and so on, down to 1 in 55,000."""
PRIOR_ATTENDED, PRIOR_ABSENT = 4.0, 128.0
"""What is believed of a new host: three in a hundred come, half of that more or less."""
KNOWN_SENT = 10_000.0
"""Beyond so many reminders both counts are halved, so that a host may change."""
MOST_HOSTS = 20_000


class _Evidence(msgspec.Struct, array_like=True):
    """Invitations sent to users of the partition, and how many of them came."""

    sent: float = 0.0
    attended: float = 0.0


class Newcomers:
    """What was seen of each host, by `short_hash`; kept in the journal.

    >>> hosts = Newcomers(Journal())
    >>> before = hosts.surprise(7)
    >>> hosts.learn(7, sent=5_000.0, attended=150.0)
    >>> bool(hosts.surprise(7)[-1] < before[-1])
    True
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known: dict[int, _Evidence] = {}

    def learn(self, host_h: int, sent: float, attended: float) -> None:
        """Add what became of some invitations to streams of a host, by the hash of its id."""
        if host_h == 0 or sent <= 0.0:
            return
        host = short_hash(host_h)
        known = self._known.setdefault(host, _Evidence())
        known.sent += sent
        known.attended += attended
        if known.sent > KNOWN_SENT:
            known.sent, known.attended = known.sent / 2.0, known.attended / 2.0
        self._journal.put(_key(host), msgspec.msgpack.encode(known))
        if len(self._known) > MOST_HOSTS:
            self._forget_least()

    def restore(self, key: bytes, value: bytes) -> None:
        """Take a record of the journal."""
        self._journal.restored(key)
        self._known[int.from_bytes(key[2:], "big")] = msgspec.msgpack.decode(value, type=_Evidence)

    def surprise(self, host_h: int) -> Floats:
        """Return float64[63], ascending: how many times what is believed the host's rate may be.

        Believed is its mean, and no less than a new host's, since values know nothing of a bad
        one. The rate exceeds the entry of level L, counted from 1, with the probability
        `chance_of_level` of L.

        References
        ----------
        Thompson (1933): the probability that something is better than it seems, as a policy.
        """
        known = self._known.get(short_hash(host_h), _Evidence())
        return _surprise(known.sent, known.attended)

    def _forget_least(self) -> None:
        """Forget the tenth of the hosts of which least is known: they are nearly new."""
        order = sorted(self._known, key=lambda host: (self._known[host].sent, host))
        for host in order[: MOST_HOSTS // 10]:
            del self._known[host]
            self._journal.drop(_key(host))


@lru_cache(maxsize=4_096)
def _surprise(sent: float, attended: float) -> Floats:
    came, absent = PRIOR_ATTENDED + attended, PRIOR_ABSENT + max(sent - attended, 0.0)
    below = 1.0 - chance_of_level(np.arange(1, LEVELS + 1))
    believed = max(came / (came + absent), PRIOR_ATTENDED / (PRIOR_ATTENDED + PRIOR_ABSENT))
    table = np.asarray(betaincinv(came, absent, below) / believed)
    table.flags.writeable = False
    return table


def chance_of_level(level: Ints) -> Floats:
    """Return float64[n]: 2^(−level / 4)."""
    return np.exp2(level / -4.0)


def _key(host: int) -> bytes:
    return b"\xff" + HOST + host.to_bytes(8, "big")
