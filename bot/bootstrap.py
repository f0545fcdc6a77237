"""Builds every adapter and hands it over; nobody else builds. One function a way to live: alone for one command, or serving a home."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from bot.abilities import Contracts, Skills, Writers
from bot.adminhouse import Shelved, Works, admin_rooms
from bot.api import Api
from bot.brains.builtin.choosing import LearnedChooser
from bot.brains.builtin.embedding import BuiltinEmbedder
from bot.brains.choosing import PROMPT as CHOOSING
from bot.brains.choosing import AskingChooser
from bot.channels.console import ConsoleChannel
from bot.channels.desk import Desk
from bot.classroom import ChildClassroom, Lessons
from bot.clause_edits import clause_texts
from bot.clockhouse import Base, clockhouse
from bot.comparisons import Comparisons
from bot.confided import CONFIDE, MemoryBox
from bot.config import ChannelSecrets, Config
from bot.connections import Around, connected
from bot.digest_page import DigestPage
from bot.domain.entering import OIDC
from bot.domain.ids import ThreadId, TurnId
from bot.domain.teaching import together
from bot.edited_prompts import EditedPrompts
from bot.engine.attempts import Attempts
from bot.engine.delivery import Delivery, Ways
from bot.engine.lanes import SWEEP_S, Lanes
from bot.events.bus import HouseBus
from bot.forms import Forms
from bot.gatehouse import Stores, gatehouse
from bot.handed_over import HandedOver
from bot.home import Home
from bot.house import House
from bot.jobs import Ground, Jobs
from bot.judging import ChildJudge, KeptModel
from bot.listening import player, transcriber
from bot.openings import Openings
from bot.outgoing import Doubts, Outgoing
from bot.pages import pages
from bot.papers import contract_files
from bot.parts import chats_of, clockwork_of, comparing_page, library_of, skills_of, url_of, user_of, write_papers
from bot.people import People
from bot.places import HERE, KNOWLEDGE, PROMPTS, SKILLS
from bot.playing import Playing
from bot.ports import Channel, Content, Drafts, Engine, Users
from bot.prompts import LivePrompts, load_prompts
from bot.reading.cutting import cut
from bot.reading.homophones import HomophoneMender
from bot.reading.reader import RuleReader
from bot.reading.speech import RuleSpokenReader
from bot.render.drawn import drawn, drawn_table
from bot.reports import Reports
from bot.reviewing import Reviewing
from bot.rule_sets import ruled
from bot.rulebook import Rulebook
from bot.rules import digests
from bot.seeding import Seeding
from bot.senses import SystemClock, TimeIds
from bot.sessions import Sessions
from bot.store.adoption import SqliteUsesMade
from bot.store.alerts import SqliteAlerts
from bot.store.belongings import SqliteBelongings, played_from
from bot.store.catalog import SqliteCatalog
from bot.store.claims import SqliteClaims
from bot.store.complaints import SqliteComplaints
from bot.store.content import SqliteContent
from bot.store.database import Database
from bot.store.drafts import SqliteDrafts
from bot.store.editions import RULES, SqliteEditions
from bot.store.events import SqliteEvents
from bot.store.firings import SqliteFirings, SqliteJobStates
from bot.store.gate import PolicyGate
from bot.store.heads import SqliteHeads
from bot.store.inbox import SqliteInbox
from bot.store.interruptions import SqliteInterruptions
from bot.store.ledger import SqliteLedger
from bot.store.letters import SqliteLetters
from bot.store.library import SqliteLibrary
from bot.store.meeting import SqliteKnocks, SqliteLinkCodes
from bot.store.memory import SqliteMemory
from bot.store.migrations import migrate
from bot.store.moves import SqliteMoves
from bot.store.outbox import SqliteOutbox
from bot.store.own_schedules import RecordedSchedules
from bot.store.papers import SqlitePapers
from bot.store.passwords import SqliteAskedPasswords
from bot.store.practice import SqliteTeamPractice
from bot.store.queries import SqliteQueries
from bot.store.recordings import SqliteRecordings
from bot.store.records import SqliteRecords
from bot.store.reminders import SqliteReminders
from bot.store.reviews import SqliteReviews
from bot.store.risks import SqliteRisks
from bot.store.seen_risks import SqliteSeenRisks
from bot.store.threads import SqliteThreads
from bot.store.tokens import SqliteTokens
from bot.store.users import SqliteUsers
from bot.store.visits import SqliteVisits
from bot.store.voices import SqliteVoices
from bot.talks import Talks
from bot.teamwork import Beside
from bot.tokens import Pace, Tokens
from bot.tuning import tuned
from bot.tuning_leaves import Weighed
from bot.turns.arrive import Door
from bot.turns.chats import Chats
from bot.turns.company import Company
from bot.turns.confiding import Confiding
from bot.turns.conversation import Conversation
from bot.turns.drafting import Drafting
from bot.turns.errands import Errands
from bot.turns.know import API, CONSOLE, WEB
from bot.turns.links import Links
from bot.turns.listen import Listening
from bot.turns.looking_back import LookingBack
from bot.turns.paperwork import Passwords
from bot.turns.receive import Receiving
from bot.turns.releasing import MAIL
from bot.turns.repeating import Repeating
from bot.turns.speech import Speech
from bot.turns.strangers import Strangers
from bot.turns.tasks import TASK
from bot.turns.writing import AskingVoices, Writing
from bot.uploads import WAITING, Uploads
from bot.visits import Visits
from bot.vouched import Newcomers, Vouched
from bot.words import TomlWords, read_sentences
from bot.workdays import LiveCalendars

HOME_ZONE = "Asia/Shanghai"
"""The time zone of a home without users."""
NO_CHATS = ChannelSecrets()
MakeEngine = Callable[[Attempts], Engine]


@dataclass(frozen=True)
class Opened:
    """A home at work."""

    house: House
    desk: Desk
    drafts: Drafts
    content: Content
    skills: Skills
    heads: SqliteHeads


@asynccontextmanager
async def opened(  # noqa: PLR0915 - a line for each part
    config: Config, home: Home, make_engine: MakeEngine, *, serving: bool, secrets: ChannelSecrets = NO_CHATS,
    config_path: Path | None = None,
) -> AsyncIterator[Opened]:
    """Open `home`, whose lock the caller holds, and close it in order at the end. secrets: of the chats that shall be on.

    config_path: where `config` was read from, for commands that are run beside.
    """
    clock, ids = SystemClock(), TimeIds()
    words = TomlWords(read_sentences(HERE / "strings.toml"))
    async with AsyncExitStack() as stack:
        database = Database(home.truth)
        stack.callback(database.close)
        migrate(database)
        rulebook = Rulebook(SqliteEditions(database, clock, ids, RULES))
        ruled_by = ruled(rulebook, config, [one.parent.name for one in SKILLS.glob("*/skill.toml")])
        library_of_clauses = clause_texts()
        tuning = tuned(rulebook, config, library_of_clauses, serving=serving)
        await rulebook.refresh()
        rules, policy, schema, own = ruled_by.review, ruled_by.policy, config.fields.schema(), config.fields
        calendars = LiveCalendars(rules, lambda: tuning.schedule().countries)
        inbox, ledger = SqliteInbox(database, clock, ids), SqliteLedger(database, clock, ids, rules=rules)
        gate, queries = PolicyGate(policy), SqliteQueries(database, schema)
        outbox, drafts = SqliteOutbox(database, clock, ids), SqliteDrafts(
            database, clock, ids, gate, rules=rules, own=own.fields
        )
        records, reviews = SqliteRecords(database, clock, ids, gate, rules=rules), SqliteReviews(
            database, clock, ids, gate, rules=rules, calendar=calendars
        )
        users, most_bytes = SqliteUsers(database, clock, ids), config.knowledge.max_file_mb << 20
        await users.seed([user_of(entry, ids) for entry in config.users])
        bus = HouseBus(SqliteEvents(database, clock, ids))
        embedder = BuiltinEmbedder()
        claims = SqliteClaims(database, clock, ids)
        library = library_of(config, home, SqliteLibrary(database, clock, ids), claims, users, words, embedder, serving=serving)
        editions = SqliteEditions(database, clock, ids)
        prompts = LivePrompts(load_prompts(PROMPTS), editions)
        await prompts.refresh()
        chats = chats_of(config, prompts, database, clock)
        if home.restored.exists():
            await outbox.doubt("restored")
            await SqliteVisits(database, clock).end_all()
            home.restored.unlink()
        stack.push_async_callback(chats.close)
        voices = SqliteVoices(database, clock)
        complaints = SqliteComplaints(database, clock, ids)
        writers = Writers(drafts, voices, reviews, users, clock, complaints, partial(SqliteTeamPractice, database, users))
        opens, papers = contract_files(config.knowledge.max_file_mb), SqlitePapers(database, clock, ids)
        stack.push_async_callback(opens.close)

        async def lies(turn_id: TurnId) -> Path | None:
            return await belongings.kept(turn_id)

        compares = Comparisons(tuning.clauses, lambda turn_id, step: conversation.under_way.partway(turn_id, step))  # noqa: PLW0108 - made below
        stack.push_async_callback(compares.close)
        contracts = Contracts(opens, papers, tuning.clauses, cut, compares, config.server.public_url.rstrip("/"), lies)
        reader = RuleReader(config.fiscal.year_starts)
        spoken = RuleSpokenReader(config.fiscal.year_starts)
        risks, alerts, outcomes = SqliteRisks(database, schema), SqliteAlerts(database), KeptModel(home.churn)
        interruptions = SqliteInterruptions(database, clock, tuning.schedule, calendars.works)
        beside_records = Beside(SqliteMoves(database, schema), SqliteUsesMade(database), interruptions, config.targets)
        skills = skills_of(
            words, prompts, library, queries, reader, chats, policy, writers, contracts, spoken=spoken, embedder=embedder, own=own,
            risks=lambda scope: SqliteSeenRisks(risks, alerts, clock, tuning.churn(), scope, outcomes.text), beside=beside_records,
            rules=ruled_by.skills, serving=serving,
        )
        heads = SqliteHeads(database, clock, home.heads)
        noted = partial(_note_rules, heads, rulebook, skills, users)
        rulebook.when_changed(noted)
        await noted()
        if serving:
            stack.push_async_callback(heads.take)
        learned = LearnedChooser(
            embedder, together(skills.sayings(), tuning.examples()), home.lessons, catches_up=serving, rules=tuning.choosing
        )
        classroom = ChildClassroom(embedder, home.lessons)
        taught = Lessons(classroom, learned, skills.sayings(), tuning.examples)
        stack.push_async_callback(classroom.close)
        stack.push_async_callback(taught.close)
        rulebook.when_changed(taught.changed)
        chooser = AskingChooser(learned, lambda speaker: chats.bound("choosing", speaker, (CHOOSING,)), skills.versions)
        memory = SqliteMemory(database, clock)
        locked, box = SqliteAskedPasswords(database, clock), MemoryBox(clock)
        confiding = Confiding(locked, box)
        door = Door(inbox, outbox, words, config.conversation.backlog, lambda thread: lanes.wake(thread), confiding)  # noqa: PLW0108 - made below
        chats_on = connected(
            secrets,
            Around(
                config, home.spool, words, clock, door, outbox, drafts, queries, policy.scope, skills.examples, drawn, drawn_table,
                users.by_id, reviews, url_of(config),
            ),
        )
        sources = {**chats_on.sources, WEB: HandedOver(home.uploads / WAITING)}
        belongings = SqliteBelongings(database, clock, ids, home.belongings, sources, most_bytes)
        recordings = SqliteRecordings(database, clock, ids, belongings)
        content, threads = SqliteContent(database, clock, recordings.sweep), SqliteThreads(database, clock, ids)
        links, knocks = Links(SqliteLinkCodes(database, clock, ids), users, outbox, words, clock, ids), SqliteKnocks(database, clock)
        strangers = Strangers(
            users, knocks, links, outbox, words, clock, ids, config.access.unknown, HOME_ZONE, chats_on.homes, chats_on.directories
        )
        kept = Stores(
            reviews, drafts, SqliteLetters(database), records, users, inbox, ledger, outbox,
            SqliteReminders(database, clock, ids, own=own.fields),
        )  # fmt: skip
        drafting = Drafting(records, policy.scope, reader, clock, drafts)
        road = gatehouse(kept, rules, calendars, drafting, words, clock, chats_on.homes, tuple(chats_on.exits), config.server.public_url)
        hears = transcriber(config.models.speech, home, os.environ.get("OPENAI_API_KEY", ""))
        stack.push_async_callback(hears.close)
        plays = player(played_from)
        stack.push_async_callback(plays.close)
        ears = Listening(hears, HomophoneMender(), lambda speaker: queries.within(policy.scope(speaker)))
        speech = Speech(belongings, recordings, words, ears, config.server.public_url.rstrip("/"))
        beside = Chats(outbox, threads, Receiving(belongings, library, words, speech, opens, papers), words, clock, chats_on.homepages)
        unasked = Errands(door, road.releasing.reach, clock)
        schedules, repeating = RecordedSchedules(records, users, clock), Repeating(door, road.releasing.reach, clock)
        judge = ChildJudge(tuning.churn, outcomes)
        stack.push_async_callback(judge.close)
        by_itself = clockhouse(
            Base(
                database, clock, ids, words, records, queries, users, ledger, complaints, risks, alerts, judge, interruptions, schedules,
                calendars, policy, tuning, ruled_by.skills, skills.called, unasked, repeating, MAIL in chats_on.exits,
            )
        )
        conversation = Conversation(
            inbox, users, ledger, drafts, memory, chooser, skills.for_speaker, words, bus, clock, ids, HOME_ZONE, beside,
            strangers=strangers, reviewing=road.reviewing, releasing=road.releasing, writing=Writing(drafts, voices, words),
            drafting=drafting, deeds={TASK: road.tasks, **by_itself.deeds}, reminding=road.reminding, passwords=Passwords(locked, box),
        )
        exits: dict[str, Channel] = {**{name: ConsoleChannel(name) for name in (CONSOLE, WEB, API, OIDC)}, **chats_on.exits}
        company = Company(inbox, exits, conversation.under_way)
        engine = make_engine(Attempts(conversation.take_turn, conversation.give_up, beside=company.beside))
        sweep_s = SWEEP_S if serving else None
        lanes = Lanes(inbox, engine, clock, holder=ids.new(), side_by_side=config.conversation.threads, sweep_s=sweep_s)
        ready = False
        reports = Reports(ledger, outbox, bus, lambda: "" if ready else "starting", chats_on.lines)
        ways = Ways(
            cares=chats_on.cares, told=Doubts(outbox, ledger, words).tell, counted=reports.sent, noted=road.following.noted
        )  # fmt: skip
        delivery = Delivery(outbox, exits, bus, ways)
        bus.subscribe("draft.saved", AskingVoices(voices, outbox, road.releasing.reach, words, delivery.wake).saved)
        bus.subscribe("draft.saved", by_itself.coaching.saved)
        bus.subscribe("record.saved", by_itself.watching.saved)
        bus.subscribe("prompt.published", lambda _: noted())
        house = House(door, inbox, ledger, drafts, users, library, bus, clock, ids, HOME_ZONE, reviews, threads, recordings, drafting)
        ground = Ground(SqliteFirings(database, clock), SqliteJobStates(database, clock), schedules, users, clock)
        inner = (*road.minutely(), *by_itself.minutely)
        by_clock = cache(lambda: clockwork_of(ground, tuning.schedule, calendars, inner, by_itself.kinds, delivery.wake, HOME_ZONE))
        jobs = Jobs(ground, by_clock)
        stack.push_async_callback(jobs.close)
        for part in (library, learned, bus, engine, lanes, chats_on, delivery, *([by_clock()] if serving else [])):
            await _begun(stack, part)
        ready = True
        seeding = Seeding(users, records, library, clock, home.papers, write_papers)
        visits = Visits(
            SqliteVisits(database, clock, config.signin.idle), users, clock, url_of(config), HOME_ZONE, config.signin.lasts
        )
        talks = Talks(visits, house, threads, conversation, drawn)
        weighed = Weighed(tuning, learned, taught, classroom, judge, compares, library_of_clauses, risks, alerts, rules, HOME_ZONE)
        catalog = SqliteCatalog(database, clock, embedder.name)
        uploads = Uploads(visits, library, users, clock, ids, home.uploads, most_bytes, talks, catalog)
        shelved = Shelved(catalog, claims, library, library, embedder, uploads, words.own(KNOWLEDGE / "strings.toml"))
        rooms = admin_rooms(
            Works(
                config, config_path, home, database, clock, ids, words, visits, house, users, ledger, reviews, queries, policy, skills,
                prompts, editions, rulebook, weighed, learned, chats, jobs, Outgoing(outbox, delivery.wake), tuple(chats_on.exits),
                url_of(config), shelved,
            )
        )
        for room in rooms:
            await _begun(stack, room)
        verbs = pages(
            visits,
            talks,
            Openings(visits, queries, policy, library, clock, skills.examples),
            uploads,
            Vouched(
                visits, users, chats_on.badges,
                Newcomers(
                    config.access.unknown, HOME_ZONE, links, knocks, ids, clock, dict.fromkeys(("wecom", "slack"), strangers.looks_in)
                ),
                config.signin.oidc.shown,
            ),
            Reviewing(visits, road.reviewing, reviews, drafts, users, records, policy.scope, clock),
            Forms(visits, drafts, talks, drafting),
            Playing(visits, recordings, plays),
            comparing_page(visits, skills, queries, policy, clock),
            DigestPage(visits, ledger, outbox, delivery.wake, mails=MAIL in chats_on.exits),
            rooms, Sessions(visits),
        )
        tokens = Tokens(SqliteTokens(database, clock, ids), users, clock, schema, Pace(config.api.per_minute), HOME_ZONE)
        api = Api(tokens, house, records, policy.scope, config.api.patience_s)
        errands: dict[str, Callable[..., Awaitable[Any]]] = {
            "wake": partial(_wake, lanes, delivery), CONFIDE: box.confide, **People(users, knocks).verbs(),
            **Outgoing(outbox, delivery.wake).verbs(), **jobs.verbs(), **EditedPrompts(prompts, PROMPTS).verbs(),
            **LookingBack(risks, risks, judge, judge, outcomes.keep, clock, HOME_ZONE).verbs(),
        }  # fmt: skip
        desk = Desk(house, reports, visits, seeding, verbs, tokens, api.verbs(), errands, words)
        yield Opened(house, desk, drafts, content, skills, heads)


async def _note_rules(heads: SqliteHeads, rulebook: Rulebook, skills: Skills, users: Users) -> None:
    """Leave a trace of the rules in force, where they are not those of the last trace."""
    people = {(one.id, one.role, one.team, one.regions) for one in await users.everyone()}
    held = {name: rulebook.held(name).text for name in rulebook.sets}
    await heads.note_rules(digests(**held, prompts=skills.versions, code=skills.hashes, people=people))


async def _wake(lanes: Lanes, delivery: Delivery, threads: Sequence[str]) -> None:
    """Something was kept in these threads by the front process, or said in them."""
    for thread in threads:
        lanes.wake(ThreadId(thread))
    delivery.wake()


async def _begun(stack: AsyncExitStack, part: object) -> None:
    """Begin whatever has a beginning, and see to its end."""
    if start := getattr(part, "start", None):
        await start()
    if close := getattr(part, "close", None):
        stack.push_async_callback(close)
