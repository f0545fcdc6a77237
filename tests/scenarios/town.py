"""A home served by the real command, with Slack and WeCom as fakes around it: what platforms, people and an admin do to a whole house."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.senses import SystemClock
from tests.fakes.slack import BOT_TOKEN, SIGNING_SECRET, Slack, slack_platform
from tests.fakes.wecom import CORP, Caller, WecomApp
from tests.scenarios.household import Household, Served, household

SECRETS = {
    "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET, "WECOM_CORP_ID": CORP.corp_id, "WECOM_SECRET": CORP.secret,
    "WECOM_AGENT_ID": str(CORP.agent_id), "WECOM_TOKEN": CORP.token, "WECOM_AES_KEY": CORP.aes_key,
}


@dataclass(frozen=True)
class Connected(Household):
    """A household with more in its environment."""

    lent: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What every command runs with."""
        return {**super().environment, **self.lent}


@dataclass
class Town:
    """The house and both platforms. slack_id, wecom_id: what they call the `number`th person."""

    home: Connected
    slack: Slack
    wecom: WecomApp
    caller: Caller

    @staticmethod
    def slack_id(number: int) -> str:
        """Of somebody who works in Slack."""
        return f"U{number:04}"

    @staticmethod
    def wecom_id(number: int) -> str:
        """Of somebody who works in WeCom."""
        return f"p{number:04}"

    @asynccontextmanager
    async def served(self) -> AsyncIterator[Served]:
        """The server, ready, and both platforms know where it is."""
        life = ExitStack()
        try:
            served = await asyncio.to_thread(self.home.awaited, life.enter_context(self.home.process()))
            self.slack.sender.url = f"{served.url}/slack/events"
            self.caller.url = f"{served.url}/wecom/callback"
            yield served
        finally:
            await asyncio.to_thread(life.close)  # the platforms live on this loop, and the server may be talking to them

    def heard_in_slack(self, number: int) -> list[str]:
        """What was posted to one person, in order."""
        place = self.slack.space.direct(self.slack_id(number)).id
        return [posted.shown for posted in self.slack.messages if posted.channel == place]

    def heard_in_wecom(self, number: int) -> list[str]:
        """The same in WeCom."""
        return [sent.text for sent in self.wecom.sent_to(self.wecom_id(number))]


def with_people(folder: Path, people: int) -> Connected:
    """A household of so many more people, each known in both chats."""
    plain = household(folder)
    config = folder / "config.toml"
    more = "".join(
        f'\n[[users]]\nname = "Person {number}"\nemail = "p{number}@example.com"\nrole = "rep"\nteam = "east"\n'
        f'slack = "{Town.slack_id(number)}"\nwecom = "{Town.wecom_id(number)}"\n'
        for number in range(people)
    )
    config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")
    return Connected(plain.folder)


@asynccontextmanager
async def town(folder: Path, people: int, **environment: str) -> AsyncIterator[Town]:
    """Both platforms on loopback and a home that is not served yet."""
    plain = with_people(folder, people)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(slack_platform(SystemClock()))
        wecom = await stack.enter_async_context(WecomApp(SystemClock()).running())
        caller = await stack.enter_async_context(Caller(wecom, "").calling())
        for number in range(people):
            slack.person(Town.slack_id(number), f"Person {number}", f"p{number}@example.com")
            wecom.members[Town.wecom_id(number)] = {"name": f"Person {number}"}
        lent = {**SECRETS, "TANDEM__CHANNELS__SLACK__API_BASE": slack.url, "TANDEM__CHANNELS__WECOM__API_BASE": wecom.url, **environment}
        yield Town(Connected(plain.folder, lent), slack, wecom, caller)
