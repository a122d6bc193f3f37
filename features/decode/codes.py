"""The error codes of dead letters: what each means and what a producer does about it."""

from __future__ import annotations

__all__ = ["ERROR_CODES"]

ERROR_CODES: dict[str, tuple[str, str]] = {
    "null_value": (
        "The record has no value, and its topic knows no tombstones.",
        "Send one JSON object.",
    ),
    "not_utf8": ("The bytes are not UTF-8.", "Encode the JSON text in UTF-8."),
    "not_json": (
        "The value is not one JSON value: empty, cut short, NaN, a byte order mark, two values …",
        "Send exactly one JSON object, as a JSON library writes it.",
    ),
    "too_deep": (
        "Arrays and objects are nested more than 100 deep.",
        "Flatten the record.",
    ),
    "lone_surrogate": (
        "A string, of an unknown field too, holds half of a UTF-16 surrogate pair.",
        "Cut text between characters, not between UTF-16 units.",
    ),
    "wrong_type": (
        "A field, or the record itself, has another JSON type.",
        "See the field's type.",
    ),
    "missing_field": (
        "A required field is missing or null, or the `type` needs it.",
        "Send the field.",
    ),
    "missing_when_scheduled": (
        "A scheduled stream lacks `host_id`, `title` or `start_ts`.",
        "Send all three with `status` = `scheduled`.",
    ),
    "unknown_type": ("`type` is none of the contract's.", "Send one of the listed types."),
    "unknown_value": ("An enumerated field has another value.", "Send one of the listed values."),
    "empty_id": ("An id is the empty string.", "Send 1 to 128 characters, or leave it out."),
    "id_too_long": ("An id has more than 128 characters.", "Send 1 to 128 characters."),
    "text_too_long": ("A text field is longer than its bound.", "Shorten the text."),
    "too_many_items": ("A list has more items than its bound.", "Send fewer items."),
    "out_of_range": (
        "A number is outside its range (negative, not finite, or beyond ±(2^53 - 1)).",
        "Send a number in range; times are in milliseconds.",
    ),
    "key_missing": ("The record has no key.", "Send the user's or stream's id as the key."),
    "key_mismatch": (
        "The record's key is not its `user_id` or `stream_id` in UTF-8.",
        "Send the bare id as the key: no quotes, no prefix.",
    ),
    "future_ts": (
        "`ts` is more than 5 min ahead of the clock (24 h ahead of the last tick).",
        "Correct the clock, or the unit: epoch milliseconds.",
    ),
    "invalid_timezone": ("`timezone` is no IANA name.", "Send a name such as `Asia/Shanghai`."),
    "invalid_locale": ("A locale is no BCP 47 tag.", "Send a tag such as `zh-CN`."),
    "invalid_quiet_hours": (
        "A quiet hour is no time of day.",
        "Send `HH:MM` from `00:00` to `23:59`, or `null` for none.",
    ),
    "invalid_url": (
        "A URL is not absolute, holds white space, or has a scheme that runs or embeds content.",
        "Send `scheme://…`, for example `https://…` or an app's own scheme.",
    ),
    "end_before_start": (
        "A scheduled stream's `end_ts` is not after `start_ts`.",
        "Send a later `end_ts`, or none.",
    ),
    "wrong_partition": (
        "The record lies in another partition than Kafka's default partitioner gives its key.",
        "Use the default partitioner (murmur2 of the key bytes).",
    ),
    "bad_copy": (
        "A copy's template does not compile, leaves the sandbox or fails to render; it is unused.",
        "Use the five slots and plain conditions only.",
    ),
}
"""Code to (meaning, remedy), in the order of the reference page."""
