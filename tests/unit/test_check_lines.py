"""`tandem check` and the bot's line: the house that has it is asked, and only where none runs the platform is tried."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.checkup import check
from bot.domain.ids import UserId
from bot.domain.people import Role, User
from bot.home import Home
from bot.senses import TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.users import SqliteUsers
from tests.fakes.senses import SetClock
from tests.fakes.wecom import CORP, WecomBot

CONFIG = Path(__file__).parents[2] / "config.toml"
LINES = [{"state": "wrong", "key": "check_wecom_bot_taken", "facts": {}}]


@pytest.fixture
def bot_secrets(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of somebody who has a bot and nothing else."""
    monkeypatch.setenv("WECOM_BOT_ID", CORP.bot_id)
    monkeypatch.setenv("WECOM_BOT_SECRET", CORP.bot_secret)
    return monkeypatch


async def told(home: Home, platform: WecomBot, environment: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What `check --online` says of the line."""
    environment.setenv("TANDEM__CHANNELS__WECOM__BOT_URL", platform.url.replace("http", "ws"))
    findings = await asyncio.to_thread(check, CONFIG, home, online=True)
    return [(one["state"], one["key"]) for one in findings if one["key"].startswith("check_wecom_bot")]


async def test_the_house_that_runs_tells_how_its_line_stands(tmp_path: Path, bot_secrets: pytest.MonkeyPatch) -> None:
    """The platform is left alone, for trying would take the line away."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(json.dumps({"result": {"ready": True, "lines": LINES}}).encode() + b"\n")
        writer.close()

    home = Home(tmp_path)
    house = await asyncio.start_unix_server(answer, home.socket)
    async with house, WecomBot().running() as platform:
        found = await told(home, platform, bot_secrets)

    assert [("wrong", "check_wecom_bot_taken")] == found
    assert 0 == platform.subscriptions


async def test_where_no_house_runs_the_platform_is_tried(tmp_path: Path, bot_secrets: pytest.MonkeyPatch) -> None:
    """Once with the right secret, once with a wrong one."""
    async with WecomBot().running() as platform:
        right = await told(Home(tmp_path), platform, bot_secrets)
        bot_secrets.setenv("WECOM_BOT_SECRET", "another")
        wrong = await told(Home(tmp_path), platform, bot_secrets)

    assert ([("on", "check_wecom_bot")], [("wrong", "check_wecom_bot_refused")]) == (right, wrong)


async def test_who_reviews_what_is_told_and_which_post_has_nobody(tmp_path: Path) -> None:
    """By name; and a house in which one person alone may agree to anything is told that nobody agrees to what is theirs."""
    home = Home(tmp_path)
    database = Database(home.truth)
    await asyncio.to_thread(migrate, database)
    users = SqliteUsers(database, SetClock(), TimeIds())
    told = []
    for name, role in (("Maya", Role.MANAGER), ("Zoe", Role.LEGAL)):
        await users.seed([User(UserId(""), name, f"{name}@e.example", role, "east", "UTC")])
        findings = await asyncio.to_thread(check, CONFIG, home)
        told.append([(one["state"], one["key"], one["facts"].get("who")) for one in findings if one["key"].startswith("check_review")])
    database.close()

    nobody = "check_review_nobody"
    assert [
        [("on", "check_review", "Maya"), ("off", nobody, ""), ("off", nobody, ""), ("off", "check_review_alone", None)],
        [("on", "check_review", "Maya"), ("off", nobody, ""), ("on", "check_review", "Zoe")],
    ] == told
