"""Which words that were read off a picture a person has to look at: figures that cost money when they are misread. Knows no page.

‰ is read as % now and then, and a decimal point is lost without a trace, so none of these is believed on sight.
"""

import re

NUMBER = r"(?<!\d)\d(?:[\d,，.]{0,30}\d)?"
"""No longer than any amount: an endless row of digits must not be tried from each of them."""
MONEY = r"(?:人民币|RMB|CNY|USD|EUR|GBP|HKD|JPY|US\$|HK\$|[¥￥$€£])"
HAN_FIGURES = "零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"
FIGURES = re.compile(
    rf"{NUMBER}\s*(?:[%‰％]|per\s?cent|per\s?mille)|(?:百|千|万)分之[{HAN_FIGURES}\d.]{{1,20}}"
    rf"|{MONEY}\s*{NUMBER}(?:\s*(?:万|亿|million|billion|k\b|m\b))?\s*元?"
    rf"|{NUMBER}\s*(?:万|亿|千)?\s*(?:元|美元|欧元|港元|dollars|euros?|RMB|CNY|USD|EUR|GBP)"
    r"|(?<!\d)\d{1,3}(?:[,，]\d{3}){1,8}(?:\.\d{1,8})?"
    r"|[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]{2,40}\s*[元圆](?:整|正|[零壹贰叁肆伍陆柒捌玖角分]{1,20})?",
    re.IGNORECASE,
)


def to_look_at(text: str) -> tuple[str, ...]:
    """The amounts, percentages and per mille of a text, as they stand there, each once."""
    return tuple(dict.fromkeys(found[0].strip() for found in FIGURES.finditer(text)))
