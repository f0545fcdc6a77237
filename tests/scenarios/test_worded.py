"""A house with a chat model, as its people meet it: who worded an answer, what is said when the model fails, and what `check` tells."""

from pathlib import Path

import pytest

from bot.checkup import check
from bot.home import Home
from tests.fakes.chat_endpoint import cassettes
from tests.scenarios.obedient import REP, besieged


async def test_a_decision_tells_which_model_worded_it_and_which_fell_back(tmp_path: Path) -> None:
    """The same question twice: in the model's words, then, with the model gone, in the paper's, and it says so."""
    async with besieged(tmp_path, [], with_model=True) as siege:
        siege.model.tell = cassettes("answers")
        worded = await siege.house.ask("续约最多几折?", as_=REP)
        siege.model.mood = "401"
        quoted = await siege.house.ask("续约最多几折?", as_=REP)
        stories = [await siege.house.why(one["decision_id"], as_=REP) for one in (worded, quoted)]

    assert [("obedient", ""), ("builtin", "obedient: key")] == [(one["model"], one["fell_back"]) for one in stories]
    assert "续约总折扣不超过10%,再多由区域经理书面批准。" == worded["text"]
    assert "续约总折扣不超过10%。\n(大模型这会儿没应答,以上是原文。)" == quoted["text"]
    assert ["policy.md"] == list({one["source"] for answer in (worded, quoted) for one in answer["evidence"]})


@pytest.mark.parametrize("key", ["", "k"])
def test_check_tells_each_role_its_key_and_whether_it_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """What is on, with what; asked online, what does not answer is wrong, and says why."""
    monkeypatch.setenv("OPENAI_API_KEY", key)
    config = tmp_path / "config.toml"
    closed = 'base_url = "http://127.0.0.1:9/v1"\nmodel = "m"\ntimeout_s = 3\n'
    config.write_text(f"[models.roles.writing]\n{closed}[models.roles.reading]\nlocal = true\n{closed}", encoding="utf-8")

    found = check(config, Home(tmp_path), online=True)
    told = {(one["key"], one["facts"].get("role")): (one["state"], one["facts"].get("why")) for one in found}

    assert {
        ("check_chat_key", None): ("on" if key else "off", None),
        ("check_chat_masked", "writing"): ("on", None),
        ("check_chat_silent", "writing"): ("wrong", "unreachable"),
        ("check_chat_local", "reading"): ("on", None),
        ("check_chat_silent", "reading"): ("wrong", "unreachable"),
    } == {name: state for name, state in told.items() if name[0].startswith("check_chat")}


def test_check_tells_that_there_is_no_chat_model(tmp_path: Path) -> None:
    """Which is how a house begins."""
    config = tmp_path / "config.toml"
    config.write_text("", encoding="utf-8")

    assert ["off"] == [one["state"] for one in check(config, Home(tmp_path)) if one["key"] == "check_chat_model"]
