"""Which statements contradict each other, on sentences of our own in both languages; and what is no contradiction."""

import pytest

from knowledge.claims import claims, contradict


def clash(one: str, other: str, heading: str = "", other_heading: str = "") -> bool:
    """Whether anything of the one contradicts anything of the other."""
    return any(contradict(mine, theirs) for mine in claims(one, heading) for theirs in claims(other, other_heading))


@pytest.mark.parametrize("one, other", [
    ("续约折扣不超过10%。", "续约总折扣最高12%。"),
    ("标准质保期为24个月。", "产品的标准质保期是18个月。"),
    ("样机借用期限最长30天。", "样机最长可借用四十五天。"),
    ("S3传感器的工作温度为-20到60°C。", "S3传感器工作温度范围是-20到70°C。"),
    ("礼品单次价值不得超过300元。", "单次礼品价值上限200元。"),
    ("备份数据保留90天。", "备份的数据会保留180天。"),
    ("首付款比例为合同额的30%。", "合同首付款比例不低于40%。"),
    ("首付款为合同额的百分之三十。", "首付款是合同额的40%。"),
    ("The standard warranty lasts 24 months.", "Our standard warranty is 18 months."),
    ("Hotel costs are refunded up to 150 EUR a night.", "Hotel costs up to €120 a night are refunded."),
    ("Renewals: total discount up to 10 %.", "The total discount on renewals is at most 12 percent."),
    ("Demo units can be borrowed for 30 days.", "Demo units may be borrowed for up to 45 days."),
    ("Support answers priority cases within 2 hours.", "Priority cases are answered by support within 4 hours."),
    ("| Item | Price |\n|---|---|\n| S3 sensor | 1,200 EUR |", "| Item | Price |\n|---|---|\n| S3 sensor | 1,350 EUR |"),
    ("| 项目 | 单价 |\n|---|---|\n| 现场培训 | 3000元 |", "| 项目 | 单价 |\n|---|---|\n| 现场培训 | 0.35万元 |"),
])  # fmt: skip
def test_other_figures_in_the_same_words_contradict_each_other(one: str, other: str) -> None:
    """Whichever comes first, with words in another order and figures in another form."""
    assert (True, True) == (clash(one, other), clash(other, one))


@pytest.mark.parametrize("one, other", [
    ("标准版质保期为12个月。", "专业版质保期为24个月。"),
    ("S3传感器的防护距离是10米。", "S5传感器的防护距离是15米。"),
    ("新购折扣不超过10%。", "续约折扣不超过15%。"),
    ("经理可以批准10%以内的折扣。", "总监可以批准20%以内的折扣。"),
    ("P1故障2小时内回复。", "P2故障8小时内回复。"),
    ("首单折扣至少5%才登记。", "首单折扣最多登记10%。"),
    ("整机质保期为12个月。", "整机质保期为1年。"),
    ("整机样机最长借用30天。", "整机样机最长借用1个月。"),
    ("整机样机最长借用30天。", "整机样机最长借用30个工作日。"),
    ("折扣超过10%由经理批，超过20%由总监批。", "折扣超过10%由经理批。"),
    ("The standard plan includes 5 users.", "The premium plan includes 20 users."),
    ("Managers may approve discounts up to 10 %.", "Directors may approve discounts up to 20 %."),
    ("Payment is due within 30 days.", "Delivery takes 60 days."),
    ("In 2025 we served factories with 400 sensors.", "In 2026 we served factories with 400 sensors."),
    ("付款应在30天内完成。", "发货应在15天内完成。"),
    ("国内差旅住宿每晚不超过500元。", "海外差旅住宿每晚不超过1200元。"),
    ("华东区去年增长12%。", "华南区去年增长8%。"),
    ("| Item | Price |\n|---|---|\n| S3 sensor | 1,200 EUR |", "| Item | Price |\n|---|---|\n| S5 sensor | 1,350 EUR |"),
    ("| 项目 | 单价 |\n|---|---|\n| 现场培训 | 3000元 |", "| 项目 | 单价 |\n|---|---|\n| 远程培训 | 1500元 |"),
    ("Late orders cost 2 % a week.", "Late payments cost 3 % a week."),
    ("老客户续约享受5%折扣。", "新客户首单享受8%折扣。"),
    ("第3条 交货期见合同附件2。", "第4条 交货期见合同附件3。"),
])  # fmt: skip
def test_other_subjects_units_and_bounds_do_not(one: str, other: str) -> None:
    """A pair that is none would cost an admin's trust."""
    assert not clash(one, other)


def test_products_named_above_a_statement_tell_it_apart() -> None:
    """Data sheets say the same words of different things; two editions of one do contradict each other."""
    one, other = "Protection distance of the sensor: 10 m.", "Protection distance of the sensor: 15 m."

    assert (False, True) == (clash(one, other, "S3 data sheet", "S5 data sheet"), clash(one, other, "S3 sheet 2025", "S3 sheet 2026"))


def test_hostile_text_costs_no_time() -> None:
    """A line of a megabyte, a thousand figures, ten thousand cells."""
    texts = ("1" * 1_000_000, "5% " * 1_000, "|".join(["a 5%"] * 10_000), "一" * 100_000, "-" * 100_000 + "9")

    assert [] == [claim for text in texts for claim in claims(text, "")]
