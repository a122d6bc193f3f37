"""What holds a reminder back, and what would change that, in words for operators."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reminders.suppression import Suppression

__all__ = ["NOT_PLANNED", "OBSTACLE_TEXTS"]

NOT_PLANNED = "not_planned"
"""The window was planned without this user, and nothing has happened since to look again."""

OBSTACLE_TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Suppression.ERASED: ("The user was erased.", "Nothing: who comes back is a new user."),
        Suppression.CANCELLED: (
            "The stream has ended or is cancelled.",
            "A later `streams` record with status `scheduled`.",
        ),
        Suppression.MOVED: (
            "The stream has moved to another start.",
            "Nothing: the new start has windows of its own.",
        ),
        Suppression.STARTED: (
            "The stream has begun, or its start has come.",
            "A later `streams` record with status `scheduled` and another `start_ts`.",
        ),
        Suppression.WINDOW_MISSED: (
            "The moment is outside the window of the rung.",
            "A later `start_ts`; a window that opens earlier or closes later (`rungs`).",
        ),
        Suppression.NO_CONSENT: (
            "The user does not agree to pushes.",
            "A `profiles` record with `consent.push` true.",
        ),
        Suppression.MUTED: (
            "The user has switched pushes off.",
            "Feedback of type `unmuted`.",
        ),
        Suppression.ALREADY_ATTENDED: (
            "The user has entered or watched the stream.",
            "Nothing: who is or was in the stream is not reminded of it.",
        ),
        Suppression.NOT_RESERVED: (
            "The user has cancelled a reservation of the stream.",
            "The user reserves it again.",
        ),
        Suppression.NO_PERSONALIZATION: (
            "The user refuses personalization, and neither follows the host nor has reserved.",
            "A follow, a reservation, or `consent.personalization` true.",
        ),
        Suppression.DUPLICATE: (
            "The user was sent this reminder already.",
            "Another `start_ts`; the other rungs are apart.",
        ),
        Suppression.HOLDOUT: (
            "By hash, the user is in the holdout of this stream, which measures what reminders do.",
            "`decision.holdout_invite` or `decision.holdout_attend`.",
        ),
        Suppression.QUIET_HOURS: (
            "It is within the user's quiet hours, and the window has no other moment.",
            "Other quiet hours in the profile, or a longer window (`rungs`).",
        ),
        Suppression.NO_TIE: (
            "By strategy `{strategy}`, the user has no tie to the stream.",
            "{remedies}another `strategy` of the stream, or `decision.strategy`.",
        ),
        Suppression.BELOW_PRICE: (
            "It is worth {value:.4f} attendances, and must be worth more than {price:.4f}.",
            "{remedies}a `decision.send_price` below {value:.4f}.",
        ),
        Suppression.LATER_RUNG: (
            "The invitation waits for a rung nearer to the start, where it is worth more.",
            "Time; a lower `decision.send_price`, as cheap ones go on every rung.",
        ),
        Suppression.CAP_24H: (
            "The user has had the most invitations for 24 hours.",
            "Time, or `guardrails.max_invites_24h`.",
        ),
        Suppression.CAP_7D: (
            "The user has had the most invitations for 7 days.",
            "Time, or `guardrails.max_invites_7d`.",
        ),
        Suppression.MIN_GAP: (
            "The last invitation is too recent, or a better one comes too soon.",
            "Time, or `guardrails.min_gap_minutes`.",
        ),
        Suppression.QUOTA: (
            "The stream's invitations on this rung are used up, or go to others.",
            "A higher `max_invites` of the stream.",
        ),
        NOT_PLANNED: (
            "The window was planned without this user, who was worth less then.",
            "A follow of the host or a reservation: then the user is looked at again.",
        ),
    }
)
"""By code: what it means, and what would change it."""
