"""`tandem check`: validates config, prompts and skills, and says what is on, what is off, and why. Changes nothing."""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.abilities import PORTS
from bot.brains.roles import tried
from bot.config import ChannelSecrets, Chat, Config, Roles, Speech, channel_secrets, load
from bot.connections import asked
from bot.domain.acquaintance import Knock
from bot.domain.approval import ReviewRules
from bot.domain.decision import MessageState
from bot.domain.entering import OIDC, PATHS, is_safe
from bot.domain.people import User
from bot.domain.prompting import Edition, Holding, holding
from bot.domain.review import Post
from bot.domain.seating import ROLE_OF, SITTING
from bot.errors import BadConfig
from bot.home import Home
from bot.judging import check_card
from bot.listening import installed, weights_of
from bot.manifests import load_manifests, load_skill
from bot.places import CLAUSES, PROMPTS, SKILLS
from bot.ports import Prompt
from bot.private_line import NobodyServes, call
from bot.prompts import fill, load_prompts
from bot.render.fonts import chinese_font
from bot.ruling import Ruling
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.editions import SqliteEditions
from bot.store.meeting import SqliteKnocks
from bot.store.outbox import SqliteOutbox
from bot.store.users import SqliteUsers
from bot.workdays import Calendars, SpecialDays

Finding = dict[str, Any]


HELLO = "house/hello"
LIBRARY = "skills.compare_contracts.library"
STATUS_TIMEOUT_S = 2.0
MIN_SITTING = 2
"""People who may agree to something: fewer, and what one of them writes has nobody."""
KNOCKED = timedelta(days=7)
"""How long ago somebody unknown may have knocked to be worth a line."""


def check(config_path: Path, home: Home, *, online: bool = False) -> Sequence[Finding]:
    """Everything worth saying, `{state: on | off | wrong | warn | drift, key, facts}` each, wrong ones included instead of raised.

    online: ask the services outside, too, a few tokens each.
    """
    return list(_findings(config_path, home, online=online))


def matrix(config_path: Path, home: Home | None = None) -> Sequence[Finding]:
    """Who may what, `{role, entity, reads, writes: {field: reach}, hidden: [field]}` each; nothing where the config is wrong.

    home: whose admins may have changed it.
    """
    try:
        config = load(config_path)
        cells = (ruling(config, home).held()["permissions"].value if home else config.policy()).matrix()
    except BadConfig:
        return []
    return [
        {"role": one.role, "entity": one.entity, "reads": one.reads, "writes": dict(one.writes), "hidden": list(one.hidden)}
        for one in cells
    ]


def _findings(config_path: Path, home: Home, *, online: bool) -> Iterator[Finding]:
    try:
        config = load(config_path)
        Calendars(config.review, config.schedule.countries).of("")  # raises where nobody knows a country's days
        yield _finding("on", "check_config", file=str(config_path))
        for one in config.fields.opportunity:
            told = {"name": one.name, "label": f"{one.zh} / {one.en}", "type": one.type.value, "count": len(one.examples)}
            yield _finding("on", "check_own_field", **told)
        check_card(config.churn, str(config_path))
        prompts = load_prompts(PROMPTS)
        yield _finding("on", "check_prompts", count=len(prompts))
        for manifest in load_manifests(SKILLS, prompts, PORTS).values():
            if manifest.status == "ready":
                load_skill(manifest)
            yield _finding("on" if manifest.status == "ready" else "off", f"check_skill_{manifest.status}", name=manifest.name)
        yield _finding("on", "check_clauses", count=check_clauses(CLAUSES))
    except BadConfig as wrong:
        yield _finding("wrong", wrong.key, **wrong.facts)
        return
    yield from parts(config, home)
    lines = _lines(home)
    if online:
        yield from _answering(config.models.roles, fill(prompts[HELLO], {}))
        yield from asyncio.run(_asked(config, alone=lines is None))
    yield from lines or ()
    if home.truth.exists():
        rules = ruling(config, home)
        yield from _drift(config, home, rules.held()["review"].value)
        yield from _edited(home, prompts)
        yield from rules.findings()
    else:
        yield _finding("off", "check_no_home", folder=str(home.folder))


def parts(config: Config, home: Home) -> Iterator[Finding]:
    """What of brains, ears, charts and channels is on, what is off and why. Nobody is asked, nothing is opened."""
    yield from _chat_models(config.models.roles)
    yield _finding("on", "check_embedding")
    yield _hearing(config.models.speech, home)
    font = chinese_font()
    yield _finding("on", "check_chart_font", file=font.path.name) if font else _finding("off", "check_no_chart_font")
    yield from _chats(config)
    if not config.server.public_url:
        yield _finding("off", "check_public_url")


