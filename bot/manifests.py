"""Skills by manifest: reads each `skill.toml` before any of the skill's code, then checks the code against it."""

import dataclasses
import hashlib
import importlib
import inspect
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from bot.domain.amending import AMENDED
from bot.domain.outcome import Outcome
from bot.domain.people import Role
from bot.domain.talk import Lang, Turn
from bot.errors import BadConfig
from bot.ports import Capability, Prompt, Skill

REVIEWS = ("ai_autonomous", "rep_confirms", "must_review")
LONGEST_LABEL = 10
"""Characters of Chinese that a button of WeCom shows."""


@dataclass(frozen=True)
class Manifest:
    """What a skill says of itself.

    examples: intent -> ways to ask for it. labels: intent -> what a button for it says, in each language. A skill of one intent writes both
    without the intent. model: a role of `[models.roles.*]`, never a vendor's. reads: ports, narrowed to the speaker, that it is handed.
    review: the least that its outcomes need. roles: who may use it; empty for everyone. status: `ready` or `planned`.
    reference: true for the skill that looks up what the chosen one cannot tell, before anybody hears a no.
    amends: entities of its drafts that a sentence changes while they are open.
    dialogues: true for the skill that takes recordings and texts of several people's talk, unless their words ask for something else.
    papers: true for the skill that takes the contracts that people send, and what is asked about them.
    errands: what the house has it do of its own accord, by the clock or after an event: intent -> what that is called, in each language.
    topic: false where a thread is never about it, so that "and last quarter?" after it goes on with what came before.
    """

    name: str
    summary: Mapping[str, str]
    triggers: tuple[str, ...]
    intents: tuple[str, ...]
    examples: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, Mapping[str, str]]
    status: str
    review: str
    model: str = ""
    prompts: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    proposes: str = ""
    roles: tuple[str, ...] = ()
    topic: bool = True
    reference: bool = False
    amends: tuple[str, ...] = ()
    dialogues: bool = False
    papers: bool = False
    errands: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    folder: Path = Path()

    def capability(self) -> Capability:
        """What `help` and the chooser need to know."""
        labels = {intent: {Lang(lang): text for lang, text in label.items()} for intent, label in self.labels.items()}
        summary = {Lang(lang): text for lang, text in self.summary.items()}
        errands = {intent: {Lang(lang): text for lang, text in label.items()} for intent, label in self.errands.items()}
        acts = self.review != REVIEWS[0]
        return Capability(
            self.name, summary, self.intents, self.examples, self.status, labels, self.topic, self.reference, acts, self.amends,
            self.dialogues, self.papers, errands,
        )

    def code_hash(self) -> str:
        """One hash over the skill's files; tests do not count."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.suffix in {".py", ".toml"} and not path.name.startswith("test_"):
                digest.update(f"{path.relative_to(self.folder)}\n".encode() + path.read_bytes())
        return digest.hexdigest()[:16]


def load_manifests(folder: Path, prompts: Mapping[str, Prompt], ports: Collection[str]) -> Mapping[str, Manifest]:
    """Read `*/skill.toml` below `folder`.  Raises: BadConfig naming file, key and what is known."""
    manifests = {path.parent.name: _read(path, prompts, ports) for path in sorted(folder.glob("*/skill.toml"))}
    owner: dict[str, str] = {}
    for manifest in manifests.values():
        for intent in (*manifest.intents, *manifest.errands):
            if owner.setdefault(intent, manifest.name) != manifest.name:
                raise BadConfig("skill_bad_key", file=str(manifest.folder / "skill.toml"), key="intents", why=f"{intent}: {owner[intent]}")
    return manifests


def load_skill(manifest: Manifest) -> Skill:
    """Import a ready skill's `run`, checked to take just the ports that its manifest names.  Raises: BadConfig."""
    module = importlib.import_module(f"{manifest.folder.parent.name}.{manifest.name}.skill")
    run: Skill = module.run
    asked = [name for name, parameter in inspect.signature(run).parameters.items() if parameter.kind is parameter.KEYWORD_ONLY]
    if set(asked) != set(manifest.reads):
        raise BadConfig(
            "skill_bad_key", file=str(manifest.folder / "skill.toml"), key="reads", why=", ".join(sorted(set(asked) ^ set(manifest.reads)))
        )
    return run


