"""What simulated hosts are called, stream about and sell, in Chinese and English."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CATEGORIES", "HOST_NAMES", "NICKNAMES", "Category", "Words"]


class Words(NamedTuple):
    """Titles and products of a category in one language."""

    titles: tuple[str, ...]
    products: tuple[str, ...]


class Category(NamedTuple):
    """A category as the wire names it, what its products cost, and its words."""

    name: str
    price: float
    zh: Words
    en: Words


CATEGORIES = (
    Category(
        "beauty",
        159.0,
        Words(("换季护肤清单", "新色口红试色", "敏感肌专场"), ("修护精华", "丝绒口红", "防晒乳")),
        Words(("Autumn skincare", "Lipstick try-on"), ("repair serum", "velvet lipstick")),
    ),
    Category(
        "fashion",
        239.0,
        Words(("秋冬大衣上新", "通勤穿搭三套", "牛仔专场"), ("羊毛大衣", "直筒牛仔裤", "针织衫")),
        Words(("New coats", "A week of outfits"), ("wool coat", "straight jeans")),
    ),
    Category(
        "food",
        49.0,
        Words(("产地直发水果", "夜宵零食专场", "云南咖啡品鉴"), ("丹东草莓", "牛肉干", "小粒咖啡")),
        Words(("Fruit from the orchard", "Coffee tasting"), ("strawberries", "arabica beans")),
    ),
    Category(
        "home",
        129.0,
        Words(("厨房好物", "收纳课堂"), ("不粘锅", "收纳箱")),
        Words(("Kitchen finds", "Tidy in an hour"), ("cast-iron pan", "storage boxes")),
    ),
    Category(
        "electronics",
        899.0,
        Words(("新品手机开箱", "桌面改造"), ("降噪耳机", "机械键盘")),
        Words(("Phone unboxing", "Desk makeover"), ("headphones", "mechanical keyboard")),
    ),
    Category(
        "sports",
        199.0,
        Words(("跟练三十分钟", "跑鞋横评"), ("瑜伽垫", "缓震跑鞋")),
        Words(("Thirty-minute workout", "Running shoes compared"), ("yoga mat", "running shoes")),
    ),
    Category(
        "books",
        59.0,
        Words(("今晚读一本书", "绘本妈妈课"), ("三体套装", "科普绘本")),
        Words(("One book tonight", "Picture books"), ("a novel set", "picture book")),
    ),
)

HOST_NAMES = {
    "zh-CN": ("小雅", "老陈", "阿俊", "雨桐", "大鹏", "晓琳", "秋白", "子墨", "安安", "若曦"),
    "en": ("Mia", "Oskar", "June", "Theo", "Ada", "Leo", "Nora", "Sam", "Ivy", "Max"),
}

NICKNAMES = {
    "zh-CN": ("小美", "阿杰", "一一", "豆豆", "小鱼", "可可", "阿宁", "星星", "小满", "果果"),
    "en": ("Alex", "Robin", "Jamie", "Sascha", "Kim", "Dana", "Noa", "Charlie", "Lou", "Mika"),
}
