"""Whether a unit's name says that it is the body which a disposal list means: 教育 is 区教育局, no 阳光教育基金会. Pure."""

import re
from functools import lru_cache

from services.wording import normal

_BODY = (
    r"(局|分局|委|委员会|居委会|管委会|办|办公室|办事处|站|所|中心|大队|支队|中队|队|处|科|部|部门|厅|(有限|有限责任)?公司|集团|"
    r"窗口|服务台)"
)
_BEHIND = rf"((服务|管理|保障|监督|执法|综合执法|运营)?{_BODY}|(?!理).{{1,4}}(局|委|委员会|厅))?"  # the latter for offices in one
_WORD_BEHIND = r"( (bureau|department|dept\.?|office|authority|board|commission|council|committee|company|service|services|works|agency|station|brigade|centre|center|team))?"

# What stands on the door of a body that people, and the list, call by a short word
_IN_FULL = {
    "市场监管": "市场监督管理 市场监督", "城管": "城市管理 综合行政执法 行政执法 综合执法", "人社": "人力资源和社会保障 人力资源社会保障 人力社保",
    "卫健": "卫生健康 卫生和健康 卫计", "住建": "住房和城乡建设 住房城乡建设 住房建设 住房和建设", "环保": "生态环境 环境保护",
    "房管": "房产管理 房屋管理 房地产管理 住房保障 住房保障和房产管理", "规划": "规划和自然资源 自然资源和规划 规划资源",
    "自然资源": "规划和自然资源 自然资源和规划 国土资源 规划资源", "文旅": "文化和旅游 文化旅游 文化广电旅游 文化广电和旅游",
    "文体": "文化体育 文化和体育 体育", "科技": "科学技术", "水利": "水务", "发改国资": "发改 发展和改革 发展改革 国资 国有资产监督管理",
    "发改物价": "发改 发展和改革 发展改革 物价", "供水供电供气": "供水 供电 供气 自来水 燃气 天然气 电力 水务", "园林": "园林绿化 绿化",
    "公交地铁": "公交 公共交通 地铁 轨道交通", "公安户籍": "公安 派出所", "公安": "派出所", "宣传统战": "宣传 统战",
    "通管": "通信管理", "交警": "交通警察 交管 公安交通管理", "交通": "交通运输", "拆迁": "征收 房屋征收", "纪检": "纪律检查 纪委 监察",
    "农业农村": "农业", "市政": "市政工程 市政设施",
}  # fmt: skip

# Bodies of other matters, in whose name the word stands
_OTHERS = {
    "交通": ("公安交通", "轨道交通", "公共交通"), "公安": ("公安交通",), "公安户籍": ("公安交通",),
}  # fmt: skip


def names_of(word: str) -> tuple[str, ...]:
    """The list's word, and what else its body is called."""
    return (word, *_IN_FULL.get(word, "").split())


@lru_cache(maxsize=512)
def _pattern(word: str) -> re.Pattern[str]:
    one = "|".join(re.escape(normal(each)) for each in names_of(word))
    return re.compile(
        rf"(|.* )({one}){_WORD_BEHIND}" if word.isascii() else rf".*({one}){_BEHIND}", re.DOTALL
    )


def is_meant(word: str, name: str) -> bool:
    """Whether `name` is the word of the list, or ends with it - in short or in full - and what public bodies are called by."""
    full = re.sub(r" ?\(.*\)$", "", normal(name))  # 城管(塘沽)
    return _pattern(word).fullmatch(full) is not None and not any(
        other in full for other in _OTHERS.get(word, ())
    )
