"""What live streams are about: topics, and the words that name them in Chinese and English."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["TOPICS", "Topic", "topics_in"]


class Topic(NamedTuple):
    """The words of one topic; Chinese ones simplified, English ones in lower case."""

    zh: tuple[str, ...]
    en: tuple[str, ...]


_TABLE = """
美妆 彩妆 化妆品 粉底 眼影 睫毛膏 口红 腮红
makeup cosmetics lipstick foundation eyeshadow mascara blush eyeliner
护肤 面膜 面霜 精华 乳液 防晒 补水 洁面
skincare moisturizer serum sunscreen cleanser acne facial
美发 洗发水 染发 烫发 发型 护发
haircare shampoo hairstyle haircut conditioner
香水 香氛 香薰
perfume fragrance cologne
美甲 指甲油
manicure nails
海鲜 螃蟹 大闸蟹 虾 龙虾 鱼 贝 生蚝 水产
seafood crab shrimp prawn lobster oyster fish
水果 苹果 橙子 草莓 芒果 葡萄 樱桃 西瓜 桃 果园
fruit apple orange strawberry mango grape cherry orchard
蔬菜 有机菜 番茄 菌菇
vegetables tomato mushroom organic
肉类 牛排 牛肉 羊肉 香肠 火腿
meat beef steak lamb sausage ham
茶叶 绿茶 红茶 普洱 乌龙 茶具 泡茶
tea oolong matcha teapot
咖啡 咖啡豆 拿铁 手冲
coffee espresso latte beans
零食 饼干 糖果 巧克力 坚果 薯片 辣条 蜜饯
snacks cookies candy chocolate nuts chips biscuits
粮油 大米 面条 调料 食用油
rice noodles flour spices sauce
白酒 红酒 啤酒 葡萄酒 威士忌 茅台
liquor wine beer whisky gin cocktail
烘焙 蛋糕 面包 甜点
baking cake bread dessert pastry
烹饪 做菜 菜谱 厨师 家常菜
cooking recipe chef
女装 连衣裙 半身裙 上衣 大衣 衬衫 穿搭
dress skirt blouse womenswear womens
男装 西装 夹克 衬衣 男士
menswear suit jacket mens
童装 男童 女童 儿童服装
kidswear toddler
内衣 睡衣 袜子 家居服
underwear lingerie socks pajamas
运动鞋 球鞋 跑鞋 篮球鞋 板鞋
sneakers trainers shoes
女鞋 皮鞋 高跟鞋 靴子 凉鞋
heels boots sandals
箱包 手提包 背包 行李箱 钱包
bags handbag backpack luggage wallet
珠宝 翡翠 钻石 珍珠 黄金 项链 戒指 手镯 耳环
jewelry jewellery jade diamond pearl gold necklace ring bracelet earrings
手表 腕表 机械表 钟表
watches wristwatch watchmaking chronograph
眼镜 墨镜 隐形眼镜
glasses sunglasses eyewear
手机 智能手机 苹果手机 安卓
phone smartphone iphone android
电脑 笔记本电脑 台式机 显卡 键盘 显示器
computer laptop desktop pc keyboard monitor
相机 摄影 镜头 拍照
camera photography lens
耳机 音箱 音响
headphones earbuds speaker
家电 冰箱 洗衣机 空调 电视 扫地机器人 微波炉
appliances fridge refrigerator washing dryer vacuum microwave
厨具 锅 炒锅 平底锅 刀具 砧板 餐具
cookware pan pots kitchen knife cutlery
家具 沙发 床垫 餐桌 椅子 衣柜 书桌
furniture sofa couch mattress table chair wardrobe desk
家纺 床单 被子 枕头 毛巾 窗帘
bedding sheets pillow towel curtain
装修 建材 瓷砖 灯具 五金 工具
renovation tiles lamp hardware tools diy
清洁 洗衣液 纸巾 洗洁精 日用品
cleaning detergent tissue household
花卉 绿植 多肉 盆栽 鲜花 园艺 月季 兰花
flowers plants succulents garden roses orchid tulip bouquet
宠物 猫 狗 猫粮 狗粮 幼犬 小猫
pets cat dog puppy kitten
钓鱼 渔具 鱼竿 鱼饵 路亚
fishing angling rod bait lure
母婴 奶粉 纸尿裤 婴儿 新生儿 奶瓶 孕妇
baby infant newborn diapers stroller pregnancy
玩具 积木 毛绒 公仔 盲盒 手办 拼图
toys lego doll puzzle teddy figurine
教育 考试 数学 课程 老师 作业
education exam math lesson homework
英语 外语 口语 单词
english language vocabulary grammar
图书 小说 绘本 作家 阅读 文学
books novel author reading literature
文具 钢笔 笔记本子 书包
stationery pen notebook
绘画 书法 国画 手工 陶艺
painting drawing calligraphy craft pottery
古董 文玩 收藏 钱币 紫砂壶
antiques collectibles coins
音乐 唱歌 歌手 吉他 钢琴 演奏
music song singing singer guitar piano concert
舞蹈 跳舞 街舞 广场舞 芭蕾
dance dancing ballet choreography
游戏 电竞 王者荣耀 手游 主机 通关
game gaming esports playstation nintendo gamer
动漫 二次元 漫画 角色扮演
anime manga cosplay
电影 电视剧 综艺 演员
movie film drama series actor
脱口秀 相声 搞笑
comedy standup jokes
聊天 情感 恋爱 婚姻 交友
relationship dating marriage
足球 世界杯 英超 欧冠 射门
football soccer goal league
篮球 扣篮 投篮
basketball dunk nba
网球 羽毛球 乒乓球
tennis badminton
健身 瑜伽 减肥 哑铃 瘦身 跑步
fitness workout yoga gym muscle dumbbell
户外 露营 登山 帐篷 骑行
outdoor camping hiking tent cycling
滑雪 游泳 冲浪
skiing swimming surfing
旅行 旅游 酒店 机票 景点 攻略 民宿
travel trip hotel flight tour vacation
汽车 新能源车 试驾 二手车 轿车 发动机
car cars suv sedan engine driving
摩托车 电动车 头盔
motorcycle scooter helmet
房产 买房 租房 楼盘
housing apartment estate mortgage
理财 股票 基金 投资 保险
investment stocks finance insurance
健康 养生 中医 保健品 医生
health medicine doctor vitamins
法律 律师
law lawyer
科技 人工智能 编程 数码
technology programming software ai
科学 宇宙 物理
science space physics
历史 文化 博物馆
history culture museum
新闻 时事
news politics
农业 种植 养殖 农村
farming farm agriculture village
星座 塔罗 占卜
astrology tarot horoscope
"""

_LINES = [tuple(line.split()) for line in _TABLE.split("\n")[1:-1]]
TOPICS = tuple(map(Topic, _LINES[::2], _LINES[1::2]))
"""The categories of shopping and streaming sites, some ten words each."""

_OF_ZH = {word: place for place, topic in enumerate(TOPICS) for word in topic.zh}
_OF_EN = {word: place for place, topic in enumerate(TOPICS) for word in topic.en}
# The longest first: 苹果手机 is a telephone and no fruit.
_ZH = re.compile("|".join(sorted(_OF_ZH, key=len, reverse=True)))
_EN = re.compile(r"[a-z]+")
_PLURAL = re.compile(r"(?:(?<=ch|sh|ss)es|(?<=x)es|s)$")


def topics_in(text: str) -> list[int]:
    """Return the places in `TOPICS` of those that a text names, ascending, each once.

    Parameters
    ----------
    text : of `features.contentless.meaningful`.

    >>> [TOPICS[place].zh[0] for place in topics_in("苹果手机 和 watches")]
    ['手表', '手机']
    """
    found = {_OF_ZH[word] for word in _ZH.findall(text)}
    for word in _EN.findall(text):
        for form in (word, word + "s", _PLURAL.sub("", word)):
            if form in _OF_EN:
                found.add(_OF_EN[form])
                break
    return sorted(found)
