"""Whether a unit's name says that it is the body which a disposal list means: 教育 is 区教育局, no 阳光教育基金会. Pure."""

import re

from services.wording import normal

_BODY = (
    r"(局|分局|委|委员会|居委会|管委会|办|办公室|办事处|站|所|中心|大队|支队|中队|队|处|科|部|部门|厅|(有限|有限责任)?公司|集团|"
    r"窗口|服务台)"
)
_BEHIND = rf"((服务|管理|保障|监督|执法|综合执法)?{_BODY}|.{{1,4}}(局|委|委员会|厅))?"  # the latter for offices in one
_WORD_BEHIND = r"( (bureau|department|dept\.?|office|authority|board|commission|council|committee|company|service|services|works|agency|station|brigade|centre|center|team))?"


def is_meant(unit: str, name: str) -> bool:
    """Whether `name` is the word of the list, or ends with it and what public bodies are called by."""
    word, full = re.escape(normal(unit)), re.sub(r" ?\(.*\)$", "", normal(name))  # 城管(塘沽)
    behind = rf"(|.* ){word}{_WORD_BEHIND}" if unit.isascii() else rf".*{word}{_BEHIND}"
    return re.fullmatch(behind, full) is not None
