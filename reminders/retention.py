"""What is left of a reminder at the start: the longer ahead it comes, the more is forgotten.

And more may come between. One that comes late, on the other hand, may not be opened in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from online_models.arrays import Floats, Ints
from online_models.example import Example
from reminders.journal import RETENTION, Journal
from reminders.ladder import Rung
from reminders.open_delay import DELAY_BEFORE_S

__all__ = ["PLANS_LAST_S", "Retention", "believed_shares", "forgetting"]

SAVINGS, STEEPNESS = 1.84, 1.25
PLANS_LAST_S = 3 * 86_400
"""How long, on the average, plans of the day stay as they are, and what is thought best."""
EXPECTED_BEFORE = 10.0
"""How many expected attendances weigh as much as the curve alone."""
KNOWN_OPENED = 10_000.0
"""Beyond so many openings of a rung its counts are halved, so that people may change."""


def forgetting(lead_s: Ints | Floats) -> Floats:
    """Return float64[n]: the share that is remembered so many seconds after it was read.

    References
    ----------
    Ebbinghaus (1885), b = k / (log10(t)^c + k) with t in minutes, k = 1.84, c = 1.25; replicated
    by Murre and Dros (2015), PLOS ONE 10(7).

    >>> forgetting(np.array([15 * 60, 2 * 3_600, 24 * 3_600])).round(2).tolist()
    [0.6, 0.42, 0.3]
    """
    minutes = np.maximum(np.asarray(lead_s, np.float64) / 60.0, 1.0)
    return np.asarray(SAVINGS / (np.log10(minutes) ** STEEPNESS + SAVINGS))


def believed_shares(rungs: Sequence[Rung]) -> dict[str, float]:
    """Return by rung what a reminder is believed to bring before any has, beside the best rung's.

    It is opened before the start, remembered then, and nothing has come between: by the nominal
    moments.

    >>> from reminders.ladder import DEFAULT_RUNGS
    >>> {name: round(share, 2) for name, share in believed_shares(DEFAULT_RUNGS).items()}
    {'24h': 0.53, '2h': 1.0, '15m': 0.77}
    """
    lead_s = np.array([max(rung.nominal_ms / 1_000, 60.0) for rung in rungs])
    in_time, holds = -np.expm1(-lead_s / DELAY_BEFORE_S), np.exp(-lead_s / PLANS_LAST_S)
    brings = forgetting(lead_s) * in_time * holds
    shares = brings / brings.max(initial=0.0)
    return {rung.name: share for rung, share in zip(rungs, shares.tolist(), strict=True)}


class _Evidence(msgspec.Struct, array_like=True):
    """Invitations on a rung that were opened and that were not, and who came of each."""

    opened: float = 0.0
    opened_came: float = 0.0
    unopened: float = 0.0
    unopened_came: float = 0.0

    @property
    def sent(self) -> float:
        """How many there were."""
        return self.opened + self.unopened

    @property
    def brought(self) -> float:
        """How many of those who opened would not have come as those who did not open do."""
        anyway = self.opened * self.unopened_came / max(self.unopened, 1.0)
        return max(self.opened_came - anyway, 0.0)


class Retention:
    """How each rung keeps, against the curve; learned from what became of what was opened.

    The curve is of syllables learned by heart. Of reminders more may stay, above all where people
    reserve what they were reminded of, or less. So each rung's share is multiplied by what it
    brought over what it should have, were the curve right and all rungs' openings alike.

    Parameters
    ----------
    believed : by rung, what a reminder brings beside one on the best rung (`believed_shares`), from
        which learning starts; empty: the same on all.

    References
    ----------
    Gamma-Poisson shrinkage: a rate's prior of mean 1 that counts for so many expected events.

    >>> kept = Retention(Journal(), ())
    >>> kept.factor("24h")
    1.0
    """

    def __init__(
        self, journal: Journal, rungs: Sequence[Rung], believed: Mapping[str, float] | None = None
    ) -> None:
        self._journal = journal
        self._believed = believed or {}
        self._curve = {
            rung.name: float(forgetting(np.array(rung.nominal_ms / 1_000))) for rung in rungs
        }
        self._known: dict[str, _Evidence] = {}

    def learn(self, rung: str, examples: Iterable[Example], weight: float) -> None:
        """Add what became of invitations on a rung, each of which stands for `weight`."""
        invites = [one for one in examples if one.sent and one.intent == "invite"]
        if not invites or rung not in self._curve:
            return
        known = self._known.setdefault(rung, _Evidence())
        for one in invites:
            came = weight * bool(one.attended)
            if one.opened:
                known.opened += weight
                known.opened_came += came
            else:
                known.unopened += weight
                known.unopened_came += came
        if known.opened > KNOWN_OPENED:
            known = _Evidence(*(getattr(known, name) / 2.0 for name in known.__struct_fields__))
            self._known[rung] = known
        self._journal.put(_key(rung), msgspec.msgpack.encode(known))

    def factor(self, rung: str) -> float:
        """Return what the curve is to be multiplied by on a rung."""
        kept = {name: one.opened * self._curve[name] for name, one in self._known.items()}
        return self._over_expected(rung, kept)

    def share(self, rung: str) -> float:
        """Return what a reminder sent on a rung brings, as against others; believed at first."""
        believed = self._believed
        due = {name: one.sent * believed.get(name, 1.0) for name, one in self._known.items()}
        return believed.get(rung, 1.0) * self._over_expected(rung, due)

    def _over_expected(self, rung: str, due: Mapping[str, float]) -> float:
        """Return what a rung brought over what it should have, by what was `due` of each."""
        all_due = sum(due.values())
        if rung not in due or all_due <= 0.0:
            return 1.0
        brought = sum(one.brought for one in self._known.values())
        expected = EXPECTED_BEFORE + brought * due[rung] / all_due
        return (EXPECTED_BEFORE + self._known[rung].brought) / expected

    def restore(self, key: bytes, value: bytes) -> None:
        """Take a record of the journal; of a rung that is no longer on the ladder it is dropped."""
        self._journal.restored(key)
        rung = key[2:].decode()
        if rung in self._curve:
            self._known[rung] = msgspec.msgpack.decode(value, type=_Evidence)
        else:
            self._journal.drop(key)


def _key(rung: str) -> bytes:
    return b"\xff" + RETENTION + rung.encode()
