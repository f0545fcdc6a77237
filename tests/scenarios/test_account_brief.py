"""A rep of the invented firm prepares visits: the real house, its records, one paper; from the sentence to the next press."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.house import House
from tests.scenarios.firm import at_work

NOON = "2026-08-04T12:00:00+08:00"
LIN, MAYA, HAN = "lin.xiao@hengyu.example", "maya.lindqvist@hengyu.example", "han.song@hengyu.example"
PAPER = "# 白皮书\n\n## 漏检从哪里来\n\n漏检有三个来源：测点选错占46%，测量间隔太长占33%，阈值不分转速占21%。\n"


@asynccontextmanager
async def firm(folder: Path) -> AsyncIterator[House]:
    """The house of the invented firm, as of a day, with one paper on its shelf."""
    paper = folder / "白皮书.md"
    paper.write_text(PAPER, encoding="utf-8")
    async with at_work(folder, paper) as firm:
        yield firm.here.house


async def asked(house: House, text: str, who: str = LIN) -> dict[str, Any]:
    """What the house says."""
    return dict(await house.ask(text, as_=who, now=NOON))


async def test_a_rep_prepares_visits(tmp_path: Path) -> None:
    """One sentence, one screen; a button leads on; two people of one name are told apart; "they" is whoever was spoken of."""
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    async with firm(tmp_path) as house:
        brief = await asked(house, "[见面准备] 明天见海蓝,给我准备一下")
        onward = await asked(house, next(one["text"] for one in brief["buttons"] if one["label"] == "在谈商机"))
        again = await asked(house, "[见面准备] 他们的情况再过一遍")
        north = await asked(house, "[见面准备] 北风")
        person = await asked(house, "[Brief] prep me for Mireille", MAYA)
        pressed = await asked(house, person["buttons"][0]["text"], MAYA)
        hidden = await asked(house, "[Brief] Hailan", MAYA)
        blind = await asked(house, "[见面准备] 北纬重工", HAN)

    lines = brief["text"].splitlines()
    assert "8/5(周三)见海蓝科技:制造、华东宁波、A级、2024年起合作、ARR 21.6万、你负责。" == lines[0]
    assert "account_brief" == brief["skill"]
    assert len(lines) <= 30
    [pain] = [line for line in lines if line.startswith("①")]
    assert "客户罚了18万" in pain
    assert "漏检有三个来源：测点选错占46%" in pain
    assert {"event", "document", "record"} == {one["kind"] for one in brief["evidence"][:3]}
    assert ("query_crm", True) == (onward["skill"], "海蓝二厂二期" in onward["text"])
    assert lines[0].split("见", 1)[1] == again["text"].splitlines()[0]
    assert [True, True, True] == [told in north["text"] for told in ("活跃用户62→21", "谢南乔 设备部长(支持者60%)", "不签就断")]
    assert "①先收尾:T-" in north["text"]
    assert "Several fit; who is it?" == person["text"]
    assert person["buttons"][0]["label"].partition(" · ")[2] in pressed["text"].splitlines()[0]
    assert "Which account? I recognised none; pick one, or give its full name." == hidden["text"]
    assert [] == [sign for sign in ("万", "ARR", "发票", "¥") if sign in blind["text"]]
