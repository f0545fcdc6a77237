"""Points to make in one meeting, or against one rival: three that differ in angle, each on quoted grounds. Reads only; invents no text."""

from dataclasses import replace

from bot.domain.dossier import Which
from bot.domain.outcome import Answer, Button
from bot.domain.saying import Saying, saying
from bot.domain.talk import Turn
from bot.ports import ChatModel, Dossiers, Words
from skills.talking_points.choosing import batch
from skills.talking_points.screen import ASKED, screen
from skills.talking_points.worded import Told, worded


async def run(turn: Turn, *, dossiers: Dossiers, words: Words, writer: ChatModel | None = None) -> Answer:
    """Three points for whom `turn` names; a question back, with buttons, where that is nobody or several.

    What the speaker may not see is no ground of any; a rival is met with facts of papers that name it. A `writer` may only phrase them.
    """
    said, met = saying(turn, words), await dossiers.whom(turn)
    if isinstance(met, Which):
        return _asks(met, turn.text, said)
    dossier = await dossiers.dossier(met, turn)
    shown = batch(turn.text, dossier)
    told = await worded(turn.text, shown.points, said, writer) if writer and shown.points else Told(shown.points)
    answer = screen(turn.text, dossier, replace(shown, points=told.points), said, told.words)
    return replace(answer, text="\n".join(part for part in (answer.text, told.note) if part), brain=told.brain)


def _asks(which: Which, asked: str, said: Saying) -> Answer:
    """Asks who is met; a button says what was asked again, with the name."""
    buttons = (Button(label, "say", said.say("say_about", name=name, asked=asked[:ASKED])) for label, name in which.options)
    return Answer(said.say(which.key), buttons=tuple(buttons), found=which.several)
