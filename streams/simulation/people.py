"""Who lives in the simulation: zones, habits, tastes, loyalties and patience."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.contracts import Consent, Profile, QuietHours
from features.hashing import FloatArray, IntArray
from features.zones import Zones
from streams.simulation.catalogue import CATEGORIES, NICKNAMES
from streams.simulation.habits import HABITS, SHARES, attention
from streams.simulation.hosts import Host

__all__ = ["People", "make_people"]

_ZONES = ("Asia/Shanghai", "Asia/Tokyo", "Europe/Berlin", "America/New_York")
_ZONE_SHARES = (0.7, 0.08, 0.12, 0.1)
_FAVOURITES = 4


@dataclass(frozen=True, slots=True)
class People:
    """The population as columns; person `i` is row `i`.

    Attributes
    ----------
    ids : user ids.
    zone : int64[n], codes of `zones`.
    locale : language tag of each.
    habit : int64[n], index in `HABITS`.
    visits_per_day : float64[n].
    liking : float64[n, hosts], how much they like a host, 0 to 1.
    follows : bool[n, hosts], from the start.
    tap, patience : float64[n], readiness to open a push, and to bear one that does not fit.
    """

    zones: Zones
    ids: list[str]
    zone: IntArray
    locale: list[str]
    habit: IntArray
    visits_per_day: FloatArray
    taste: FloatArray
    liking: FloatArray
    follows: npt.NDArray[np.bool_]
    tap: FloatArray
    patience: FloatArray

    def __len__(self) -> int:
        return len(self.ids)

    def attention(self, ts: int) -> FloatArray:
        """Return how much each looks at the phone at `ts` (epoch ms), 1 on average, float64[n]."""
        minute, weekday = self.zones.local_minutes(self.zone, np.full(len(self), ts))
        return attention(self.habit, minute, weekday)

    def zone_name(self, user_id: str) -> str:
        """Return the IANA zone of a user."""
        return self.zones.name(int(self.zone[int(user_id.rpartition("-")[2])]))

    def profiles(self, rng: np.random.Generator, ts: int) -> list[Profile]:
        """Return what they told the account service at `ts`; some gave little away."""
        given = rng.random((len(self), 5))
        name = rng.integers(len(NICKNAMES["en"]), size=len(self))
        records = []
        for i, user_id in enumerate(self.ids):
            profile = Profile(user_id=user_id, ts=ts, locale=self.locale[i])
            profile.timezone = self.zones.name(int(self.zone[i]))
            if given[i, 0] < 0.8:
                profile.nickname = NICKNAMES[self.locale[i]][name[i]]
            if given[i, 1] < 0.3:
                profile.categories = [CATEGORIES[int(self.taste[i].argmax())].name]
            if given[i, 2] < 0.06:
                profile.consent = Consent(push=bool(given[i, 2] > 0.03), personalization=False)
            if given[i, 3] < 0.1:
                profile.quiet_hours = QuietHours(start="23:30", end="07:00")
            elif given[i, 3] > 0.97:
                profile.quiet_hours = None
            records.append(profile)
        return records


def make_people(rng: np.random.Generator, count: int, hosts: Sequence[Host]) -> People:
    """Draw a population of `count` that likes some of these hosts."""
    zones = Zones()
    codes = np.array([zones.code(name) for name in _ZONES])
    drawn = rng.choice(len(_ZONES), size=count, p=_ZONE_SHARES)
    locale = ["zh-CN" if place == 0 else "en" for place in drawn]
    taste = rng.dirichlet(np.full(len(CATEGORIES), 0.6), size=count)
    liking = _liking(rng, taste, locale, hosts)
    favourite = liking >= np.sort(liking, axis=1)[:, -_FAVOURITES:][:, :1]
    return People(
        zones=zones,
        ids=[f"u-{number:06d}" for number in range(count)],
        zone=codes[drawn],
        locale=locale,
        habit=rng.choice(len(HABITS), size=count, p=SHARES),
        visits_per_day=rng.lognormal(0.6, 0.7, size=count),
        taste=taste,
        liking=liking,
        follows=favourite & (rng.random(liking.shape) < 0.4),
        tap=rng.beta(2.0, 3.0, size=count),
        patience=rng.lognormal(0.0, 0.5, size=count),
    )


def _liking(
    rng: np.random.Generator, taste: FloatArray, locale: list[str], hosts: Sequence[Host]
) -> FloatArray:
    """Return taste for the host's category, times charm, for hosts who speak one's language."""
    speaks = np.array([[host.locale == own for host in hosts] for own in ("zh-CN", "en")])
    own = speaks[[0 if tag == "zh-CN" else 1 for tag in locale]]
    charm = np.array([host.charm for host in hosts])
    fits = taste[:, [host.category for host in hosts]]
    spark = rng.beta(0.6, 2.0, size=fits.shape)
    return np.asarray(np.where(own, np.clip(0.7 * spark + 0.9 * fits * charm, 0, 1), 0.01))
