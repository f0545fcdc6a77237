"""Confiding: a password is taken out of what somebody sent before anything of it is kept. Knows no channel and opens no file."""

from dataclasses import dataclass, replace

from bot.domain.passwords import MASK, PASSWORD, Told, password_beside, password_said
from bot.domain.talk import Arrival, File, Tap, Utterance
from bot.ports.confiding import AskedPasswords, Safe


@dataclass(frozen=True)
class Confiding:
    """asked: who was asked for a password; safe: where one goes."""

    asked: AskedPasswords
    safe: Safe

    async def apart(self, arrival: Arrival) -> Arrival:
        """The arrival as it may be kept; what was taken out of it lies in the safe under its key."""
        match arrival:
            case Utterance() if (told := password_said(arrival.text)) and (told.named or await self.asked.waiting(arrival.origin)):
                return replace(arrival, text=await self._put(arrival, told))
            case File() if told := password_beside(arrival.text):
                return replace(arrival, text=await self._put(arrival, told))
            case Tap() if secret := dict(arrival.fields).get(PASSWORD, ""):
                await self._put(arrival, Told(secret, MASK))
                return replace(arrival, fields=((PASSWORD, MASK),))
            case _:
                return arrival

    async def _put(self, arrival: Arrival, told: Told) -> str:
        await self.safe.put(arrival.origin.channel, arrival.dedupe_key, told.secret)
        return told.left
