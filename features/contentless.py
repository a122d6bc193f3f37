"""What titles of live streams say without saying what the stream is about."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["meaningful"]

# Times, greetings and calls to come: "今晚8点不见不散" is the same for lipsticks and for crabs.
_PHRASES = re.compile(
    "不见不散|直播间|直播中|直播|开播|正在|预告|预约|关注|点赞|分享|准时|敬请|期待|来了|来啦|欢迎|大家"
    "|家人们|宝宝们|朋友们|今晚|今天|今日|明晚|明天|明日|后天|昨天|本周|下周|周[一二三四五六日末]|星期"
    "|早上|上午|中午|下午|晚上|凌晨|点半|福利|惊喜|限时|抢购|红包|抽奖|进来|看看|一起|我们|马上|开始"
)
_WORDS = re.compile(
    r"\b(?:live|stream|streaming|tonight|today|tomorrow|now|join|us|me|my|our|your|you|we|the|an|and"
    r"|or|of|to|in|on|at|for|with|is|are|am|pm|let|go|come|see|don|miss|start|starts|starting|soon"
    r"|new|welcome|hello|hi|everyone|guys|show|time|this|that|it|be)\b"
)
_NUMBERS = re.compile(r"\d+\s*(?:点|时|分|号|月|日|元|块|折|:|：|am|pm)?")
_SIGNS = re.compile(r"[\W_]+")


def meaningful(text: str) -> str:
    """Return the words (NFKC, lower case) but for times, numbers and what fits any stream.

    >>> meaningful("今晚8点不见不散"), meaningful("🔥今晚8点 口红首发！")
    ('', '口红首发')
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    for pattern in (_NUMBERS, _PHRASES, _WORDS, _SIGNS):
        plain = pattern.sub(" ", plain)
    return plain.strip()
