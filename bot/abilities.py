"""Abilities: the skills of the house, and what each may use when it works for one person. Reads no folder and builds no port."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bot.brains.roles import ChatModels
from bot.domain.ids import TurnId, UserId
from bot.domain.offering import OFF, SkillRules
from bot.domain.outcome import Answer, Outcome
from bot.domain.own_fields import OwnFields
from bot.domain.people import Role, Speaker
from bot.domain.permissions import Policy
from bot.domain.scope import Scope
from bot.domain.talk import Lang, Turn
from bot.dossier.gathering import SeenDossiers
from bot.manifests import Manifest
from bot.own import OwnKeptPapers, OwnOpenDrafts, OwnWatchedReviews
from bot.ports import (
    Capability,
    ChatModel,
    Clock,
    Drafts,
    Embedder,
    Library,
    Prompt,
    Reader,
    RecordQueries,
    Reviews,
    Skill,
    SpokenReader,
    Users,
    Voices,
    Words,
)
from bot.ports.churn import SeenRisks
from bot.ports.complaints import HeardComplaints
from bot.ports.contracts import Comparer, ContractFiles
from bot.ports.papers import PaperStore
from bot.ports.practice import TeamPractice
from bot.teamwork import Beside, OwnPages, OwnTargets, OwnTeam
from bot.turns.conversation import ReadySkill

PORTS = frozenset({
    "passages", "catalogue", "words", "records", "reader", "spoken", "embedder", "writer", "dossiers", "drafts", "voice", "reviews",
    "own_fields", "papers", "clauses", "cutter", "comparer", "complaints", "practice", "risks",
    "moves", "targets", "team", "pages",
})  # fmt: skip
"""The ports that a skill's manifest may name, each narrowed to the speaker before it is handed over."""

RECORDED = frozenset({"records", "dossiers", "drafts", "voice", "reviews", "papers", "risks", "moves"})
"""Ports over records: what they tell depends on which of them the speaker may see."""
UNTOLD = frozenset({"courtesy"})
"""Skills that nobody needs to be told of."""
HOUSE = Scope(UserId(""), "", "Asia/Shanghai")
"""All records: asked by nobody, only to know whom a paper's title names."""


@dataclass(frozen=True)
class ForSpeaker:
    """The port `Catalogue`: what one speaker can do and ask about."""

    library: Library
    speaker: Speaker
    offered: Sequence[Capability]

    def capabilities(self) -> Sequence[Capability]:
        """Skills, ready ones first."""
        return sorted(self.offered, key=lambda one: one.status != "ready")

    async def documents(self) -> int:
        """How many documents this speaker can ask about."""
        return len(await self.library.documents(self.speaker))


@dataclass(frozen=True)
class Writers:
    """What is kept of people who write."""

    drafts: Drafts
    voices: Voices
    reviews: Reviews
    users: Users
    clock: Clock
    complaints: HeardComplaints
    practice: Callable[[Speaker], TeamPractice]


@dataclass(frozen=True)
class Contracts:
    """What contracts are compared with.

    clauses: the files of the clause library, as text. cut: parts Chinese into words. comparer: holds two together.
    lies: where the file of a turn lies.
    """

    files: ContractFiles
    papers: PaperStore
    clauses: Mapping[str, str]
    cut: Callable[[str], Sequence[str]]
    comparer: Comparer
    public_url: str = ""
    lies: Callable[[TurnId], Awaitable[Path | None]] | None = None


