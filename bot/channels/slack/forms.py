"""Opens the form of a draft or a review while Slack's trigger lasts. Reads them; changes nothing."""

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog

from bot.channels.slack.api import SlackApi
from bot.channels.slack.modal import form
from bot.channels.slack.password_modal import password_form
from bot.channels.slack.review_modal import VERBS, review_form
from bot.domain.decision import Message
from bot.domain.ids import ReviewId
from bot.domain.offers import REVIEW, offered
from bot.domain.passwords import PASSWORD
from bot.domain.records import DraftState, HeldDraft
from bot.domain.review import UNDECIDED, ReviewRef
from bot.domain.talk import Tap
from bot.errors import Undeliverable, Unsure, Upstream
from bot.ports import Clock, Drafts, Outbox, Reviews, Words

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

PATIENCE_S = 2.0
"""Slack waits 3 s for the acknowledgement of the press, which comes after."""


@dataclass(frozen=True)
class EditForms:
    """Whom the message was for may open it, and nobody else. reviews: None where there are none."""

    api: SlackApi
    outbox: Outbox
    drafts: Drafts
    words: Words
    clock: Clock
    reviews: Reviews | None = None

    async def opened(self, tap: Tap) -> bool:
        """Whether the form stands on the person's screen now. False: the press goes the common way, and is answered in words."""
        handle = tap.origin.handle
        if handle is None or handle.kind != "trigger_id" or handle.expires_at <= self.clock.now():
            return False
        try:
            async with asyncio.timeout(PATIENCE_S):
                message = await self.outbox.message(tap.message_id)
                view = await self._view(message, tap) if message else None
                if view is None:
                    return False
                await self.api.call("views.open", trigger_id=handle.token, view=view)
        except (Upstream, Unsure, Undeliverable, TimeoutError) as err:
            log.info("slack_form_not_opened", why=str(err) or "late")
            return False
        except Exception:
            log.exception("slack_form_failed")
            return False
        return True

    async def _view(self, message: Message, tap: Tap) -> dict[str, Any] | None:
        buttons, place = offered(message.outcome), tap.origin.place
        theirs = (message.origin.workspace, message.origin.sender) == (tap.origin.workspace, tap.origin.sender)
        if not theirs or tap.button >= len(buttons):
            return None
        action = buttons[tap.button].action
        if (about := REVIEW.fullmatch(action)) and about["verb"] in VERBS:
            held = await self._reviewed(ReviewRef(ReviewId(about["id"]), int(about["version"])))
            return review_form(about["verb"], held, message.lang, self.words, message.id, tap.button, place) if held else None
        if action == PASSWORD:
            return password_form(message.lang, self.words, message.id, tap.button, place)
        held = await self._editable(message) if action == "edit" else None
        return form(held, message.lang, self.words, place) if held else None

    async def _reviewed(self, seen: ReviewRef) -> HeldDraft | None:
        """The draft of a review that still stands as it was seen."""
        review = await self.reviews.review(seen.id) if self.reviews else None
        if review is None or review.state not in UNDECIDED or review.version != seen.version:
            return None
        return await self.drafts.draft(review.draft_id)

    async def _editable(self, message: Message) -> HeldDraft | None:
        if message.draft_id is None:
            return None
        held = await self.drafts.draft(message.draft_id)
        return held if held and held.state is DraftState.OPEN and held.expires_at > self.clock.now() else None
