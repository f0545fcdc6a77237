"""A house that mails what its outbox holds, to be killed: `python -m tests.contracts.mailing_house PATH PORT BREATH_S`."""

import asyncio
import sys
from pathlib import Path

from bot.config import Mail as Setting
from bot.engine.delivery import Care, Delivery, Ways
from bot.events.bus import HouseBus
from bot.mail.channel import MAIL, SENTENCES, MailChannel
from bot.mail.server import MailServer, Times
from bot.senses import SystemClock
from bot.store.outbox import SqliteOutbox
from bot.words import TomlWords, read_sentences
from tests.contracts.house import Stores
from tests.fakes.mail.certificates import HERE
from tests.fakes.waiting import until

CARE = Care(at_once=2, first_wait_s=0.01, longest_wait_s=0.02, look_s=60.0, questions=1)
UNDER_WAY = {"waiting", "sending"}


async def mail_all(stores: Stores, port: int, breath_s: float, care: Care = CARE) -> dict[str, int]:
    """Send until nothing waits any more; how many messages stand in which state then, delivered ones left out."""
    outbox = SqliteOutbox(stores.database, SystemClock(), stores.ids)
    setting = Setting(HERE, port, "none", from_="sales@hengyu.example")
    words = TomlWords(read_sentences(SENTENCES))
    channel = MailChannel(MailServer(setting, "", Times(20, 20, breath_s)), setting, words, SystemClock())
    delivery = Delivery(outbox, {MAIL: channel}, HouseBus(stores.events), Ways(care))
    await delivery.start()

    async def quiet() -> bool:
        return not UNDER_WAY & set(await outbox.counts())

    try:
        await until(quiet)
        return {state.value: count for state, count in (await outbox.counts()).items()}
    finally:
        await delivery.close()


if __name__ == "__main__":
    asyncio.run(mail_all(Stores(Path(sys.argv[1])), int(sys.argv[2]), float(sys.argv[3])))
