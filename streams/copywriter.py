"""Asks an OpenAI-compatible endpoint for copies; whatever goes wrong, there are none."""

from __future__ import annotations

import logging
import urllib.request
from http.client import HTTPException

import msgspec

from config.copywriting import Copywriting
from features.contracts import Copy
from reminders.generated_copies import BODY_CHARACTERS, TITLE_CHARACTERS, Proposal, accepted
from reminders.template_syntax import SLOTS

__all__ = ["Copywriter"]

logger = logging.getLogger(__name__)
MOST_BYTES = 256 << 10
TEMPERATURE = 0.9
_SLOTS = ", ".join(f"{{{{ {slot} }}}}" for slot in SLOTS)
_TASK = f"""\
You write push notifications that invite people to a live stream. Answer with JSON alone:
{{"copies": [{{"title": "...", "body": "..."}}]}}.
You know no facts. Names, goods and times stand in these placeholders: {_SLOTS}. Use \
{{{{ host_name }}}} or {{{{ stream_title }}}} in each copy. No digits, prices, links or claims. \
At most {TITLE_CHARACTERS} characters in a title and {BODY_CHARACTERS} in a body beside the \
placeholders. Each copy takes another tone."""


class _Message(msgspec.Struct):
    content: str


class _Choice(msgspec.Struct):
    message: _Message


class _Answer(msgspec.Struct):
    choices: list[_Choice]


class _Copies(msgspec.Struct):
    copies: list[Proposal]


class Copywriter:
    """One endpoint, asked for copies by category and language; nothing else is told to it."""

    def __init__(self, settings: Copywriting) -> None:
        self._settings = settings

    def propose(self, category: str, locale: str) -> tuple[Copy, ...]:
        """Return the copies that may be used; it blocks for `timeout_s` at most.

        Empty when the endpoint is away, slow, refuses us, or proposes nothing that is fit.
        """
        try:
            proposals = self._asked(category, locale)
        except (OSError, HTTPException, ValueError, msgspec.MsgspecError) as error:
            logger.info("no copies for %s in %s: %r", category or "any category", locale, error)
            return ()
        return accepted(proposals, locale, self._settings.forbidden_words)

    def _asked(self, category: str, locale: str) -> list[Proposal]:
        wish = {"language": locale, "category": category, "copies": self._settings.proposals}
        body = {
            "model": self._settings.model,
            "temperature": TEMPERATURE,
            "response_format": {"type": "json_object"},
            "messages": [
                {"role": "system", "content": _TASK},
                {"role": "user", "content": msgspec.json.encode(wish).decode()},
            ],
        }
        request = urllib.request.Request(  # noqa: S310 - http or https, as the setting must be
            f"{self._settings.url}/chat/completions", msgspec.json.encode(body), self._headers()
        )
        with urllib.request.urlopen(request, timeout=self._settings.timeout_s) as answer:  # noqa: S310 - ditto
            read = answer.read(MOST_BYTES + 1)
        if len(read) > MOST_BYTES:
            raise ValueError("the answer is too long")
        choices = msgspec.json.decode(read, type=_Answer).choices
        content = choices[0].message.content if choices else ""
        return msgspec.json.decode(_unfenced(content), type=_Copies).copies

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if self._settings.api_key is not None:
            headers["Authorization"] = f"Bearer {self._settings.api_key.get_secret_value()}"
        return headers


def _unfenced(content: str) -> str:
    """Return the JSON in an answer that wraps it in a Markdown fence, as many models do."""
    text = content.strip()
    if text.startswith("```"):
        text = text.strip("`").removeprefix("json")
    return text
