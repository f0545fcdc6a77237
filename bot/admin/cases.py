"""The room of saved cases: which a prompt is tried on, saving one, and trying a text on all of them. Knows no page.

A case made of a decision shows its words masked and keeps none of them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.admin.door import AdminDoor
from bot.admin.rehearsal import CHOOSING, Rehearsal
from bot.admin.trials import Side, Tested, Trial, Trials, TrialState
from bot.domain.changes import changes
from bot.domain.ids import DecisionId, UserId
from bot.domain.people import Speaker
from bot.domain.prompt_cases import LONGEST_PHRASE, LONGEST_SAID, MOST_CASES, MOST_PHRASES, Case, Wish, phrases
from bot.domain.prompting import LONGEST_NOTE, faults, version_of
from bot.domain.talk import Lang, language_of
from bot.errors import NotAllowed, Stale, Unclear
from bot.ports import Ledger, Prompt, Users
from bot.ports.prompting import Cases
from bot.prompts import LivePrompts
from bot.visits import me_of

Json = dict[str, Any]

Note = Callable[[str, UserId, dict[str, object]], Awaitable[None]]


@dataclass(frozen=True)
class CasesRoom:
    """The verbs. Each takes the secret of a visit, and lets nobody in but an admin.

    skills: prompt -> names of the skills that it stands before. note: into the audit, as kind, by whom, about what.
    """

    door: AdminDoor
    prompts: LivePrompts
    cases: Cases
    trials: Trials
    rehearsal: Rehearsal
    ledger: Ledger
    users: Users
    skills: Callable[[str], Sequence[str]]
    note: Note

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {
            "prompt_cases": self.listed, "prompt_case": self.press, "prompt_run": self.run, "prompt_run_told": self.told,
            "prompt_run_stop": self.stop, "decision_prompts": self.of_decision,
        }  # fmt: skip

    async def close(self) -> None:
        """End what is under way."""
        await self.trials.close()

    async def listed(self, session: str, *, lang: Lang, prompt: str) -> Json:  # noqa: ARG002 - as every verb that has words
        """The cases of one prompt.  Raises: Unclear("no_such_prompt"); NotAllowed("only_admins")."""
        me = me_of(await self.door.admin(session))
        self._live(prompt)
        names = {user.id: user.name for user in await self.users.everyone()}
        return {
            "me": me, "prompt": prompt, "cases": [await self._told(one, names) for one in await self.cases.of(prompt)],
            "chooses": prompt.startswith(CHOOSING), "tries": bool(self.skills(prompt)), "most": MOST_CASES, "longest_said": LONGEST_SAID,
            "longest_note": LONGEST_NOTE,
        }  # fmt: skip

    async def press(self, session: str, *, lang: Lang, prompt: str, action: str, **form: str) -> Json:  # noqa: ARG002 - the same
        """Save a decision as a case ("add"), save one that was written ("save"), put one away ("drop") or back ("back"); says which.

        form: case, revision, decision, said, spoken ("" for the language of its words), must, must_not (a phrase a line), note, as far as
        the action needs them.
        Raises: Unclear("case_said" | "case_phrases" | "case_many" | "no_such_decision" | "no_such_prompt"); Stale("case_moved").
        """
        admin = await self.door.admin(session)
        self._live(prompt)
        case_id = form.get("case", "")
        match action:
            case "add":
                done = await self._add(prompt, DecisionId(form.get("decision", "")), admin)
            case "save" if case_id:
                old = await self._case(prompt, case_id)
                wish = await self._wish(form, old.wish)
                done = await self.cases.change(case_id, wish, admin.user_id, revision=_number(form.get("revision", "")))
            case "save":
                done = await self.cases.add(prompt, await self._wish(form, None), admin.user_id)
            case "drop" | "back":
                done = await self.cases.drop(case_id, admin.user_id, dropped=action == "drop")
            case _:
                raise Unclear("unknown_button")
        return {"case": done.id, "prompt": done.prompt, "dropped": done.dropped}

    async def of_decision(self, session: str, *, lang: Lang, decision: str) -> Json:  # noqa: ARG002 - the same
        """The prompts that a decision may be a case of: those of its skill first, then those that stand before every skill's."""
        await self.door.admin(session)
        story = await self.ledger.decision(DecisionId(decision))
        if story is None or not story.said or not await self.rehearsal.is_told(story.id):
            return {"prompts": []}
        fitting = [name for name in self.prompts if story.made.skill in self.skills(name)]
        own = [name for name in fitting if name.startswith(f"{story.made.skill}/")]
        return {"prompts": [*own, *(name for name in fitting if name not in own)]}

    async def run(self, session: str, *, lang: Lang, prompt: str, text: str) -> Json:  # noqa: ARG002 - the same
        """Begin to say all cases again, with the text in use and with this one.  Raises: Unclear("prompt_faulty" | "case_none")."""
        admin, live = await self.door.admin(session), self._live(prompt)
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if faults(text, live.variables):
            raise Unclear("prompt_faulty")
        cases = await self.cases.of(prompt)
        if not cases:
            raise Unclear("case_none")
        await self.note("prompt.cases_run", admin.user_id, {"prompt": prompt, "cases": len(cases)})
        version = live.version if text == live.text else version_of(text)
        return _run_told(await self.trials.begin(live, replace(live, text=text, version=version), cases, admin))

    async def told(self, session: str, *, lang: Lang, run: str) -> Json:  # noqa: ARG002 - the same
        """How far one is.  Raises: Stale("run_gone")."""
        return _run_told(await self._trial(session, run))

    async def stop(self, session: str, *, lang: Lang, run: str) -> Json:  # noqa: ARG002 - the same
        """End one, and tell how far it was.  Raises: Stale("run_gone")."""
        trial = await self._trial(session, run)
        await self.trials.stop(trial.id)
        return _run_told(trial)

    async def _trial(self, session: str, run: str) -> Trial:
        admin = await self.door.admin(session)
        found = self.trials.trial(run, admin.user_id)
        if found is None:
            raise Stale("run_gone")
        return found

    async def _add(self, prompt: str, decision: DecisionId, admin: Speaker) -> Case:
        words = await self.rehearsal.said(decision)
        if words.skill not in self.skills(prompt):
            raise NotAllowed("no_such_decision", decision=decision)
        await self.note("decision.replayed", admin.user_id, {"decision": decision})
        return await self.cases.add(prompt, Wish("", decision, words.turn.lang), admin.user_id)

    async def _case(self, prompt: str, case_id: str) -> Case:
        found = next((one for one in await self.cases.of(prompt) if one.id == case_id), None)
        if found is None:
            raise Stale("case_moved")
        return found

    async def _wish(self, form: Mapping[str, str], old: Wish | None) -> Wish:
        """What was typed. Words of a decision that nobody changed stay the decision's."""
        said, must, must_not = form.get("said", "").strip(), phrases(form.get("must", "")), phrases(form.get("must_not", ""))
        decision = old.decision if old and old.decision and said in {"", await self._words(old)} else None
        if decision is None and not 0 < len(said) <= LONGEST_SAID:
            raise Unclear("case_said", most=LONGEST_SAID)
        if any(len(found) > MOST_PHRASES or any(len(one) > LONGEST_PHRASE for one in found) for found in (must, must_not)):
            raise Unclear("case_phrases", most=MOST_PHRASES, longest=LONGEST_PHRASE)
        spoken = form.get("spoken", "")
        lang = Lang(spoken) if spoken in set(Lang) else language_of(said)
        note = form.get("note", "").strip()[:LONGEST_NOTE]
        return Wish("" if decision else said, decision, old.lang if old and decision else lang, must, must_not, note)

    async def _words(self, wish: Wish) -> str:
        """What a case says, masked where a person said it; "" where that is gone."""
        if wish.decision is None:
            return wish.said
        try:
            return await self.rehearsal.masked((await self.rehearsal.said(wish.decision)).turn.text)
        except Unclear:
            return ""

    async def _told(self, case: Case, names: Mapping[UserId, str]) -> Json:
        wish, evidence = case.wish, list[tuple[str, str]]()
        story, masked = await self.ledger.decision(wish.decision) if wish.decision else None, self.rehearsal.masked
        for one in story.evidence if story else ():
            if one.quote:
                evidence.append((await masked(one.quote), await masked(f"{one.source} {one.locator}".strip())))
        return {
            "id": case.id, "said": await self._words(wish), "decision": wish.decision, "spoken": wish.lang, "must": list(wish.must),
            "must_not": list(wish.must_not), "note": wish.note, "by": names.get(case.by, "–"), "at": case.at.isoformat(),
            "revision": case.revision, "evidence": evidence,
        }  # fmt: skip

    def _live(self, prompt: str) -> Prompt:
        if prompt not in self.prompts:
            raise Unclear("no_such_prompt")
        return self.prompts[prompt]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - no revision is that long


