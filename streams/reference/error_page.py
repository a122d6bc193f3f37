"""The page of the error codes."""

from __future__ import annotations

from features.decode import ERROR_CODES
from streams.reference.asyncapi import DEAD_LETTER_HEADERS

__all__ = ["error_page"]

_HEAD = """\
# Error codes

Written by `make reference`: do not edit.

A record that does not fit goes to `dead-letters` as it came, under its own key, with its cause in
the headers. Its neighbours are processed.

| header | meaning |
| --- | --- |
{headers}

`error_text` names the field, shows what came (shortened), and says what to send. Where a record
has several faults, the first found is told.

| `error_code` | meaning | what to do |
| --- | --- | --- |
{codes}
"""


def error_page() -> str:
    """The page as Markdown."""
    headers = "\n".join(f"| `{name}` | {text} |" for name, text in DEAD_LETTER_HEADERS.items())
    codes = "\n".join(
        f"| `{code}` | {meaning} | {remedy} |" for code, (meaning, remedy) in ERROR_CODES.items()
    )
    return _HEAD.format(headers=headers, codes=codes)
