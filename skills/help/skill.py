"""Show a person what they can do here: their skills, an example of each, and how many documents they can ask about."""

from bot.domain.outcome import Answer, Button
from bot.domain.talk import Lang, Turn, language_of
from bot.ports import Capability, Catalogue, Words

SUGGESTIONS = 3


async def run(turn: Turn, *, catalogue: Catalogue, words: Words) -> Answer:
    """List what this speaker can do, what is planned, and offer examples to press."""
    offered = catalogue.capabilities()
    documents = await catalogue.documents()
    ready = [one for one in offered if one.status == "ready"]
    lines = [words.say("greeting", turn.lang, name=turn.speaker.name)]
    lines += [words.say("can", turn.lang, summary=one.summary[turn.lang], example=_example(one, turn.lang)) for one in ready]
    planned = [label[turn.lang] for one in offered if one.status == "planned" for label in one.labels.values()]
    if planned:
        lines.append(words.say("planned", turn.lang, names=words.say("comma", turn.lang).join(planned)))
    lines.append(words.say("documents" if documents else "no_documents", turn.lang, count=documents))
    asks = [_example(one, turn.lang) for one in ready if one.name != "help"][:SUGGESTIONS] if documents else []
    return Answer("\n".join(lines), buttons=tuple(Button(ask, "say", ask) for ask in asks))


def _example(capability: Capability, lang: Lang) -> str:
    return next((said for said in capability.sayings if language_of(said) is lang), capability.sayings[0])