def _run_told(trial: Trial) -> Json:
    """A trial as the page is told it: how far, in numbers, and each case with both sides and how they differ."""
    return {
        "id": trial.id, "prompt": trial.prompt.name, "state": trial.state, "is_over": trial.state is not TrialState.RUNNING,
        "done": len(trial.tested), "all": len(trial.cases), "tried": asdict(trial.tried), "same": trial.prompt.text == trial.candidate.text,
        "cases": [_tested_told(number, one) for number, one in enumerate(trial.tested, 1)],
    }  # fmt: skip


def _tested_told(number: int, one: Tested) -> Json:
    today, candidate = one.today, one.candidate
    differ = changes(today.came.text, candidate.came.text) if today and candidate else ()
    return {
        "number": number, "said": one.said, "note": one.case.wish.note, "refusal": one.refusal, "worse": one.is_worse,
        "today": _side_told(today), "candidate": _side_told(candidate),
        "changes": [{"kind": part.kind, "text": part.text} for part in differ],
        "same": bool(today and candidate and today.came.text == candidate.came.text),
    }  # fmt: skip


def _side_told(side: Side | None) -> Json | None:
    if side is None:
        return None
    came = side.came
    return {
        "text": came.text, "model": came.model, "fell_back": came.fell_back, "asked": bool(came.preview), "holds": side.holds,
        "checks": [asdict(one) for one in side.checks], "evidence": [list(one) for one in came.evidence],
    }  # fmt: skip
