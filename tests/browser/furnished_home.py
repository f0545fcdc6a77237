"""What a lived-in home has besides what Li has: jobs, papers that contradict, questions without an answer, somebody unknown, what is stuck.

Also an edited prompt, a changed rule and a sentence that was taught, as an admin does it at the pages. Looks at no page.
"""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bot.domain.acquaintance import Alias, Knock, Stranger
from bot.domain.decision import Made, Settlement
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.firing import Days, OwnSchedule
from bot.domain.ids import DecisionId, DocumentId, MessageId, ThreadId, TurnId
from bot.domain.outcome import Answer
from bot.domain.people import EVERYONE
from bot.domain.talk import Lang, Origin, Utterance
from bot.store.catalog import SqliteCatalog
from bot.store.claims import SqliteClaims
from bot.store.firings import SqliteFirings
from bot.store.library import SqliteLibrary
from bot.store.meeting import SqliteKnocks
from bot.store.outbox import SqliteOutbox
from bot.store.own_schedules import RecordedSchedules
from bot.store.spending import SqliteSpending
from bot.turns.know import WEB
from knowledge.proving import Proving
from tests.browser.reviewed_home import LI, ZHANG, ZONE, Pile, done
from tests.libraries import manuscript
from tests.scenarios.everything import Words
from tests.scenarios.neighbours import ADMIN, OURS, Neighbours

KINDS = ("churn.score", "digest.daily", "digest.weekly")
JOBS = "\n".join(f'[[schedule.jobs]]\nname = "{kind}"\ncron = "30 8 * * 1"' for kind in KINDS)
LIMITS = ("续约总折扣最高12%。", "续约总折扣最高10%。")
"""What two papers say, and cannot both."""
MADE = Made("answer_knowledge", "answer_knowledge", Lang.ZH, "builtin", "c", {}, "ai_autonomous", {"total": 1.0})


def furnish(here: Neighbours, words: Words) -> None:
    """Put it all into a home that is being served."""
    stores = Pile(here.home)
    try:
        done(_filled(stores, words))
    finally:
        stores.database.close()
    _published(here, "/admin/prompts/query_crm/fill", "prompt-text", lambda text: f"{text}\n{words('prompt')}", words("note"))
    _published(here, "/admin/rules/schedule?text=1", "rules-text", lambda text: text.replace("jobs = []", JOBS), words("note"))
    taught = {"action": "keep", "intent": "query_crm", "base": _base(here, "/admin/skills/query_crm"), "text": words("taught")}
    _post(here, "/admin/skills/query_crm", taught)
    _post(here, "/admin/prompts-cases", {"action": "save", "prompt": "query_crm/fill", "said": words("case"), "must": words("must")})


async def _filled(stores: Pile, words: Words) -> None:
    await _shelved(stores, words)
    await _stuck(stores, words)
    wish = OwnSchedule("", LI.id, "digest.daily", "30 8 * * *", ZONE, stores.clock.now(), on=Days.WORKDAYS)
    await RecordedSchedules(stores.records, stores.users, stores.clock).add(wish)
    firings, missed = SqliteFirings(stores.database, stores.clock), stores.clock.now() - timedelta(days=7)
    await firings.begin("digest.weekly@east", missed)
    await firings.fail("digest.weekly@east", missed, "Upstream store", None)
    now = stores.clock.now()
    knock = Knock(Alias("slack", "acme", "U0STRANGER"), "slack", words("stranger"), Stranger.UNKNOWN, 1, now, now)
    await SqliteKnocks(stores.database, stores.clock).note(knock, TurnId("knocked"), silence_s=60)


async def _shelved(stores: Pile, words: Words) -> None:
    """Papers of every standing, an answer out of one, and questions without one."""
    library = SqliteLibrary(stores.database, stores.clock, stores.ids)
    for name, text in zip(("policy", "guide"), LIMITS, strict=True):
        await library.keep(manuscript(f"/docs/{name}.md", text, title=words(f"title{name}"), audience=EVERYONE))
    await library.keep(manuscript("/docs/old.md", words("oldpassage"), title=words("titleold")))
    await library.keep(manuscript("/docs/new.md", words("newpassage"), title=words("titlenew"), supersedes=words("titleold")))
    await library.refuse(Path("/docs/scan.pdf"), "scan.pdf", "scan", {"file": "scan.pdf"}, None, waiting=True)
    await Proving(SqliteClaims(stores.database, stores.clock, stores.ids)).all()
    catalog = SqliteCatalog(stores.database, stores.clock, "e5-small-q4")
    [policy] = (await catalog.list(stores.clock.now().date(), words=words("titlepolicy"))).items
    for place, document in (("gap", None), ("othergap", None), ("cited", policy.id)):
        await _asked(stores, catalog, words(place), document)


async def _asked(stores: Pile, catalog: SqliteCatalog, said: str, document: DocumentId | None) -> None:
    """A question of Li's; its answer stands on a document, or there is none."""
    origin = Origin(WEB, "home", LI.id, ThreadId(f"{WEB}:{LI.id}"))
    kept = await stores.inbox.keep(Utterance(origin, f"asked {said}", said, stores.clock.now()), backlog=99)
    grounds: tuple[Evidence, ...] = ()
    if document:
        [first] = await catalog.passages(document, 0, 1)
        grounds = (Evidence(first.text, "policy.md", "", EvidenceKind.DOCUMENT, 0.9, first.id, EVERYONE),)
    answer, decision, now = Answer(said, grounds, found=bool(grounds)), DecisionId(stores.ids.new()), stores.clock.now()
    await stores.ledger.settle(Settlement(kept.turn_id, decision, origin, LI.id, said, answer, MADE, now))


async def _stuck(stores: Pile, words: Words) -> None:
    """Tokens of two people, a message that may have arrived and one that did not."""
    spending, outbox = SqliteSpending(stores.database), SqliteOutbox(stores.database, stores.clock, stores.ids)
    await spending.spend(LI.id, "writing", stores.clock.now().date(), 12_345)
    await spending.spend(ZHANG.id, "choosing", stores.clock.now().date(), 678)
    for number, to in enumerate(("wecom", "slack")):
        origin = Origin(to, "acme", f"who-{number}", ThreadId(f"t{number}"))
        await outbox.say(origin, Answer(words("stuck")), key=f"stuck-{number}", lang=Lang.ZH)
    for message in await outbox.claim(10):
        if message.origin.channel == "wecom":
            await outbox.unsure(MessageId(message.id), "late")
        else:
            await outbox.dead(MessageId(message.id), "channel_not_found")


def _published(here: Neighbours, address: str, field: str, change: Callable[[str], str], note: str) -> None:
    """Change a text and publish it."""
    shown = here.browsers[ADMIN].get(address).text
    [text] = re.findall(rf'<textarea id="{field}".*?>\n(.*?)</textarea>', shown, re.DOTALL)
    form = {"action": "publish", "base": _base(here, address), "note": note, "text": change(html.unescape(text))}
    _post(here, address.partition("?")[0], form)


def _base(here: Neighbours, address: str) -> str:
    return str(re.findall(r'name="base" value="(\w*)"', here.browsers[ADMIN].get(address).text)[0])


def _post(here: Neighbours, address: str, form: dict[str, str]) -> None:
    answer = here.browsers[ADMIN].post(address, data={"token": here.tokens[ADMIN], **form}, headers=OURS)
    assert answer.status_code < 400, (address, answer.status_code, re.findall(r'class="problem"[^>]*>(.*?)</p>', answer.text))