def late_skill(manifest: Manifest) -> Skill:
    """A ready skill whose code is imported and checked when it is first run: for one command, which needs one of them."""
    loaded = cache(partial(load_skill, manifest))

    async def run(turn: Turn, **ports: Any) -> Outcome:  # noqa: ANN401 - ports are many, and what they are is the skill's business
        return await loaded()(turn, **ports)

    return run


def _read(path: Path, prompts: Mapping[str, Prompt], ports: Collection[str]) -> Manifest:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {entry.name: entry for entry in dataclasses.fields(Manifest) if entry.name != "folder"}
    required = {name for name, entry in known.items() if entry.default is entry.default_factory is dataclasses.MISSING}
    for key in sorted(set(raw) - set(known)) + sorted(required - set(raw)):
        raise BadConfig("skill_bad_key", file=str(path), key=key, why=", ".join(known))
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    if isinstance(values["examples"], tuple):
        values["examples"] = dict.fromkeys(raw["intents"], values["examples"])
    if set(values["labels"]) <= set(Lang):
        values["labels"] = dict.fromkeys(raw["intents"], values["labels"])
    values["examples"] = {intent: tuple(said) for intent, said in values["examples"].items()}
    manifest = Manifest(**values, folder=path.parent)
    for key, bad in _faults(manifest, prompts, ports):
        raise BadConfig("skill_bad_key", file=str(path), key=key, why=bad)
    return manifest


def _faults(manifest: Manifest, prompts: Mapping[str, Prompt], ports: Collection[str]) -> list[tuple[str, Any]]:
    faults: list[tuple[str, Any]] = []
    if manifest.name != manifest.folder.name:
        faults.append(("name", f"{manifest.name} ≠ {manifest.folder.name}"))
    if set(manifest.summary) != set(Lang):
        faults.append(("summary", "zh, en"))
    if manifest.status not in {"ready", "planned"}:
        faults.append(("status", "ready, planned"))
    faults += [(key, "true, false") for key in ("topic", "reference", "dialogues", "papers") if getattr(manifest, key) not in {True, False}]
    if manifest.review not in REVIEWS:
        faults.append(("review", ", ".join(REVIEWS)))
    if not manifest.intents:
        faults.append(("intents", "[]"))
    if set(manifest.examples) != set(manifest.intents) or not all(manifest.examples.values()):
        faults.append(("examples", ", ".join(manifest.intents)))
    if set(manifest.labels) != set(manifest.intents) or any(not _fits_a_button(label) for label in manifest.labels.values()):
        faults.append(("labels", f"{', '.join(manifest.intents)}; zh ≤ {LONGEST_LABEL}, en"))
    if any(set(label) != set(Lang) or not all(label.values()) for label in manifest.errands.values()):
        faults.append(("errands", "zh, en"))
    faults += [("prompts", f"{name} ({', '.join(prompts)})") for name in manifest.prompts if name not in prompts]
    faults += [("amends", f"{name} ({', '.join(sorted(AMENDED))})") for name in manifest.amends if name not in AMENDED]
    faults += [("reads", f"{name} ({', '.join(sorted(ports))})") for name in manifest.reads if name not in ports]
    faults += [("roles", f"{name} ({', '.join(Role)})") for name in manifest.roles if name not in set(Role)]
    return faults


def _fits_a_button(label: Mapping[str, str]) -> bool:
    return set(label) == set(Lang) and all(label.values()) and len(label[Lang.ZH]) <= LONGEST_LABEL