def ruling(config: Config, home: Home) -> Ruling:
    """The rules of a home as they hold."""
    return Ruling(home, config, [path.parent.name for path in SKILLS.glob("*/skill.toml")])


def check_clauses(folder: Path) -> int:
    """Read the clause library in `folder` as a comparison does, and count its rules.  Raises: BadConfig naming the file and the rule."""
    texts: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            texts[file.name] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as err:
            raise BadConfig("clauses_bad", file=str(file), why=str(err)) from err
    read = import_module(LIBRARY).library(texts)
    return len(read.general) + sum(len(shelf.rules) for shelf in read.shelves.values())


def _hearing(speech: Speech, home: Home) -> Finding:
    """What hears voice messages, and whether sound leaves the machine for it."""
    if not installed():
        return _finding("off", "check_speech_uninstalled")
    if speech.provider == "openai":
        key, state = ("check_speech_local", "on") if speech.local else ("check_speech_remote", "warn")
        return _finding(state, key, url=speech.base_url, model=speech.model)
    weights = weights_of(speech, home)
    if not weights.are_here:
        return _finding("off", "check_speech_off")
    try:
        weights.checked()
    except BadConfig as wrong:
        return _finding("wrong", wrong.key, **wrong.facts)
    return _finding("on", "check_speech_on", size=weights.size)


def _lines(home: Home) -> Sequence[Finding] | None:
    """How the connections stand that nobody but the house may try, for a second one would take them away; None where no house runs."""
    try:
        status = list(call(home.socket, {"verb": "status"}, timeout_s=STATUS_TIMEOUT_S))[-1]
    except NobodyServes:
        return None
    except (OSError, ValueError, IndexError):
        return ()
    return tuple((status.get("result") or {}).get("lines", ()))


def _chat_models(roles: Roles) -> Iterator[Finding]:
    """The chat models by role, whether sentences leave the machine for them, and whether there is a key."""
    on = _in_roles(roles)
    if not on:
        yield _finding("off", "check_chat_model")
        return
    yield _finding("on" if os.environ.get("OPENAI_API_KEY") else "off", "check_chat_key")
    for name, chat in on.items():
        told = {"role": name, "model": chat.model, "url": chat.base_url, "budget": chat.budget_per_user_day or "∞"}
        yield _finding("on", "check_chat_local" if chat.local else "check_chat_masked", **told)


def _answering(roles: Roles, hello: str) -> Iterator[Finding]:
    """Whether the chat models answer."""
    for name, chat in _in_roles(roles).items():
        why = asyncio.run(tried(chat, os.environ.get("OPENAI_API_KEY", ""), hello))
        yield _finding("wrong" if why else "on", "check_chat_silent" if why else "check_chat_answers", role=name, why=why)


def _in_roles(roles: Roles) -> Mapping[str, Chat]:
    chats: Mapping[str, Chat] = {entry.name: getattr(roles, entry.name) for entry in fields(roles)}
    return {name: chat for name, chat in chats.items() if chat.base_url}


def _chats(config: Config) -> Iterator[Finding]:
    """Which chats are on, and whether letters are sent."""
    try:
        secrets = channel_secrets()
    except BadConfig as wrong:
        yield _finding("wrong", wrong.key, **wrong.facts)
        return
    for name in (entry.name for entry in fields(secrets) if entry.name not in {"mail", "oidc"}):
        yield _finding("on" if getattr(secrets, name) else "off", f"check_channel_{name}")
    mail = config.mail
    told = {"host": mail.host, "port": mail.port, "sender": mail.from_}
    yield _finding("on", "check_mail", **told) if mail.host else _finding("off", "check_mail_off")
    yield from _sign_in(config, secrets)


def _sign_in(config: Config, secrets: ChannelSecrets) -> Iterator[Finding]:
    """How people come in at the page: what is on, with the address that its platform must be told; what is off, and what it lacks."""
    server, oidc = config.server, config.signin.oidc
    public_url = server.public_url.rstrip("/")
    yield _finding("on", "check_signin", days=config.signin.lasts.days or 1, idle=config.signin.idle.days or 1)
    if secrets.wecom:
        where = {"back": public_url + PATHS["wecom"][1], "domain": urlsplit(public_url).netloc}
        yield _finding("on", "check_signin_wecom", **where) if public_url else _finding("off", "check_signin_wecom_off")
    if secrets.slack:
        on, fits = bool(secrets.slack.client_id), is_safe(public_url)
        state, key = ("on", "check_signin_slack") if on and fits else ("off", "check_signin_slack_url" if on else "check_signin_slack_off")
        yield _finding(state, key, back=public_url + PATHS["slack"][1])
    if not oidc.issuer:
        yield _finding("off", "check_signin_oidc_off")
        return
    back = (public_url or f"http://{server.host}:{server.port}") + PATHS[OIDC][1]
    if secrets.oidc is None:
        yield _finding("wrong", "channel_half_configured", channel="signin.oidc", missing="OIDC_CLIENT_SECRET")
        return
    yield _finding("on", "check_signin_oidc", issuer=oidc.issuer, back=back, domains=", ".join(oidc.domains) or "–")
    if config.access.unknown == "rep" and not oidc.domains:
        yield _finding("warn", "check_signin_domains")


