"""What titles of live streams say without saying what the stream is about."""

from __future__ import annotations

import re
import unicodedata

from features.script import simplified

__all__ = ["letters", "meaningful"]

# Times, greetings and calls to come: "今晚8点不见不散" is the same for lipsticks and for crabs.
_PHRASES = re.compile(
    "不见不散|直播间|直播中|直播|开播|正在|预告|预约|关注|点赞|分享|准时|敬请|期待|来了|来啦|来咯|欢迎"
    "|家人们|家人|宝宝们|宝子们|朋友们|新朋友|老朋友|姐妹们|兄弟们|粉丝|大家|各位|主播|新人|首播"
    "|今晚|今天|今日|明晚|明天|明日|后天|昨天|每天|每晚|本周|下周|周末|周[一二三四五六日末]|星期[一二三四五六日天]?"
    "|早上好|晚上好|下午好|中午好|大家好|你好|早安|晚安|早上|上午|中午|下午|晚上|凌晨|夜里|深夜|天亮"
    "|[零一二三四五六七八九十两]+(?:点半|点钟|点|分钟|小时|号|天)|点半|倒计时|最后[一1]?[天场波]?|第[一二三四五六七八九十]+[次场天期]?"
    "|福利|惊喜|限时|抢购|秒杀|红包|抽奖|礼物|送礼|优惠|专场|好物|上新|开抢|开售|手慢无|错过|锁定|蹲守"
    "|进来|看看|聊聊天|聊聊|聊天|唠嗑|随便|陪伴|陪你|陪我|一起|我们|你们|马上|开始|快来|速来|多多|关照|支持"
    "|不迷路|记得|哈+|嘿+|呵+|嗨+|啊+|哇+|哦+|喔+"
)
# What is left of a sentence whose other words went.
_LITTLE = re.compile(
    r"(?<![\u3400-\u9fff])[我你他来去到在有了的吧呀呢吗啦喽咯就都也很不见送求点快好请等]+(?![\u3400-\u9fff])"
)
_WORDS = re.compile(
    r"\b(?:live|stream|streams|streaming|streamer|tonight|today|tomorrow|tonite|now|soon|morning"
    r"|evening|afternoon|night|noon|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekend"
    r"|day|daily|week|join|us|me|my|our|your|you|i|we|they|the|a|an|and|or|of|to|in|on|at|for|with"
    r"|from|by|is|are|am|pm|was|be|been|will|can|just|let|lets|go|going|come|came|see|say|says|look"
    r"|don|t|s|m|re|ll|ve|miss|start|starts|started|starting|begin|begins|new|first|last|big|nice"
    r"|good|great|happy|welcome|hello|hey|hi|bye|everyone|everybody|guys|folks|friends|all|show|time"
    r"|this|that|it|here|there|out|up|hang|hanging|chat|chatting|chill|talk|surprise|giveaway|gifts"
    r"|follow|subscribe|stay|tuned|back|again|no|not|so|very|more|only)\b"
)
_NUMBERS = re.compile(r"\d+\s*(?:点半|点|时|分|秒|号|月|日|天|元|块|折|场|次|期|%|:|：|am|pm)?")
_SIGNS = re.compile(r"[\W_]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def meaningful(text: str) -> str:
    """Return the words but for times, numbers and what fits any stream.

    NFKC, in lower case, Chinese in simplified characters.

    >>> meaningful("今晚8点不见不散"), meaningful("🔥今晚8点 口紅首發！")
    ('', '口红首发')
    """
    plain = simplified(unicodedata.normalize("NFKC", text)).lower()
    for pattern in (_NUMBERS, _PHRASES, _WORDS, _SIGNS, _LITTLE, _SIGNS):
        plain = pattern.sub(" ", plain)
    return plain.strip()


def letters(words: str) -> int:
    """Return how much words say by their length alone; a Chinese character is two letters.

    >>> letters("刚睡醒"), letters("vibes")
    (6, 5)
    """
    return len(words) + len(_CHINESE.findall(words))
