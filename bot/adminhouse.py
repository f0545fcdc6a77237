"""Builds the admins' rooms over the house: each noun of theirs is one line here. Knows no page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from bot.abilities import HOUSE, Skills
from bot.admin.cases import CasesRoom
from bot.admin.contradictions import ContradictionsRoom
from bot.admin.decisions import DecisionsRoom
from bot.admin.door import AdminDoor
from bot.admin.examples import ExamplesRoom
from bot.admin.hall import Hall
from bot.admin.jobs import JobsRoom
from bot.admin.knowledge import KnowledgeRoom, Searched, Shelves
from bot.admin.lately import AskedLately
from bot.admin.people import PeopleRoom
from bot.admin.prompts import PromptsRoom, skills_before, uses
from bot.admin.rehearsal import Choosing, Rehearsal, Wrap
from bot.admin.replay import Replay
from bot.admin.review_effect import ReviewEffect
from bot.admin.rules import RulesRoom
from bot.admin.skills import SkillsRoom
from bot.admin.start import Setting, StartRoom
from bot.admin.system import About, SystemRoom
from bot.admin.trials import Trials
from bot.admin.unanswered import UnansweredRoom, Writing
from bot.brains.choosing import PROMPT as CHOOSING
from bot.brains.choosing import AskingChooser
from bot.brains.masking import Mask
from bot.brains.names import ContactNames
from bot.brains.roles import ChatModels
from bot.commands import Commands
from bot.config import Config
from bot.domain.approval import ReviewRules
from bot.domain.people import Speaker
from bot.domain.permissions import Policy
from bot.domain.talk import Lang
from bot.home import Home
from bot.house import House
from bot.jobs import Jobs
from bot.outgoing import Outgoing
from bot.pages import Room
from bot.ports import Capability, Chooser, Clock, Embedder, Ids, Ledger, Library, Prompt, Reviews, Users
from bot.prompts import LivePrompts
from bot.rule_leaves import leaves
from bot.rulebook import Rulebook
from bot.store.catalog import SqliteCatalog
from bot.store.claims import SqliteClaims
from bot.store.database import Database
from bot.store.decided import SqliteDecided
from bot.store.editions import SqliteEditions
from bot.store.gaps import SqliteGaps
from bot.store.meeting import SqliteKnocks
from bot.store.names import SqliteNames
from bot.store.notices import SqliteNotices
from bot.store.prompt_cases import SqliteCases
from bot.store.prompt_results import SqlitePromptResults
from bot.store.queries import SqliteQueries
from bot.store.reviews import SqliteReviews
from bot.store.standing import SqliteStanding
from bot.tuning_leaves import Weighed, tuning_leaves
from bot.turns.way import ReadySkill
from bot.uploads import Uploads
from bot.visits import Visits
from bot.words import TomlWords


@dataclass(frozen=True)
class Shelved:
    """The library as admins keep it. words: why files are refused. search: the library again, as anybody may ask it."""

    catalog: SqliteCatalog
    claims: SqliteClaims
    library: Library
    search: Searched
    embedder: Embedder
    uploads: Uploads
    words: TomlWords


@dataclass(frozen=True)
class Works:
    """What of the house the rooms look at and touch. url: of the pages, as people come. exits: the channels that are on."""

    config: Config
    config_path: Path | None
    home: Home
    database: Database
    clock: Clock
    ids: Ids
    words: TomlWords
    visits: Visits
    house: House
    users: Users
    ledger: Ledger
    reviews: Reviews
    queries: SqliteQueries
    policy: Policy
    skills: Skills
    prompts: LivePrompts
    editions: SqliteEditions
    rulebook: Rulebook
    weighed: Weighed
    learned: Chooser
    chats: ChatModels
    jobs: Jobs
    outgoing: Outgoing
    exits: Sequence[str]
    url: str
    shelved: Shelved


def admin_rooms(works: Works) -> tuple[Room, ...]:
    """All of them. Whoever builds them closes those that can be closed."""
    door, clock, users, skills = AdminDoor(works.visits), works.clock, works.users, works.skills
    decided, standing = SqliteDecided(works.database, clock, works.ids), SqliteStanding(works.database, clock)

    def asks(by: Speaker) -> Chooser:
        return AskingChooser(works.learned, lambda _: works.chats.bound("choosing", by, (CHOOSING,)), skills.versions)

    replay = Replay(users, asks, partial(_paid_by, skills, works.prompts), works.words, works.reviews, decided.before)
    setting = Setting(works.url, works.config.server.public_url.rstrip("/"), tuple(works.exits), partial(_manifest, works.words))
    about = About(works.home, standing, users, clock, _models(works.config), _asks(skills))
    start = StartRoom(door, standing, users, works.ids, setting)
    return (
        Hall(door, SqliteNotices(works.database, clock), works.home, clock, start.is_fresh),
        JobsRoom(door, works.jobs),
        DecisionsRoom(door, works.house, decided, works.queries, works.policy.scope, works.reviews, replay, *_called(skills)),
        *_prompts(works, door, decided),
        *_rules(works, door, decided),
        SystemRoom(door, about, works.outgoing, Commands(works.home, works.config_path)),
        *_knowledge(works, door),
        PeopleRoom(door, users, SqliteKnocks(works.database, clock)),
        start,
    )  # fmt: skip


def _called(skills: Skills) -> tuple[Mapping[str, Mapping[str, str]], Mapping[str, Sequence[str]]]:
    """What people call each intent, and the intents of each skill."""
    labels = {intent: label for one in skills.manifests for intent, label in (*one.errands.items(), *one.labels.items())}
    return labels, {one.name: one.intents for one in skills.manifests}


def _rules(works: Works, door: AdminDoor, decided: SqliteDecided) -> tuple[Room, ...]:
    """The room of rules, and that where skills are taught."""
    names, weighed = ContactNames(SqliteNames(works.database)), works.weighed

    async def masked(text: str) -> str:
        return Mask(await names.within(text)).on(text)

    lately = AskedLately(decided, masked, works.clock)
    def judged(rules: ReviewRules) -> Reviews:
        return SqliteReviews(works.database, works.clock, works.ids, rules=lambda: rules)

    effect = ReviewEffect(works.queries.within(HOUSE), judged)
    own = leaves(works.skills.manifests, works.users, works.policy.schema, effect)
    shown = {**own, **tuning_leaves(weighed, works.skills.manifests, lately, works.users, works.clock)}
    rules = RulesRoom(door, works.rulebook, works.users, works.words, shown)
    sure = weighed.tuned.choosing
    taught = ExamplesRoom(door, rules, works.skills.manifests, weighed.taught, weighed.classroom, lately, lambda: sure().sure)
    return (rules, taught, SkillsRoom(door, works.skills.manifests, works.skills.rules, works.users))


def _knowledge(works: Works, door: AdminDoor) -> tuple[Room, ...]:
    """The room of knowledge, that of contradictions, and that of questions without an answer."""
    shelved, users, clock, folder = works.shelved, works.users, works.clock, works.home.uploads
    writing = Writing(shelved.library, shelved.search, folder, shelved.catalog.at, shelved.catalog.note)
    about = Shelves(shelved.catalog, shelved.claims, shelved.search, shelved.uploads, users, clock, shelved.words, folder)
    return (
        KnowledgeRoom(door, about),
        ContradictionsRoom(door, shelved.claims, users, clock),
        UnansweredRoom(door, SqliteGaps(works.database, clock), shelved.embedder, users, clock, writing),
    )


def _prompts(works: Works, door: AdminDoor, decided: SqliteDecided) -> tuple[Room, ...]:
    """The room of prompts, and that of the cases they are tried on."""
    skills, used, cases = works.skills, uses(works.skills.manifests), SqliteCases(works.database, works.clock, works.ids)
    before = partial(skills_before, used=used, everybody=[one.name for one in skills.manifests])

    def asks(by: Speaker, texts: Mapping[str, Prompt], around: Wrap) -> Chooser:
        model = around(works.chats.bound("choosing", by, (CHOOSING,), texts))
        return AskingChooser(works.learned, lambda _: model, {name: one.version for name, one in texts.items()})

    def offers(speaker: Speaker) -> Sequence[Capability]:
        return [one.capability for one in skills.for_speaker(speaker)]

    again = Rehearsal(
        works.ledger, works.users, ContactNames(SqliteNames(works.database)), works.ids, works.clock, works.prompts, skills.rehearsed,
        Choosing(asks, works.learned, offers), decided.before, decided.is_told,
    )  # fmt: skip
    trials = Trials(again, works.ids, before)
    return (
        PromptsRoom(
            door, works.prompts, works.editions, SqlitePromptResults(works.database), works.users, works.clock, used, decided, again,
            cases, trials, before,
        ),
        CasesRoom(door, works.prompts, cases, trials, again, works.ledger, works.users, before, decided.note),
    )  # fmt: skip


def _paid_by(skills: Skills, prompts: Mapping[str, Prompt], speaker: Speaker, by: Speaker) -> Sequence[ReadySkill]:
    """What one person may use, its models asked on the budget of another."""
    return [
        skills.rehearsed(speaker, one.capability.name, by, prompts, lambda model: model) or one for one in skills.for_speaker(speaker)
    ]


def _manifest(words: TomlWords, lang: Lang, public_url: str) -> dict[str, Any]:
    """What makes our Slack app; by a socket where the platform could not reach us."""
    from bot.channels.slack.manifest import SENTENCES, manifest  # noqa: PLC0415 - asked for once in a home's life

    return manifest(words.own(SENTENCES), lang, public_url=public_url, socket=not public_url.startswith("https://"))


def _asks(skills: Skills) -> Mapping[str, Sequence[str]]:
    """Which skills ask in each role of the chat models."""
    asking = [one for one in skills.manifests if one.prompts]
    return {role: [one.name for one in asking if one.model == role] for role in {one.model for one in asking}}


def _models(config: Config) -> Mapping[str, str]:
    """Which chat model answers in each role."""
    return {entry.name: getattr(config.models.roles, entry.name).model for entry in fields(config.models.roles)}
