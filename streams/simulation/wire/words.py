"""What hosts are called, stream about and sell, and how reminders of their streams are worded."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["COPY_TEXTS", "NICKNAMES", "SUBJECTS", "Subject", "host_name"]


class Subject(NamedTuple):
    """What streams of a category are called, in Chinese and English; what they sell, and for how
    much.
    """

    price: float
    titles: tuple[str, ...]
    products: tuple[str, ...]


SUBJECTS = {
    "beauty": Subject(
        159.0,
        ("换季护肤清单 Autumn skincare", "新色口红试色 Lipstick try-on"),
        ("修护精华", "丝绒口红", "防晒乳"),
    ),
    "fashion": Subject(
        239.0,
        ("秋冬大衣上新 New coats", "通勤穿搭 A week of outfits", "牛仔专场 All denim"),
        ("羊毛大衣", "直筒牛仔裤", "针织衫"),
    ),
    "food": Subject(
        49.0,
        ("产地直发水果 Orchard fruit", "夜宵零食 Late snacks", "云南咖啡 Coffee tasting"),
        ("丹东草莓", "牛肉干", "小粒咖啡"),
    ),
    "home": Subject(
        129.0, ("厨房好物 Kitchen finds", "收纳课堂 Tidy in an hour"), ("不粘锅", "收纳箱")
    ),
    "sports": Subject(
        199.0, ("跟练三十分钟 Workout", "跑鞋横评 Running shoes compared"), ("瑜伽垫", "缓震跑鞋")
    ),
    "games": Subject(299.0, ("新游首发 New releases", "开黑之夜 Team night"), ("手柄", "电竞耳机")),
    "music": Subject(
        349.0, ("弹唱之夜 Acoustic night", "吉他入门 First chords"), ("民谣吉他", "黑胶唱片")
    ),
    "books": Subject(
        59.0,
        ("今晚读一本书 One book tonight", "绘本妈妈课 Picture books"),
        ("三体套装", "科普绘本"),
    ),
    "travel": Subject(
        499.0, ("周末去哪儿 Weekend trips", "海岛直播 Live from the island"), ("登机箱", "海岛套餐")
    ),
    "pets": Subject(
        89.0, ("猫咪日常 Cats at home", "狗狗训练 Dog training"), ("冻干猫粮", "牵引绳")
    ),
    "garden": Subject(
        79.0, ("阳台种菜 Balcony greens", "多肉专场 Succulents"), ("月季苗", "营养土")
    ),
    "tech": Subject(
        899.0, ("新品手机开箱 Phone unboxing", "桌面改造 Desk makeover"), ("降噪耳机", "机械键盘")
    ),
}
"""By category of `world.hosts.CATEGORIES`."""

COPY_TEXTS = {
    "zh-CN": (
        ("{{ host_name }}{{ starts_in }}开播", "「{{ stream_title }}」，有{{ product_name }}"),
        ("别错过「{{ stream_title }}」", "{{ host_name }}{{ starts_in }}开播"),
        ("{{ nickname }}，{{ host_name }}{{ starts_in }}见", "{{ stream_title }}"),
        ("{{ stream_title }}", "{{ starts_in }}，{{ host_name }}带来{{ product_name }}"),
    ),
    "en": (
        ("{{ host_name }} is live {{ starts_in }}", "{{ stream_title }}"),
        ("Do not miss {{ stream_title }}", "{{ host_name }} starts {{ starts_in }}"),
        ("{{ nickname }}, see you {{ starts_in }}", "{{ host_name }}: {{ stream_title }}"),
        ("{{ stream_title }}", "With {{ host_name }}, {{ starts_in }}"),
    ),
}
"""Title and body by language, as many in each as the world knows copies (`world.mood.COPIES`)."""

NICKNAMES = {
    "zh-CN": ("小美", "阿杰", "一一", "豆豆", "小鱼", "可可", "阿宁", "星星", "小满", "果果"),
    "en": ("Alex", "Robin", "Jamie", "Sascha", "Kim", "Dana", "Noa", "Charlie", "Lou", "Mika"),
}

_FAMILY = {"zh-CN": "林王李张刘陈杨赵周吴", "en": "ABCDEFGHKL"}
_GIVEN = {
    "zh-CN": ("小雅", "雨桐", "大鹏", "晓琳", "秋白", "子墨", "安安", "若曦"),
    "en": ("Mia", "Oskar", "June", "Theo", "Ada", "Leo", "Nora", "Sam"),
}


def host_name(number: int) -> str:
    """Return the name of a host; two thirds are Chinese, and the first 120 all different.

    >>> host_name(0), host_name(1), host_name(2)
    ('林小雅', '王雨桐', 'Mia A.')
    """
    nth = number - (number + 1) // 3 if number % 3 < 2 else number // 3
    locale = "zh-CN" if number % 3 < 2 else "en"
    family = _FAMILY[locale][nth % 10]
    given = _GIVEN[locale][(nth // 10 + nth) % 8]
    return family + given if locale == "zh-CN" else f"{given} {family}."
