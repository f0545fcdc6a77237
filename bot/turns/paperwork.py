"""Paperwork: contracts that came as files are read and kept, beside what they came with; passwords are asked for in private.

Knows no skill by name, no file format and no channel's vendor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.documents import safe_name
from bot.domain.ids import TurnId
from bot.domain.outcome import Answer, Button
from bot.domain.passwords import PASSWORD
from bot.domain.talk import Arrival, File, Spoken, Turn
from bot.errors import TellUser, Unclear
from bot.ports import Capability, Chooser, Clock, Inbox, Words
from bot.ports.confiding import AskedPasswords, Strongbox
from bot.turns.contracting import WAITS, contract_in
from bot.turns.receive import LOCKED, Receiving
from bot.turns.under_way import UnderWay
from bot.turns.way import Way

WRONG = "contract_wrong_password"
ASKED_FOR = timedelta(minutes=30)
"""How long a file waits for its password."""
PAPER = "paper"
"""The fact of a turn that names the contract which it is about, where another turn brought that."""
WITH_FIELD = frozenset({"slack", "web"})
"""Channels on which something can be typed beside the conversation."""


@dataclass(frozen=True)
class Passwords:
    """asked: which files wait for one; box: what was typed."""

    asked: AskedPasswords
    box: Strongbox


@dataclass(frozen=True)
class Paperwork:
    """passwords: None where nobody can be asked for one."""

    inbox: Inbox
    receiving: Receiving
    chooser: Chooser
    under_way: UnderWay
    clock: Clock
    words: Words
    passwords: Passwords | None = None

    async def brought(
        self, turn_id: TurnId, file: File, lines: str | None, offered: Sequence[Capability], way: Way
    ) -> Turn | Answer | None:
        """The turn that a contract is, once it is read and kept; None where the file is none, or something else is asked for.

        An answer where it cannot be gone on with yet: a password is wanted, or (silent) more of the same message is to come.
        """
        since = self.clock.now() - WAITS
        among = await self.inbox.files_of(file.origin.channel, file.after)
        beside = await self.receiving.kept_paper([one for one in among if one != turn_id], way.speaker)
        lately = bool(beside) or await self.receiving.sent_lately(way.speaker, since)
        turn = await contract_in(turn_id, file, lines, offered, self.chooser, way, lately=lately)
        if turn is None:
            return None
        self.under_way.at(turn_id, "fetch")
        moved = self.under_way.partway(turn_id, "read")
        password = self._confided(file) or ""
        reading = self.receiving.paper(turn_id, file, way.speaker, moved, password=password, beside=beside)
        try:
            await self.under_way.stoppable(turn_id, reading)
        except TellUser as stop:
            if asks := await self.asks(turn_id, file, stop, way):
                return asks
            raise
        self._forget(file)
        if file.left or await self._is_locked(among, file):
            way.silent = True
            return Answer("", found=False)
        way.spoken = turn.spoken
        return turn

    async def unlocked(self, turn_id: TurnId, arrival: Arrival, offered: Sequence[Capability], way: Way) -> Turn | Answer:
        """The turn that a contract is whose password was typed; the same password is tried on each that waits for one.

        Raises: Unclear where none waits, or the password was lost on its way; TellUser, saying why a file cannot be read.
        """
        taker = next((one for one in offered if one.papers and one.status == "ready"), None)
        waiting = await self.passwords.asked.waiting(arrival.origin) if self.passwords else ()
        if self.passwords is None or taker is None or not waiting:
            raise Unclear("no_file_locked")
        password = self._confided(arrival)
        if password is None:
            return self._wants("password_how", way)
        self.under_way.at(turn_id, "fetch")
        opened = [came for came in reversed(waiting) if await self._opens(turn_id, came, password, way)]
        self._forget(arrival)
        if not opened:
            return self._wants(WRONG, way, file=await self._named(waiting[0]))
        name = await self._named(opened[-1])
        way.spoken = Spoken(name)
        return Turn(
            turn_id, arrival.origin.thread_id, way.speaker, name, way.lang, arrival.sent_at, taker.intents[0], spoken=way.spoken,
            facts={PAPER: opened[-1]},
        )

    async def _opens(self, turn_id: TurnId, came: TurnId, password: str, way: Way) -> bool:
        """Whether this password opens the file that came in that turn; then it is read and kept."""
        file = await self.inbox.arrival(came)
        if self.passwords is None or not isinstance(file, File):
            return False
        moved, among = self.under_way.partway(turn_id, "read"), await self.inbox.files_of(file.origin.channel, file.after)
        beside = await self.receiving.kept_paper([one for one in among if one != came], way.speaker)
        reading = self.receiving.paper(came, file, way.speaker, moved, password=password, beside=beside)
        try:
            await self.under_way.stoppable(turn_id, reading)
        except TellUser as stop:
            if stop.key in {LOCKED, WRONG}:
                return False
            raise
        await self.passwords.asked.done(came)
        return True

    async def asks(self, turn_id: TurnId, file: File, stop: TellUser, way: Way) -> Answer | None:
        """A password is wanted: its file waits for it from here. None where the trouble is another."""
        if self.passwords is None or stop.key not in {LOCKED, WRONG}:
            return None
        await self.passwords.asked.ask(turn_id, file.origin, self.clock.now() + ASKED_FOR)
        return self._wants(stop.key, way, **stop.facts)

    def _wants(self, key: str, way: Way, **facts: object) -> Answer:
        has_field = way.origin.channel in WITH_FIELD
        said = self.words.say(key, way.lang, **facts)
        how = self.words.say("password_private" if way.origin.group and not has_field else "password_here", way.lang)
        button = Button(self.words.say("button_password", way.lang), PASSWORD)
        return Answer(said, buttons=(button,), found=False) if has_field else Answer(f"{said}{how}", found=False)

    async def _is_locked(self, among: Sequence[TurnId], file: File) -> bool:
        """Whether another file of the same message waits for its password."""
        waiting = await self.passwords.asked.waiting(file.origin) if self.passwords and among else ()
        return not set(among).isdisjoint(waiting)

    async def _named(self, turn_id: TurnId) -> str:
        file = await self.inbox.arrival(turn_id)
        return safe_name(file.media.name) if isinstance(file, File) else ""

    def _confided(self, arrival: Arrival) -> str | None:
        return self.passwords.box.look(arrival.origin.channel, arrival.dedupe_key) if self.passwords else None

    def _forget(self, arrival: Arrival) -> None:
        if self.passwords:
            self.passwords.box.drop(arrival.origin.channel, arrival.dedupe_key)
