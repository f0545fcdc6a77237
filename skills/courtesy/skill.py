"""Answer what is no work: small talk in a line, and a kind no to what is not Tandem's business. Knows no one's records."""

from bot.domain.outcome import Answer
from bot.domain.talk import Turn, asks
from bot.ports import Words


async def run(turn: Turn, *, words: Words) -> Answer:
    """A line back, chosen by what the turn was taken for; a refusal, and a question that got small talk, are not found."""
    declined = turn.intent == "out_of_scope"
    return Answer(words.say("declined" if declined else "chat", turn.lang, name=turn.speaker.name), found=not (declined or asks(turn.text)))
