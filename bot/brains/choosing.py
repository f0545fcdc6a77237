"""The chooser that asks a chat model where the builtin one is not sure. Knows intents by what their manifests say; knows no vendor."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.domain.offering import OFF
from bot.domain.outcome import Brain
from bot.domain.people import Speaker
from bot.domain.talk import Lang, Turn
from bot.errors import ModelDown
from bot.ports import Capability, ChatModel, Choice, Chooser, Schema, Tool

PROMPT = "choose/intent"
SAYINGS, FOREIGN = 2, 1
"""How many examples a tool is explained with, in the person's language and in the other: with over twenty tools each costs tokens."""
TAKES_NOTHING: Schema = {"type": "object", "properties": {}}
UNSURE = Tool("unsure", "None of the others, or several of them about equally well: the person is asked.", TAKES_NOTHING)
OFFERED = 3
"""How many choices a person is asked back with."""


class AskingChooser:
    """The port `Chooser`. What the builtin chooser is sure of costs no exchange; the rest a chat model picks from the same offer.

    model: the chat model that chooses for a speaker, None where there is none. versions: of prompts, for the decision.
    """

    def __init__(self, builtin: Chooser, model: Callable[[Speaker], ChatModel | None], versions: Mapping[str, str]) -> None:
        self._builtin = builtin
        self._model = model
        self._versions = versions

    async def choose(self, turn: Turn, offered: Sequence[Capability]) -> Choice:
        """The builtin choice where it is sure, else the model's; where that is unsure, or there is none, the builtin one to ask back with.

        What would write or send is never chosen on a model's word alone, for a text in the turn may have put it into its mouth: unless
        the builtin chooser leans to the same skill, the person is asked.
        """
        guess = await self._builtin.choose(turn, offered)
        model = None if guess.sure else self._model(turn.speaker)
        if model is None:
            return guess
        before, prompts = turn.memory.topic.intent if turn.memory.topic else "-", {PROMPT: self._versions[PROMPT]}
        try:
            there = [one for one in offered if one.status != OFF]
            call = await model.pick(PROMPT, {"said": turn.text, "before": before}, [*_tools(there, turn.lang), UNSURE])
        except ModelDown as down:
            return replace(guess, by=Brain(fell_back=f"{model.name}: {down.why}"), prompts=prompts)
        told = replace(guess, by=Brain(model.name), prompts=prompts)
        return told if call.name == UNSURE.name else _picked(call.name, told, offered)


def _picked(intent: str, guess: Choice, offered: Sequence[Capability]) -> Choice:
    """`guess`, with `intent` before what was guessed."""
    skill = next(one for one in offered if intent in one.intents)
    guessed = {one.intent: one for one in (guess, *guess.others)}
    share = guessed[intent].share if intent in guessed else 0.0
    others = tuple(replace(one, others=()) for one in guessed.values() if one.intent != intent)[: OFFERED - 1]
    return replace(guess, skill=skill.name, intent=intent, share=share, sure=not skill.acts or skill.name == guess.skill, others=others)


def _tools(offered: Sequence[Capability], lang: Lang) -> Iterator[Tool]:
    for one in offered:
        for intent in one.intents:
            yield Tool(intent, _does(one, intent, lang), TAKES_NOTHING)


def _does(one: Capability, intent: str, lang: Lang) -> str:
    """What an intent is for: its name on a button, its skill's summary, then a few ways to ask for it."""
    said = one.examples.get(intent, ())
    own = [text for text in said if text.isascii() is (lang is Lang.EN)][:SAYINGS]
    other = [text for text in said if text.isascii() is not (lang is Lang.EN)][:FOREIGN]
    return f"{one.labels.get(intent, {}).get(lang, intent)}: {one.summary.get(lang, '')} ({' | '.join((*own, *other))})"