async def _asked(config: Config, *, alone: bool) -> list[Finding]:
    """What the platforms say to our secrets. alone: no house runs that has their lines."""
    try:
        secrets = channel_secrets()
    except BadConfig:
        return []
    return [_finding(state, key, **facts) async for state, key, facts in asked(secrets, config, SystemClock(), alone=alone)]


def _drift(config: Config, home: Home, review: ReviewRules) -> Iterator[Finding]:
    """Where the people of the config and those of the store differ; the store holds. Who knocked lately and is in neither."""
    database, clock = Database(home.truth), SystemClock()
    try:
        kept = {user.email.casefold(): user for user in asyncio.run(SqliteUsers(database, clock, TimeIds()).everyone())}
        stopped = asyncio.run(SqliteOutbox(database, clock, TimeIds()).counts())
        knocks = [one for one in asyncio.run(_knocks(database)) if one.last_at > clock.now() - KNOCKED]
    finally:
        database.close()
    dead, unsure = stopped.get(MessageState.DEAD, 0), stopped.get(MessageState.UNSURE, 0)
    if dead or unsure:
        yield _finding("off", "check_outbox", dead=dead, unsure=unsure)
    if knocks:
        last = knocks[0]
        yield _finding("drift", "check_knocks", count=len(knocks), who=f"{last.channel}:{last.alias.handle} {last.name}".strip())
    yield from _reviewers(review, list(kept.values()), clock.now().year)
    for entry in config.users:
        user = kept.get(entry.email.casefold())
        if user is None:
            yield _finding("drift", "check_user_unseeded", email=entry.email)
        elif (user.name, user.role, user.team, user.zone, user.regions) != (entry.name, entry.role, entry.team, entry.zone, entry.regions):
            kept_as = ", ".join((user.name, user.role, user.team, user.zone, *user.regions))
            yield _finding("drift", "check_user_differs", email=entry.email, kept=kept_as)


def _edited(home: Home, shipped: Mapping[str, Prompt]) -> Iterator[Finding]:
    """Prompts that were edited here: those that hold, those under which an upgrade changed the text, those that cannot be used."""
    database = Database(home.truth)
    try:
        over = asyncio.run(_editions(database))
    finally:
        database.close()
    states = {Holding.EDITED: "on", Holding.UPGRADED: "drift", Holding.BROKEN: "warn"}
    for name, edition in sorted(over.items()):
        held = holding(edition, shipped[name].text, shipped[name].variables) if name in shipped else Holding.BROKEN
        if held in states:
            yield _finding(states[held], f"check_prompt_{held}", name=name, number=edition.number)


async def _editions(database: Database) -> Mapping[str, Edition]:
    """What is in force; nothing in a home that an older Tandem made."""
    there = await database.read(lambda connection: connection.table("prompt_editions").exists())
    return await SqliteEditions(database, SystemClock(), TimeIds()).in_force() if there else {}


def _reviewers(rules: ReviewRules, users: Sequence[User], year: int) -> Iterator[Finding]:
    """Who sits for which post, and what they are asked; which post has nobody, or a single one who cannot agree to what is their own."""
    for post in Post if users else ():
        names = ", ".join(user.name for user in users if user.role is ROLE_OF[post])
        told = {"post": post.value, "who": names, "what": ", ".join(rules.asked_of(post)) or "–"}
        yield _finding("on", "check_review", **told) if names else _finding("off", "check_review_nobody", **told)
    sitting = sum(user.role in SITTING for user in users)
    if sitting < MIN_SITTING:
        yield _finding("off", "check_review_alone", count=sitting)
    if not SpecialDays(rules.country).knows(year):
        yield _finding("off", "check_review_calendar", country=rules.country, year=year)


async def _knocks(database: Database) -> Sequence[Knock]:
    """Who knocked; nobody in a home that an older Tandem made."""
    there = await database.read(lambda connection: connection.table("knocks").exists())
    return await SqliteKnocks(database, SystemClock()).recent() if there else ()


def _finding(state: str, key: str, /, **facts: object) -> Finding:
    return {"state": state, "key": key, "facts": facts}
