"""Opens the edit form while Slack's trigger lasts. Reads the draft; changes nothing."""

import asyncio
from dataclasses import dataclass

import structlog

from bot.channels.slack.api import SlackApi
from bot.channels.slack.modal import form
from bot.domain.decision import Message
from bot.domain.offers import offered
from bot.domain.records import DraftState, HeldDraft
from bot.domain.talk import Tap
from bot.errors import Undeliverable, Unsure, Upstream
from bot.ports import Clock, Drafts, Outbox, Words

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

PATIENCE_S = 2.0
"""Slack waits 3 s for the acknowledgement of the press, which comes after."""


@dataclass(frozen=True)
class EditForms:
    """Whose draft it is may open it, and nobody else."""

    api: SlackApi
    outbox: Outbox
    drafts: Drafts
    words: Words
    clock: Clock

    async def opened(self, tap: Tap) -> bool:
        """Whether the form stands on the person's screen now. False: the press goes the common way, and is answered in words."""
        handle = tap.origin.handle
        if handle is None or handle.kind != "trigger_id" or handle.expires_at <= self.clock.now():
            return False
        try:
            async with asyncio.timeout(PATIENCE_S):
                message = await self.outbox.message(tap.message_id)
                held = await self._editable(message, tap) if message else None
                if message is None or held is None:
                    return False
                view = form(held, message.lang, self.words, tap.origin.place)
                await self.api.call("views.open", trigger_id=handle.token, view=view)
        except (Upstream, Unsure, Undeliverable, TimeoutError) as err:
            log.info("slack_form_not_opened", why=str(err) or "late")
            return False
        except Exception:
            log.exception("slack_form_failed")
            return False
        return True

    async def _editable(self, message: Message, tap: Tap) -> HeldDraft | None:
        buttons = offered(message.outcome)
        theirs = (message.origin.workspace, message.origin.sender) == (tap.origin.workspace, tap.origin.sender)
        if not theirs or message.draft_id is None or tap.button >= len(buttons) or buttons[tap.button].action != "edit":
            return None
        held = await self.drafts.draft(message.draft_id)
        return held if held and held.state is DraftState.OPEN and held.expires_at > self.clock.now() else None
