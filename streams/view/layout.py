"""What the view holds, key by key and field by field: what is written, and what is documented."""

from __future__ import annotations

from dataclasses import dataclass

from features.contracts import INTERACTION_TYPES

__all__ = ["LAYOUT", "Field", "ViewKey"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a hash, or what the members of a sorted set are."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ViewKey:
    """One kind of key; `key` is what follows `APP_ID:v1:`, `expires` after how long unchanged."""

    key: str
    type: str
    meaning: str
    expires: str
    fields: tuple[Field, ...]


_TTL = "`redis.ttl_days`"
_RECENT = (
    "The same, decayed: JSON list for half-lives 1 d, 7 d, 30 d; "
    "not of `leave`, `follow`, `unfollow`, `reserve_cancel`."
)
_TYPES = ", ".join(f"`{name}`" for name in INTERACTION_TYPES)

LAYOUT = (
    ViewKey(
        "user:{USER}:features",
        "hash",
        "What is known of a user, as of the user's newest event (`last_ts`).",
        _TTL,
        (
            Field("user_id", "The id as it came, unescaped."),
            Field("first_ts", "Oldest event, epoch ms."),
            Field("last_ts", "Newest event, epoch ms; all that decays is as of then."),
            Field("push", "`consent.push`, 1 or 0."),
            Field("personalization", "`consent.personalization`, 1 or 0."),
            Field("muted", "1 while pushes are switched off, else 0."),
            Field("muted_ts", "When they were last switched, epoch ms."),
            Field("timezone", "IANA name."),
            Field("locale", "BCP 47."),
            Field("quiet_start", "First quiet local minute, `HH:MM`; missing without quiet hours."),
            Field("quiet_end", "First local minute that is not quiet any more."),
            Field("total:TYPE", f"Events ever, exact, whole number; TYPE is one of {_TYPES}."),
            Field(
                "recent:TYPE",
                _RECENT,
            ),
            Field("spend_total", "Paid ever."),
            Field("spend_30d", "Paid, half-life 30 d."),
            Field("sent_7d", "Reminders sent, half-life 7 d."),
            Field("delivered_7d", "Reported delivered, half-life 7 d."),
            Field("opened_7d", "Opened, half-life 7 d."),
            Field("dismissed_7d", "Dismissed, half-life 7 d."),
            Field("last_open_ts", "Last reminder opened, epoch ms."),
            Field("invited_ts", "JSON list of the newest invitations, epoch ms, newest first."),
            Field("active_weekday", "Local half-hour of most activity, `HH:MM`, Monday to Friday."),
            Field("active_weekend", "The same, Saturday and Sunday."),
        ),
    ),
    ViewKey(
        "user:{USER}:tags",
        "sorted set",
        "A user's interests; the score is the decayed weight as of `last_ts`.",
        _TTL,
        (
            Field("host:HOST_ID", "A host watched, liked, bought from."),
            Field("category:NAME", "A category of such streams."),
            Field("declared:NAME", "A category that the profile names; score 1."),
            Field("host_h:HASH", "A host whose id no stream on the board has told yet; 8 hex."),
            Field("category_h:HASH", "The same for a category."),
        ),
    ),
    ViewKey(
        "user:{USER}:reminders",
        "sorted set",
        "The newest 20 reminders; the score is `send_ts`.",
        _TTL,
        (Field("JSON", "The record as on the wire, topic `reminders`."),),
    ),
    ViewKey(
        "user:{USER}:next",
        "sorted set",
        "What is planned for the next hour; the score is when, epoch ms. All is checked again "
        "then, so it may be held back; read from now on, and look at the stream's status.",
        "70 min",
        (Field("JSON", '`{"stream_id", "rung", "start_ts"}`'),),
    ),
    ViewKey(
        "board",
        "sorted set",
        "The scheduled streams; the score is `start_ts`.",
        "never",
        (Field("STREAM_ID", "The id as it came, unescaped."),),
    ),
    ViewKey(
        "stream:{STREAM}",
        "hash",
        "A stream as merged from its records; lists are JSON, what is unknown is missing.",
        f"{_TTL} after its start",
        tuple(
            Field(name, "As in topic `streams`.")
            for name in (
                *("stream_id", "ts", "status", "host_id", "host_name", "title", "category"),
                *("description", "start_ts", "end_ts", "max_invites", "deeplink"),
                *("tags", "products", "covers"),
            )
        ),
    ),
    ViewKey(
        "model",
        "hash",
        "The model that decides.",
        "never",
        (
            Field("version", "As in reminders' `model_version`; 0: the prior alone."),
            Field("stamp_ts", "When it was made, epoch ms."),
            Field("metrics", "JSON object by head: log loss, ROC AUC, calibration, examples."),
        ),
    ),
    ViewKey(
        "partition:{P}",
        "hash",
        "How far the view of user partition P has come.",
        "never",
        (
            Field("owner", "The worker that writes it; another's writes are refused."),
            Field("clock_ts", "Time of the last commit written, epoch ms."),
            Field("state", "`rebuilding` while users may be missing, then `complete`."),
        ),
    ),
)
