"""The form in which somebody types the password of a file in Slack, through Slack's door into the front process's safe."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.slack.api import SlackApi
from bot.channels.slack.door import SlackDoor
from bot.channels.slack.forms import EditForms
from bot.domain.decision import Message, MessageState
from bot.domain.ids import MessageId, ThreadId, TurnId
from bot.domain.outcome import Answer, Button
from bot.domain.passwords import MASK
from bot.domain.talk import Arrival, Origin, Tap
from bot.ports import Kept
from bot.turns.confiding import Confiding
from tests.fakes.listening import listening
from tests.fakes.senses import SetClock
from tests.fakes.slack import BOT, BOT_TOKEN, SIGNING_SECRET, TEAM, Posted, slack_platform
from tests.unit.slack_lobby import WORDS

CARD = Message(
    MessageId("m1"), 1, Origin("slack", TEAM, "U1", ThreadId(f"slack:{TEAM}:U1")), None, None,
    Answer("海蓝合同.docx:有密码。", buttons=(Button("输入密码", "password"),), found=False), None, None, 1, MessageState.DELIVERED,
)  # fmt: skip
SECRET = "Qm7 vault"  # noqa: S105 - nobody's


@dataclass
class Behind:
    """What lies behind the door: one message, an inbox, a safe, nobody who was asked."""

    kept: list[Arrival] = field(default_factory=list)
    safe: dict[tuple[str, str], str] = field(default_factory=dict)

    async def message(self, message_id: MessageId) -> Message | None:
        """By id."""
        return CARD if message_id == CARD.id else None

    async def put(self, channel: str, key: str, secret: str) -> None:
        """The port `Safe`."""
        self.safe[channel, key] = secret

    async def ask(self, turn_id: TurnId, origin: Origin, until: datetime) -> None:
        """The port `AskedPasswords`: nobody is."""

    async def waiting(self, _: Origin) -> list[TurnId]:
        """None."""
        return []

    async def done(self, turn_id: TurnId) -> None:
        """Nothing was."""

    async def keep(self, arrival: Arrival) -> Kept:
        """As the door of the house does."""
        self.kept.append(await Confiding(self, self).apart(arrival))
        return Kept(TurnId("t"), len(self.kept))


async def test_a_password_is_typed_in_a_form_and_kept_as_dots() -> None:
    """The press opens the form and keeps nothing; what comes of the form is a press on the card, its password in the safe alone."""
    clock, behind = SetClock(), Behind()
    async with slack_platform(clock) as slack:
        slack.person("U1", "Lin")
        element = {"type": "button", "text": {"type": "plain_text", "text": "输入密码"}, "value": "m1:0", "action_id": "password-0"}
        blocks = [{"type": "actions", "block_id": "b", "elements": [element]}]
        card = slack.space.post(Posted(slack.space.ts(), slack.space.direct("U1").id, BOT, "card", blocks))
        api = SlackApi(BOT_TOKEN, slack.url)
        forms = EditForms(api, behind, behind, WORDS, clock)  # type: ignore[arg-type]
        async with listening(SlackDoor(api, SIGNING_SECRET, behind.keep, WORDS, clock, forms.opened)) as address:
            slack.sender.url = address
            await slack.press("U1", card, "输入密码")
            before, [view] = list(behind.kept), slack.space.modals.values()
            await slack.submit("U1", view, {"password": SECRET})
        await api.close()

    [tap] = behind.kept
    assert isinstance(tap, Tap)
    assert ([], MessageId("m1"), 0, (("password", MASK),)) == (before, tap.message_id, tap.button, tap.fields)
    assert {("slack", tap.dedupe_key): SECRET} == behind.safe