@dataclass(frozen=True)
class Skills:
    """The skills of the house, read once."""

    manifests: Sequence[Manifest]
    code: Mapping[str, Skill]
    hashes: Mapping[str, str]
    versions: Mapping[str, str]
    words: Mapping[str, Words]
    told: Words
    library: Library
    records: RecordQueries
    reader: Reader
    spoken: SpokenReader
    embedder: Embedder
    chats: ChatModels
    policy: Policy
    writers: Writers
    own: OwnFields
    contracts: Contracts
    risks: Callable[[Scope], SeenRisks]
    beside: Beside
    rules: Callable[[], SkillRules] = SkillRules

    def for_speaker(self, speaker: Speaker) -> Sequence[ReadySkill]:
        """What this speaker may use, its ports narrowed to them: a skill cannot leak what it was never handed."""
        mine = self._mine(speaker)
        offered = [self._capability(one, speaker) for one in mine]
        return [
            self._resting(one, told) if told.status == OFF else self._bound(one, speaker, offered)
            for one, told in zip(mine, offered, strict=True)
        ]

    def rehearsed(
        self, speaker: Speaker, skill: str, by: Speaker, texts: Mapping[str, Prompt],
        around: Callable[[ChatModel | None], ChatModel | None],
    ) -> ReadySkill | None:
        """One skill as this speaker may use it, asked with other texts of its prompts; None where it is not theirs, or not ready.

        by: on whose budget the model is asked. around: what is put around the model.
        """
        mine = self._mine(speaker)
        found = next((one for one in mine if one.name == skill and one.status == "ready"), None)
        if found is None or self.rules().is_off(skill, speaker.team):
            return None
        writer = around(self.chats.bound(found.model, by, found.prompts, texts) if found.prompts else None)
        return self._bound(found, speaker, [self._capability(one, speaker) for one in mine], lambda: writer)

    def examples(self, speaker: Speaker) -> Sequence[str]:
        """What this speaker may say, as the manifests say it; what only explains the house is left out."""
        mine = [one for one in self._mine(speaker) if one.status == "ready" and not self.rules().is_off(one.name, speaker.team)]
        return [said for one in mine if one.name not in UNTOLD | {"help"} for said in one.capability().sayings]

    def called(self, skill: str, lang: Lang) -> str:
        """What people call a skill, in a few words."""
        return next(_called(one, lang) for one in self.manifests if one.name == skill)

    def papers_of(self, speaker: Speaker) -> OwnKeptPapers:
        """The contracts that this speaker may compare."""
        about = self.contracts
        return OwnKeptPapers(about.papers, self.library, about.files, self.writers.clock, speaker, about.public_url, about.lies)

    def sayings(self) -> Mapping[str, Sequence[str]]:
        """Intent -> its examples, of every skill of the house."""
        return {intent: said for one in self.manifests for intent, said in one.examples.items()}

    def _mine(self, speaker: Speaker) -> Sequence[Manifest]:
        return [one for one in self.manifests if not one.roles or speaker.role in one.roles]

    def _capability(self, manifest: Manifest, speaker: Speaker) -> Capability:
        """What it offers to this person; of one that their team goes without, only how people would ask for it."""
        told = manifest.capability()
        if not self.rules().is_off(manifest.name, speaker.team):
            return told
        return replace(told, status=OFF, reference=False, acts=False, amends=(), dialogues=False, papers=False, errands={})

    def _resting(self, manifest: Manifest, told: Capability) -> ReadySkill:
        words = self.words[manifest.name]
        return ReadySkill(told, self.hashes[manifest.name], {}, manifest.review, words, partial(_switched_off, manifest, words))

    def _bound(
        self, manifest: Manifest, speaker: Speaker, offered: Sequence[Capability], writer: Callable[[], ChatModel | None] | None = None
    ) -> ReadySkill:
        words = self.words[manifest.name]
        ports: Mapping[str, Callable[[], object]] = {
            "passages": lambda: self.library.for_speaker(speaker),
            "catalogue": lambda: ForSpeaker(self.library, speaker, [one for one in offered if one.name not in UNTOLD]),
            "words": lambda: words,
            "records": lambda: self.records.within(self.policy.scope(speaker)),
            "own_fields": lambda: self.own.opportunity,
            "reader": lambda: self.reader,
            "spoken": lambda: self.spoken,
            "embedder": lambda: self.embedder,
            "dossiers": lambda: SeenDossiers(
                self.records.within(self.policy.scope(speaker)), self.library.for_speaker(speaker), self.records.within(HOUSE), self.told
            ),
            "papers": lambda: self.papers_of(speaker),
            "risks": lambda: self.risks(self.policy.scope(speaker)),
            "moves": lambda: self.beside.moves.within(self.policy.scope(speaker)),
            "targets": lambda: OwnTargets(self.beside.targets, speaker),
            "team": lambda: OwnTeam(self.writers.users, self.beside.uses, self.beside.interruptions, speaker),
            "pages": lambda: OwnPages(self.contracts.public_url),
            "clauses": lambda: self.contracts.clauses,
            "practice": lambda: self.writers.practice(speaker),
            "complaints": lambda: self.writers.complaints if speaker.role is Role.ADMIN else None,
            "cutter": lambda: self.contracts.cut,
            "comparer": lambda: self.contracts.comparer,
            "writer": writer or (lambda: self.chats.bound(manifest.model, speaker, manifest.prompts)),
            "drafts": lambda: OwnOpenDrafts(self.writers.drafts, speaker.user_id),
            "voice": lambda: self.writers.voices.of(speaker.user_id),
            "reviews": lambda: OwnWatchedReviews(
                self.writers.reviews, self.writers.drafts, self.writers.users, self.writers.clock, speaker.user_id
            ),
        }
        run = (
            partial(self.code[manifest.name], **{name: ports[name]() for name in manifest.reads})
            if manifest.status == "ready" else partial(_not_yet, manifest, words)
        )
        prompts = {name: self.versions[name] for name in manifest.prompts}
        return ReadySkill(
            manifest.capability(), self.hashes[manifest.name], prompts, manifest.review, words, run,
            not RECORDED.isdisjoint(manifest.reads),
        )


async def _switched_off(manifest: Manifest, words: Words, turn: Turn) -> Outcome:
    return Answer(words.say("skill_off", turn.lang, what=_called(manifest, turn.lang)), found=False)


def _called(manifest: Manifest, lang: Lang) -> str:
    return manifest.summary[lang].rstrip("。.")


async def _not_yet(manifest: Manifest, words: Words, turn: Turn) -> Outcome:
    return Answer(words.say("not_yet", turn.lang, summary=manifest.summary[turn.lang]), found=False)
