"""A rule out of words: what was not said is what is usual, and is told; who may not give others work gets one for themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience, RecordId
from bot.domain.outcome import Answer, Button, Draft
from bot.domain.people import Role
from bot.domain.query import Aggregate, Filter, Fn, Op, Query
from bot.domain.records import HeldDraft
from bot.domain.scope import Reach
from bot.domain.watch import RULE, plain, watch_of
from skills.nps_alert.desk import Desk, account_ref
from skills.nps_alert.hearing import Heard
from skills.nps_alert.trial import trial
from skills.nps_alert.wording import Wording

USUAL: Mapping[str, tuple[str, float]] = {
    "nps_score": ("at_most", 6), "nps_change": ("drops", 3), "account_nps": ("below", 0), "usage_change": ("drops", 20),
    "usage_season": ("drops", 20), "ticket_severity": ("at_most", 2), "ticket_age": ("at_least", 7), "open_tickets": ("at_least", 3),
    "overdue_days": ("above", 15), "renewal_days": ("at_most", 60), "notice_days": ("at_most", 14), "silence_days": ("at_least", 30),
    "churn_chance": ("at_least", 50), "pays_late_days": ("above", 15),
}  # fmt: skip
"""What a rule says where no threshold was said. 6 and below are detractors (Reichheld 2003)."""
FOR_OTHERS = ("tells_owner", "assigns_to", "assigns_team", "tells_group", "opens_task")
SCALES = frozenset({"nps_score", "account_nps"})
SHOWS = ("signal", "comparison", "threshold", "account", "tier", "region", "industry", "leaves_out", "except_account", "only_mine",
         "assigns_to", "assigns_team", "opens_task", "tells_group", "tells_owner", "tells_maker", "state", "until_date")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Making:
    """Proposes rules."""

    desk: Desk
    wording: Wording

    async def proposed(self, heard: Heard) -> Answer | Draft:
        """The rule that was heard, shown back with what it would have done; or the one question that is missing."""
        if not heard.signal:
            return self._asks("which_signal", *("signal_nps", "signal_usage", "signal_tickets"))
        threshold, comparison, taken = heard.threshold, heard.comparison, list(heard.taken)
        if threshold is None and heard.signal in USUAL:
            comparison, threshold = USUAL[heard.signal]
            taken.append("threshold")
        if threshold is None:
            return Answer(self.desk.said.say("which_threshold", what=self.desk.said.say(f"called_{heard.signal}")), found=False)
        fields = {**heard.fields, "signal": heard.signal, "comparison": comparison, "threshold": plain(threshold)}
        if heard.team:
            if not await self._is_team(heard.team):
                return Answer(self.desk.said.say("no_such_team", team=heard.team), found=False)
            fields["assigns_team"] = heard.team
            fields |= {} if fields.get("opens_task") or fields.get("tells_group") else {"tells_group": True}
        fields |= account_ref(self.desk.named[0] if self.desk.named else None)
        return await self.of(fields, taken)

    async def of(self, fields: Mapping[str, object], taken: list[str], held: HeldDraft | None = None) -> Answer | Draft:
        """The draft of a rule with these fields. held: the open draft that it takes the place of."""
        fields, dropped = self._within_rights(fields)
        speaker = self.desk.turn.speaker
        if "only_mine" not in fields and speaker.role is Role.REP and not fields.get("account"):
            fields = {**fields, "only_mine": True}
        watch = watch_of({**fields, "owner": speaker.user_id})
        if watch is None:
            return self._asks("which_signal", *("signal_nps", "signal_usage", "signal_tickets"))
        if not watch.is_for_others and not watch.tells_maker:
            watch = replace(watch, tells_maker=True)
        tried = await trial(self.desk, watch, self.wording)
        lines = [self.desk.said.say("proposed", rule=self.wording.whole(watch)), tried.text]
        lines += [self.desk.said.say(f"scale_{watch.signal}")] if watch.signal in SCALES else []
        lines += [self.desk.said.say("taken_threshold", value=plain(watch.threshold))] if "threshold" in taken else []
        lines += [self.desk.said.say("not_for_others")] if dropped else []
        kept = {
            "name": self.wording.name(watch), **watch.fields(), "state": "active", "owner": speaker.user_id, "owner_name": speaker.name,
        }  # fmt: skip
        return Draft(
            "\n".join(filter(None, lines)), RULE, kept, self._grounds(kept, tried.grounds), buttons=self._buttons("switch_on"),
            replaces=held.id if held else None, shows=SHOWS,
        )  # fmt: skip

    def changed(self, record_id: RecordId, fields: Mapping[str, object], text: str) -> Draft:
        """The draft of a change of a rule that is kept."""
        grounds = self._grounds(fields, ())
        return Draft(
            text, RULE, dict(fields), grounds, record_id=record_id, buttons=self._buttons("save"), shows=tuple(fields),
        )  # fmt: skip

    def _within_rights(self, fields: Mapping[str, object]) -> tuple[dict[str, object], bool]:
        """Without what is not this person's to say of others."""
        scope = self.desk.records.scope
        theirs = {name for name in FOR_OTHERS if fields.get(name) and scope.write_reach(RULE, name) is Reach.NONE}
        return {name: value for name, value in fields.items() if name not in theirs}, bool(theirs)

    async def _is_team(self, team: str) -> bool:
        found = await self.desk.records.ask(Query("user", (Filter("team", Op.EQ, team),), aggregate=Aggregate(Fn.COUNT)))
        return found.total > 0

    def _grounds(self, fields: Mapping[str, object], tried: tuple[Evidence, ...]) -> dict[str, Evidence]:
        """The words that the rule comes from, and what the trial stands on, beside the field that each is about."""
        turn = self.desk.turn
        own = Evidence(turn.text.strip(), "", "", EvidenceKind.EVENT, 1.0, turn.id, Audience(f"user:{turn.speaker.user_id}"))
        places = ("signal", "comparison", "threshold")
        return {**dict.fromkeys(fields, own), **dict(zip(places, tried, strict=False))}

    def _buttons(self, save: str) -> tuple[Button, ...]:
        said = self.desk.said
        labels = {save: "save", "edit": "edit", "discard": "discard"}
        return tuple(Button(said.say(f"button_{label}"), action) for label, action in labels.items())

    def _asks(self, key: str, *choices: str) -> Answer:
        said, turn = self.desk.said, self.desk.turn
        buttons = tuple(Button(said.say(one), "say", said.say(f"{one}_says", text=turn.text.strip())) for one in choices)
        return Answer(said.say(key), buttons=buttons, found=False)

