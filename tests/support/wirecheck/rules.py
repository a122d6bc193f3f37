"""The settings that the contract's rules depend on, with the contract's defaults."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["HOUR_MS", "MINUTE_MS", "Rules", "RungRule"]

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class RungRule:
    """When a rung may be sent: `opens` to `closes` ms before the start, `nominal` between."""

    opens: int
    closes: int
    nominal: int


def _ladder() -> dict[str, RungRule]:
    return {
        "24h": RungRule(28 * HOUR_MS, 18 * HOUR_MS, 24 * HOUR_MS),
        "2h": RungRule(4 * HOUR_MS, HOUR_MS, 2 * HOUR_MS),
        "15m": RungRule(30 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS),
    }


@dataclass(frozen=True, slots=True)
class Rules:
    """Values of the settings in use; the defaults are the contract's."""

    partitions: int = 8
    max_invites_24h: int = 3
    max_invites_7d: int = 10
    min_gap_ms: int = 120 * MINUTE_MS
    dedup_ms: int = 10 * MINUTE_MS
    quiet_hours_bind_attend: bool = False
    default_timezone: str = "Asia/Shanghai"
    default_locale: str = "zh-CN"
    default_quiet_hours: tuple[str, str] = ("22:00", "08:00")
    rungs: dict[str, RungRule] = field(default_factory=_ladder)
