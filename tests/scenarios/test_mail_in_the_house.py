"""Mail in a house that serves: a letter in its outbox reaches the server of [mail], and `check` tells how that stands."""

import asyncio
from pathlib import Path

import pytest

from bot.config import load
from bot.connections import Around, connected
from bot.domain.ids import ThreadId
from bot.domain.outcome import Answer, Letter
from bot.domain.talk import Lang, Origin
from bot.errors import BadConfig
from bot.secrets import ChannelSecrets, MailSecrets
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.outbox import SqliteOutbox
from tests.fakes.mail.certificates import HERE
from tests.fakes.mail.server import Mailroom, receiving
from tests.fakes.waiting import until
from tests.scenarios.household import Household, household

LETTER = Letter("Ms Lee", "lee@orbit.example", "Li Wei", "li.wei@example.com", "Your new line", "Dear Ms Lee,\nhello\nLi Wei")


def with_mail(home: Household, port: int, more: str = "") -> None:
    """Switch it on."""
    text = f'[mail]\nhost = "{HERE}"\nport = {port}\nsecurity = "none"\nfrom = "sales@example.com"\n{more}\n'
    path = home.folder / "config.toml"
    path.write_text(text + path.read_text(encoding="utf-8"), encoding="utf-8")


@pytest.mark.slow
async def test_a_house_that_serves_mails_what_its_outbox_holds(tmp_path: Path) -> None:
    """Once; and the command line says that the server lets us in, and to which one mail goes."""
    home = household(tmp_path)
    async with receiving(Mailroom()) as room:
        with_mail(home, room.port)
        serving = home.served()
        await asyncio.to_thread(serving.__enter__)
        try:
            database = Database(home.folder / "home" / "tandem.db")
            outbox = SqliteOutbox(database, SystemClock(), TimeIds())
            where = Origin("mail", "", "r1", ThreadId("mail:r1"))
            await outbox.say(where, Answer("", letter=LETTER), key="release:r1", lang=Lang.EN)
            await until(lambda: bool(room.accepted))
            found = {one["key"]: one["state"] for one in (await asyncio.to_thread(home.data, "check", "--online"))["findings"]}
            database.close()
        finally:
            await asyncio.to_thread(serving.__exit__, None, None, None)

    assert [("li.wei@example.com", ("lee@orbit.example",))] == [(one.sender, one.to) for one in room.accepted]
    assert ("on", "on", "on") == (found["check_mail"], found["check_mail_lets_in"], found["check_mail_going"])


def test_a_sign_in_without_a_password_stops_the_start(tmp_path: Path) -> None:
    """It is named, with what is missing."""
    home = household(tmp_path)
    with_mail(home, 25)
    config = load(home.folder / "config.toml", {"TANDEM__MAIL__USER": "tandem", "TANDEM__MAIL__SECURITY": "tls"})
    around = Around(config, *[None] * 12)  # type: ignore[arg-type]

    with pytest.raises(BadConfig) as stopped:
        connected(ChannelSecrets(mail=MailSecrets()), around)

    assert ("channel_half_configured", "SMTP_PASSWORD") == (stopped.value.key, stopped.value.facts["missing"])


def test_without_a_host_there_is_no_mail(tmp_path: Path) -> None:
    """Then letters are handed to their authors."""
    around = Around(load(household(tmp_path).folder / "config.toml", {}), *[None] * 12)  # type: ignore[arg-type]

    assert {} == connected(ChannelSecrets(mail=MailSecrets("x")), around).exits
