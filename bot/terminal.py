"""How results look in a terminal, in the person's language. Knows the JSON of the house; asks for nothing."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.chart import chart_from_json
from bot.domain.talk import Lang
from bot.render.blocks import block_lines
from bot.render.grid import grid_lines
from bot.words import TomlWords

Json = dict[str, Any]

MB = 1_000_000
DIM, RED, PLAIN = "\033[2m", "\033[31m", "\033[0m"
LINE = 76
"""Characters that a moving line may take, wide ones included in a common terminal."""
RULE = "────────"
MARKS = "①②③④⑤⑥⑦⑧⑨"
MOVING = {"records": "ingest_records", "reading": "ingest_reading", "words": "ingest_reading", "vectors": "ingest_vectors"}
OUTCOMES = ("added", "changed", "unchanged", "removed", "waiting", "refused")
UNTAKEN = frozenset({"waiting", "refused"})
MOST_TOLD = 1000
"""Things that are wrong in one JSON; how many there are is told beside them."""
HOUSE = "house"
BUTTONS = ("save", "discard", "undo")
EDITS = re.compile(r"(?:edit|修改|改)\s+(?P<fields>[^\s=]+\s*=.*)", re.IGNORECASE)
NEXT_FIELD = re.compile(r"\s+(?=[^\s=]+\s*=)")


class Terminal:
    """Shows what the house answered: for people, or as JSON."""

    def __init__(self, words: TomlWords, lang: Lang, *, as_json: bool) -> None:
        self.words = words
        self._lang = lang
        self._as_json = as_json
        self._draft: Json | None = None
        self._sayable: dict[str, str] = {}

    def complain(self, text: str) -> None:
        """One line on standard error."""
        print(_coloured(RED, text, sys.stderr.isatty()), file=sys.stderr)

    def lines(self) -> Iterator[Json]:
        """What a person types, until an empty line: a question, or the label of a button of what was shown last."""
        print(self._say("chat_hello"))
        while True:
            try:
                typed = input(self._say("prompt")).strip()
            except EOFError:
                return
            if not typed:
                return
            if self._draft and (filled := self._filled(typed)):
                yield {"draft": self._draft["id"], "revision": self._draft["revision"], "action": "edit", "fields": filled}
                continue
            pressed = next((name for name in BUTTONS if typed.casefold() == self._say(f"button_{name}").casefold()), None)
            if pressed and self._draft:
                yield {"draft": self._draft["id"], "revision": self._draft["revision"], "action": pressed}
            else:
                yield {"text": self._sayable.get(typed.casefold(), typed)}

    def count(self, done: int, total: int) -> None:
        """How far long work has come, on a line that moves; where nobody watches, only its end."""
        watched = sys.stderr.isatty()
        if watched or done == total:
            print(("\r" if watched else "") + self._say("batch_progress", done=done, total=total), end="", file=sys.stderr, flush=True)
        if done == total:
            print(file=sys.stderr)

    def pulling(self, name: str, here: int, total: int) -> None:
        """How much of a file is here, in MB or in parts, on a line that moves; where nobody watches, nothing."""
        if sys.stderr.isatty():
            unit, shown = (MB, " MB") if total > MB else (1, "")
            line = self._say("models_pulling", name=name, here=here // unit, total=f"{total // unit}{shown}")
            print(f"\r{line:<78}", end="", file=sys.stderr, flush=True)

    def show_pulled(self, key: str, **facts: object) -> None:
        """What came of fetching a model."""
        if sys.stderr.isatty():
            print(file=sys.stderr)
        if self._as_json:
            self._dump(facts)
        else:
            print(self._say(key, **facts))

    def show_told(self, lines: Sequence[str], data: object) -> None:
        """Lines for a person, or the data as JSON."""
        self._dump(data) if self._as_json else print(*lines, sep="\n")

    def show_answer(self, answer: Json) -> None:
        """The answer first, then its grounds."""
        if self._as_json:
            self._dump(answer)
            return
        print(answer["text"])
        if answer["chart"]:
            print(*(f"  {line}" for line in block_lines(chart_from_json(answer["chart"]), Lang(answer["lang"]))), sep="\n")
        is_shown = any(draft["has_form"] and answer["skill"] != HOUSE for draft in answer["drafts"])
        self._show_evidence(() if is_shown else answer["evidence"])
        for draft in answer["drafts"]:
            self._draft = draft
            if is_shown:
                self._show_draft(draft)
            if draft["state"] == "open" and not answer["buttons"]:  # others say themselves what can be done
                print("  " + " ".join(f"[{self._say(f'button_{name}')}]" for name in ("save", "edit", "discard")))
        self._sayable = {one["label"].casefold(): one["text"] for one in answer["buttons"] if one["text"]}
        if answer["buttons"]:
            print("  " + " ".join(f"[{one['label']}]" for one in answer["buttons"]))
        for word in answer.get("words", ()):
            self._show_word(word)
        self._aside(self._say("why_hint", decision=answer["decision_id"]))

    def _show_draft(self, draft: Json) -> None:
        """Its fields with the words that they come from, and what is saved with it; how it is changed here, and how all of it is seen."""
        for row in draft["rows"]:
            before = f"{row['before']} → " if row["before"] else ""
            quote = f"  “{row['quote']}”" if row["quote"] and row["quote"] != row["value"] else ""
            print(f"  {row['name']}: {before}{row['value']}{quote}")
        told = [self._say("draft_also_told", **one) if one["gist"] else one["label"] for one in draft["also"]]
        if told:
            print(f"  {self._say('draft_also', what=self._say('list_comma').join(told))}")
        if fields := draft["inputs"]:
            self._aside(self._say("draft_edit_hint", field=fields[0], fields=" ".join(fields)))

    def _filled(self, typed: str) -> dict[str, str]:
        """What `edit amount=1.3m task.due_date=Friday` fills in; a field may be called as people call it."""
        found = EDITS.fullmatch(typed)
        rows = [row for part in (self._draft or {}, *(self._draft or {}).get("also", ())) for row in part.get("rows", ())]
        called = {row["name"].casefold(): row["field"] for row in reversed(rows)}
        pairs = (one.partition("=") for one in NEXT_FIELD.split(found["fields"])) if found else ()
        return {called.get(name.strip().casefold(), name.strip()): value.strip() for name, _, value in pairs}

    def _show_word(self, word: Json) -> None:
        """What the house said besides. A text to send on stands between two lines, with nothing before its own: it is marked and copied."""
        print(word["text"])
        if word["forward"]:
            print(f"{RULE} {self._say('yours_to_send')} {RULE}", word["forward"], RULE * 3, sep="\n")
        if word["buttons"]:
            print("  " + " ".join(f"[{one['label']}]" for one in word["buttons"]))

    def show_story(self, story: Json) -> None:
        """Everything behind one decision."""
        if self._as_json:
            self._dump(story)
            return
        erased = self._say("story_erased")
        print(self._say("story_asked", text=story["said"] or erased))
        if recording := story.get("recording"):
            print(self._say("story_recording", page=recording["page"]))
        print(self._say("story_answered", text=story["text"] or erased))
        self._show_evidence(story["evidence"])
        print(self._say("story_made", **{key: story[key] for key in ("skill", "intent", "model")}, code=story["code"] or "-",
                        review=story["review_class"]))
        self._show_makers(story)
        if story["prompts"]:
            print(self._say("story_prompts", prompts=" · ".join(f"{name}@{version}" for name, version in story["prompts"].items())))
        print(self._say("story_times", times=" · ".join(f"{step} {ms:.0f} ms" for step, ms in story["timings_ms"].items())))
        for use in story["uses"]:
            print(self._say("story_use", **{**use, "user": use["user"] or ""}))

    def _show_makers(self, story: Json) -> None:
        """What chose, and which chat models were asked in vain."""
        by = story["chosen_by"]
        print(self._say("story_chosen", by=self._say(f"story_by_{by}") if by in {"builtin", "person"} else by))
        for key in ("choosing_fell_back", "fell_back"):
            if story[key]:
                print(self._say(f"story_{key}", what=story[key]))

    def show_passages(self, passages: Sequence[Json]) -> None:
        """Passages, best first."""
        if self._as_json:
            self._dump(passages)
            return
        if not passages:
            print(self._say("nothing_found"))
        for number, one in enumerate(passages, 1):
            stale = self._say("stale") if one["stale"] else ""
            print(f"{number}. {one['source']} · {one['locator']} · {one['score']:.2f}{stale}")
            self._aside(f"   {' '.join(one['text'].split())[:200]}")

    def show_documents(self, documents: Sequence[Json]) -> None:
        """Documents, one a line."""
        if self._as_json:
            self._dump(documents)
            return
        if not documents:
            print(self._say("no_documents_yet"))
        for one in documents:
            print(self._say("document_line", **one, note=self._say("stale") if one["superseded_by"] else ""))

    def show_link(self, link: Json) -> None:
        """How somebody gets in."""
        if self._as_json:
            self._dump(link)
            return
        print(self._say("link_made", **{key: link[key] for key in ("name", "url")}))

    def show_token(self, made: Json) -> None:
        """A new token: its secret on a line of its own, this once."""
        if self._as_json:
            self._dump(made)
            return
        print(self._say("token_made", **self._token(made)))
        print(made["token"])

    def show_tokens(self, tokens: Sequence[Json]) -> None:
        """Tokens, one a line."""
        if self._as_json:
            self._dump(tokens)
            return
        if not tokens:
            print(self._say("no_tokens_yet"))
        for one in tokens:
            print(self._say("token_line", **self._token(one)))

    def show_revoked(self, token: Json) -> None:
        """A token has ended."""
        if self._as_json:
            self._dump(token)
            return
        print(self._say("token_ended", **self._token(token)))

    def show_people(self, people: Sequence[Json]) -> None:
        """Our people, one a line."""
        if self._as_json:
            self._dump(people)
            return
        if not people:
            print(self._say("no_people_yet"))
        for one in people:
            handles = " ".join(f"{known['channel']}:{known['handle']}" for known in one["handles"]) or "–"
            print(self._say("people_line", **{**one, "role": self._say(f"grid_{one['role']}"), "handles": handles}))

    def show_knocks(self, knocks: Sequence[Json]) -> None:
        """Who wrote and is not known, one a line, and what to do about it."""
        if self._as_json:
            self._dump(knocks)
            return
        if not knocks:
            print(self._say("no_knocks"))
        for one in knocks:
            when = {key: one[key][:16].replace("T", " ") for key in ("first_at", "last_at")}
            print(self._say("knock_line", **{**one, **when, "kind": self._say(f"knock_{one['kind']}"), "name": one["name"] or "–"}))
        first = next((one for one in knocks if one["kind"] == "unknown"), None)
        if first:
            self._aside(self._say("knock_hint", channel=first["channel"], handle=first["handle"]))

    def show_linked(self, key: str, told: Json) -> None:
        """Whose a handle is now, or no longer."""
        if self._as_json:
            self._dump(told)
            return
        print(self._say(key, **told))

    def show_outbox(self, messages: Sequence[Json]) -> None:
        """Messages that were not delivered, one a line, and what to do about them."""
        if self._as_json:
            self._dump(messages)
            return
        if not messages:
            print(self._say("outbox_empty"))
        for one in messages:
            told = {"at": one["at"][:16].replace("T", " "), "state": self._say(f"outbox_{one['state']}"), "why": one["why"] or "–"}
            print(self._say("outbox_line", **{**one, **told}))
        if any(one["state"] in {"dead", "unsure"} for one in messages):
            self._aside(self._say("outbox_hint"))

    def show_replayed(self, told: Sequence[Json]) -> None:
        """Which messages are sent again, and which need not be."""
        if self._as_json:
            self._dump(told)
            return
        for one in told:
            print(self._say("outbox_replayed" if one["replayed"] else "outbox_not_replayed", message=one["id"]))

    def show_wrongs(self, wrongs: Iterable[tuple[str, Mapping[str, object]]], tally: Callable[[], Json]) -> int:
        """What is wrong with the audit, a line each as it is found, then how much was looked at; fails when something is."""
        told, count = [], 0
        for count, (key, facts) in enumerate(wrongs, 1):
            if not self._as_json:
                print(self._say(key, **facts))
            elif count <= MOST_TOLD:
                told.append({"key": key, **facts, "text": self._say(key, **facts)})
        if self._as_json:
            self._dump({"ok": count == 0, **tally(), "wrong": told, "wrongs": count})
        else:
            print(self._say("audit_wrong" if count else "audit_fine", **tally(), count=count))
        return 1 if count else 0

    def watched_count(self) -> Callable[[int, int], None]:
        """Shows how far long work has come where somebody watches, and nothing elsewhere."""
        return self.count if sys.stderr.isatty() else lambda _done, _total: None

    def show_line(self, key: str, facts: Json) -> None:
        """A result in one sentence."""
        if self._as_json:
            self._dump(facts)
        else:
            print(self._say(key, **facts))

    def show_made(self, folder: object) -> None:
        """The home stands."""
        print(self._say("made", folder=folder))

    def show_findings(self, findings: Sequence[Mapping[str, Any]], *, online: bool, permissions: Sequence[Json]) -> int:
        """What is on, off and wrong, and who may what; fails when something is wrong. `online`: outside services were asked, too."""
        if self._as_json:
            told = [{**one, "text": self._say(one["key"], **one["facts"])} for one in findings]
            self._dump({"findings": told, "online": online, "permissions": permissions})
        else:
            self.show_parts(findings)
            for line in grid_lines(permissions, self._say, self._lang) if permissions else ():
                print(line)
        wrong = any(one["state"] == "wrong" for one in findings)
        if not wrong and not self._as_json:
            print(self._say("check_fine"))
        return 1 if wrong else 0

    def show_parts(self, findings: Iterable[Mapping[str, Any]]) -> None:
        """What is on, off and wrong, a line each."""
        for one in findings:
            line = f"{self._say('state_' + one['state'])}  {self._say(one['key'], **one['facts'])}"
            print(_coloured(RED, line, one["state"] == "warn" and sys.stdout.isatty()))

    def tally(self) -> "Tally":
        """Follows an ingest."""
        return Tally(self.words, self._lang, self._as_json)

    def _token(self, told: Json) -> Json:
        """A token in words: days instead of moments."""
        person, used = told["person"] or told["user"], told["last_used_at"]
        return {
            "name": told["name"], "person": person, "scopes": " ".join(told["scopes"]), "until": told["expires_at"][:10],
            "state": self._say(f"token_{told['state']}_short"), "used": used[:16].replace("T", " ") if used else "–",
        }

    def _show_evidence(self, evidence: Sequence[Json]) -> None:
        for mark, one in zip(MARKS, evidence, strict=False):
            stale = self._say("stale") if one["stale"] else ""
            place = one["locator"] if one["kind"] == "document" else ""  # a record's is its id, for machines
            where = " · ".join(part for part in (one["source"], place) if part)
            print(f"  {mark} “{' '.join(one['quote'].split())}” — {where}{stale}")

    def _aside(self, text: str) -> None:
        print(_coloured(DIM, text, sys.stdout.isatty()))

    def show_lines(self, told: Any, lines: Callable[..., Iterable[str]]) -> None:  # noqa: ANN401 - JSON
        """Something that has lines of its own."""
        if self._as_json:
            self._dump(told)
            return
        for line in lines(told, self._say):
            print(line)

    def show_json(self, data: object) -> None:
        """Data that another program reads, whether or not it was asked for as such."""
        self._dump(data)

    def _dump(self, data: object) -> None:
        print(json.dumps(data, ensure_ascii=False, indent=2))

    def _say(self, key: str, /, **facts: object) -> str:
        return self.words.say(key, self._lang, **facts)


@dataclass
class Tally:
    """Counts an ingest's steps and shows them as they come: a moving line on a terminal, refusals always."""

    words: TomlWords
    lang: Lang
    as_json: bool
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    refusals: list[Json] = field(default_factory=list)

    def add(self, step: Json) -> None:
        """One step of the ingest."""
        if step["outcome"]:
            self.counts[step["outcome"]] += 1
        if step["outcome"] in UNTAKEN:
            self.refusals.append({"file": step["about"], "reason": step["reason"]})
            self._clear()
            print(step["reason"], file=sys.stderr)
        key = MOVING.get(step["stage"])
        if key and sys.stderr.isatty():
            self._clear()
            line = self.words.say(key, self.lang, done=step["done"], total=step["total"], about=step["about"])
            print(line[:LINE], end="", file=sys.stderr)
            sys.stderr.flush()

    def close(self) -> int:
        """Say what became of it; fails when something was refused and nothing was taken."""
        self._clear()
        if self.as_json:
            print(json.dumps({**self.counts, "refusals": self.refusals}, ensure_ascii=False, indent=2))
        else:
            print(self.words.say("ingest_done", self.lang, **self.counts))
        taken = sum(count for outcome, count in self.counts.items() if outcome not in UNTAKEN)
        return 1 if self.refusals and not taken else 0

    def _clear(self) -> None:
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)


def _coloured(colour: str, text: str, on: bool) -> str:  # noqa: FBT001 - whether this stream shows colours
    return f"{colour}{text}{PLAIN}" if on else text
