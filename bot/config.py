"""config.toml and the environment, read once into frozen dataclasses. An unknown key or a bad value stops the start, by name."""

import dataclasses
import os
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain import vocabulary
from bot.domain.alert import ChurnRules
from bot.domain.approval import ReviewRules
from bot.domain.entering import SignInRules
from bot.domain.firing import ScheduleRules
from bot.domain.offering import SkillRules
from bot.domain.own_fields import OwnFields
from bot.domain.people import Role
from bot.domain.permissions import SHIPPED, Rights
from bot.domain.permissions import Permissions as Policy
from bot.domain.targets import DigestRules, TeamTargets, target_faults
from bot.domain.teaching import ChoosingRules
from bot.errors import BadConfig
from bot.secrets import ChannelSecrets, SlackSecrets, WecomBotSecrets, WecomSecrets, channel_secrets
from bot.tables import bad, read

__all__ = ["ChannelSecrets", "SlackSecrets", "WecomBotSecrets", "WecomSecrets", "channel_secrets"]

LONGEST_CHAT_S = 100
"""Nobody waits for an answer longer than two minutes, and the builtin one must be given before."""
REGIONS = tuple(one.name for one in vocabulary.REGIONS)
LONGEST_PATIENCE_S = 110
"""The web process gives the house up after two minutes, and what the house says about it must arrive before."""
LONGEST_MAIL_STEP_S = 300
LONGEST_HEARING_S = 1_800
WHISPERS = ("tiny", "base", "small", "medium", "large-v3")
URL = r"https?://[^\s/]+(?:/\S*)?"
LINE_URL = r"wss?://[^\s/]+(?:/\S*)?"
PREFIX = "TANDEM__"
"""`TANDEM__SECTION__KEY` overrides `key` of `[section]`."""


@dataclass(frozen=True)
class Server:
    """Where Tandem listens. public_url: how people reach it from outside, empty when they cannot."""

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""


@dataclass(frozen=True)
class Embedding:
    """What turns text into vectors."""

    provider: Literal["builtin"] = "builtin"


@dataclass(frozen=True)
class Chat:
    """A chat model behind an OpenAI-compatible endpoint; off while `base_url` is empty.

    timeout_s: how long one answer may take, retries and all. local: it runs in this house, so what it is sent is not masked.
    budget_per_user_day: tokens, in and out, that one person may use a day; 0 for no bound.
    """

    base_url: str = ""
    model: str = ""
    timeout_s: int = 20
    local: bool = False
    budget_per_user_day: int = 200_000


@dataclass(frozen=True)
class Roles:
    """What a chat model is for; a skill's manifest names one of these. What a role does not say it has from `[models.chat]`.

    choosing: which skill is meant. reading: what rules cannot read. writing: the wording of answers.
    """

    choosing: Chat = Chat()
    reading: Chat = Chat()
    writing: Chat = Chat()


@dataclass(frozen=True)
class Speech:
    """What hears: the builtin model, or an OpenAI-compatible endpoint, for which base_url and model are needed.

    model: of the builtin ones, a size of Whisper: tiny, base, small, medium or large-v3; "" is base. folder: where its weights lie, ""
    for the home. timeout_s: how long the endpoint may take. local: it runs in this house, so no sound leaves it.
    """

    provider: Literal["builtin", "openai"] = "builtin"
    model: str = ""
    folder: str = ""
    base_url: str = ""
    timeout_s: int = 120
    local: bool = False


@dataclass(frozen=True)
class Models:
    """The brains beside the builtin one."""

    chat: Chat = Chat()
    roles: Roles = Roles()
    embedding: Embedding = Embedding()
    speech: Speech = Speech()


@dataclass(frozen=True)
class Store:
    """Where the truth is kept."""

    url: Literal["sqlite"] = "sqlite"


@dataclass(frozen=True)
class Knowledge:
    """Limits of what is taken in. max_file_mb: larger files are refused."""

    max_file_mb: int = 50


@dataclass(frozen=True)
class Conversation:
    """Bounds of talk. backlog: how many unanswered messages one person may have waiting. threads: how many are worked on side by side."""

    backlog: int = 20
    threads: int = 16


@dataclass(frozen=True)
class Api:
    """What programs may ask. per_minute: requests of one token. patience_s: how long they wait for an answer, which itself goes on."""

    per_minute: int = 60
    patience_s: int = 60


@dataclass(frozen=True)
class Retention:
    """Days that content is kept, by class; what is older is erased, its digest stays."""

    audio: int = 30
    transcript: int = 365
    turn: int = 730
    evidence: int = 730


@dataclass(frozen=True)
class Fiscal:
    """The firm's own year. year_starts: month and day, `04-01`."""

    year_starts: str = "01-01"


@dataclass(frozen=True)
class Wecom:
    """Where WeCom's interface is, and the AI bot's long connection: others for a private deployment, or a proxy."""

    api_base: str = "https://qyapi.weixin.qq.com"
    bot_url: str = "wss://openws.work.weixin.qq.com"


@dataclass(frozen=True)
class Slack:
    """Where Slack's interface is."""

    api_base: str = "https://slack.com/api/"


@dataclass(frozen=True)
class Channels:
    """The chats. One is on when its secrets are in the environment; see `channel_secrets`."""

    wecom: Wecom = Wecom()
    slack: Slack = Slack()


@dataclass(frozen=True)
class Mail:
    """How mail leaves, by SMTP; off while `host` is empty. Its password: SMTP_PASSWORD in the environment.

    security: starttls (as a rule port 587) and tls (465) check the server's certificate; none is for a relay in the same house alone.
    user: who signs in, empty for nobody. from_: the house's own address. as_rep: letters bear the rep's own address instead, where the
    server lets it. ca_file: certificates to trust beside those of the system. timeout_s: for one step.
    """

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    from_: str = ""
    as_rep: bool = False
    ca_file: str = ""
    timeout_s: int = 20


@dataclass(frozen=True)
class Access:
    """Who may talk whom nobody named, out of the verified workspace: link (by a code), rep (a rep of team "default"), refuse."""

    unknown: Literal["link", "rep", "refuse"] = "link"


@dataclass(frozen=True)
class Permissions:
    """What each role may do. A role's table changes what it names; the rest of the role stays as it ships."""

    rep: Rights = SHIPPED[Role.REP]
    manager: Rights = SHIPPED[Role.MANAGER]
    coach: Rights = SHIPPED[Role.COACH]
    marketing: Rights = SHIPPED[Role.MARKETING]
    delivery: Rights = SHIPPED[Role.DELIVERY]
    service: Rights = SHIPPED[Role.SERVICE]
    legal: Rights = SHIPPED[Role.LEGAL]
    reviewer: Rights = SHIPPED[Role.REVIEWER]
    admin: Rights = SHIPPED[Role.ADMIN]

    def policy(self) -> Policy:
        """The same, to be asked."""
        return Policy({role: getattr(self, role) for role in Role})


@dataclass(frozen=True)
class UserEntry:
    """One of our people, as the config seeds the store. wecom, slack: the person's id there.

    regions: of accounts, for roles that reach as far as a region.
    """

    name: str
    email: str
    role: Role = Role.REP
    team: str = "default"
    zone: str = "Asia/Shanghai"
    wecom: str = ""
    slack: str = ""
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Config:
    """The whole of config.toml. A room receives its own table, never this."""

    server: Server = Server()
    models: Models = Models()
    store: Store = Store()
    knowledge: Knowledge = Knowledge()
    conversation: Conversation = Conversation()
    api: Api = Api()
    channels: Channels = Channels()
    access: Access = Access()
    signin: SignInRules = field(default_factory=SignInRules)
    mail: Mail = Mail()
    retention: Retention = Retention()
    fiscal: Fiscal = Fiscal()
    skills: SkillRules = field(default_factory=SkillRules)
    permissions: Permissions = Permissions()
    review: ReviewRules = field(default_factory=ReviewRules)
    schedule: ScheduleRules = field(default_factory=ScheduleRules)
    choosing: ChoosingRules = field(default_factory=ChoosingRules)
    churn: ChurnRules = field(default_factory=ChurnRules)
    digests: DigestRules = field(default_factory=DigestRules)
    targets: TeamTargets = field(default_factory=dict)
    fields: OwnFields = field(default_factory=OwnFields)
    users: tuple[UserEntry, ...] = field(default=())

    def policy(self) -> Policy:
        """Who may see and change what, the house's own fields among it."""
        return dataclasses.replace(self.permissions.policy(), schema=self.fields.schema())


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Read `path` and what the environment overrides.  Raises: BadConfig naming file, key and remedy."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadConfig("config_missing", file=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as err:
        raise BadConfig("config_unreadable", file=str(path), why=str(err)) from err
    for name, value in environment.items():
        if name.startswith(PREFIX):
            _override(raw, name, value)
    _inherit(raw)
    config: Config = read(Config, raw, "", str(path))
    _check(config, str(path))
    return config


def with_sections(config: Config, text: str, sections: Collection[str], file: str) -> Config:
    """`config` with tables of its own replaced by those in `text`, which has these sections and no others; checked as a whole.

    file: what is named where something does not fit.  Raises: BadConfig.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        raise BadConfig("config_unreadable", file=file, why=str(err)) from err
    for name in raw:
        if name not in sections:
            raise BadConfig("config_unknown_key", file=file, key=name, known=", ".join(sections))
    for name in sections:
        if name not in raw:
            raise BadConfig("config_missing_key", file=file, key=name)
    types, bases = get_type_hints(Config), {entry.name: entry.default for entry in dataclasses.fields(Config)}
    changed = dataclasses.replace(config, **{name: read(types[name], raw[name], name, file, bases[name]) for name in sections})
    _check(changed, file)
    return changed


def _override(raw: dict[str, Any], name: str, value: str) -> None:
    *tables, key = name.removeprefix(PREFIX).lower().split("__")
    place = raw
    for table in tables:
        place = place.setdefault(table, {})
        if not isinstance(place, dict):
            raise BadConfig("config_unknown_key", file="environment", key=name, known="TANDEM__SECTION__KEY")
    place[key] = value


def _inherit(raw: dict[str, Any]) -> None:
    """Give each role what `[models.chat]` says and it does not. What is no table is left to the reader, who will name it."""
    match raw.get("models"):
        case {"chat": dict(chat), **rest} if isinstance(roles := rest.get("roles", {}), dict):
            heirs = {name: roles.get(name, {}) for name in (*(entry.name for entry in dataclasses.fields(Roles)), *roles)}
            raw["models"]["roles"] = {name: {**chat, **heir} if isinstance(heir, dict) else heir for name, heir in heirs.items()}


def _check(config: Config, file: str) -> None:
    try:
        date.fromisoformat(f"2025-{config.fiscal.year_starts}")  # a year without a 29 February: a fiscal year starts every year
    except ValueError:
        raise bad(file, "fiscal.year_starts", config.fiscal.year_starts, "month-day, such as 04-01") from None
    if not 0 <= config.server.port <= 65535:  # noqa: PLR2004 - the range of TCP ports
        raise bad(file, "server.port", config.server.port, "0 to 65535")
    for name, base in (("wecom", config.channels.wecom.api_base), ("slack", config.channels.slack.api_base)):
        if not re.fullmatch(URL, base):
            raise bad(file, f"channels.{name}.api_base", base, "http://… or https://…")
    if not re.fullmatch(LINE_URL, config.channels.wecom.bot_url):
        raise bad(file, "channels.wecom.bot_url", config.channels.wecom.bot_url, "ws://… or wss://…")
    _check_models(config.models, file)
    _check_policies(config, file)
    _check_users(config.users, file)
    _check_mail(config.mail, file)
    for name, least in (("knowledge.max_file_mb", config.knowledge.max_file_mb), ("conversation.backlog", config.conversation.backlog),
                        ("conversation.threads", config.conversation.threads), ("api.per_minute", config.api.per_minute)):
        if least < 1:
            raise bad(file, name, least, "at least 1")
    if not 1 <= config.api.patience_s <= LONGEST_PATIENCE_S:
        raise bad(file, "api.patience_s", config.api.patience_s, f"1 to {LONGEST_PATIENCE_S}")


def _check_policies(config: Config, file: str) -> None:
    for place, said, fits in config.fields.faults():
        raise bad(file, f"fields.{place}", said, fits)
    for fault in config.policy().faults():
        raise bad(file, f"permissions.{fault.role}.{fault.part}", fault.name, ", ".join(fault.known))
    for key, value, wanted in config.skills.faults():
        raise bad(file, f"skills.{key}", value, wanted)
    for key, value, wanted in config.review.faults():
        raise bad(file, f"review.{key}", value, wanted)
    for key, value, wanted in target_faults(config.targets):
        raise bad(file, f"targets.{key}", value, wanted)
    for key, value, wanted in config.schedule.faults():
        raise bad(file, f"schedule.{key}", value, wanted)
    for key, value, wanted in config.signin.faults():
        raise bad(file, f"signin.{key}", value, wanted)
    for key, value, wanted in config.choosing.faults():
        raise bad(file, f"choosing.{key}", value, wanted)


def _check_users(users: tuple[UserEntry, ...], file: str) -> None:
    seen: set[str] = set()
    for number, user in enumerate(users, 1):
        try:
            ZoneInfo(user.zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise bad(file, f"users[{number}].zone", user.zone, "an IANA time zone, such as Asia/Shanghai") from None
        if "@" not in user.email or user.email.casefold() in seen:
            raise bad(file, f"users[{number}].email", user.email, "an e-mail address that no other user has")
        seen.add(user.email.casefold())
        for region in user.regions:
            if region not in REGIONS:
                raise bad(file, f"users[{number}].regions", region, ", ".join(REGIONS))


def _check_mail(mail: Mail, file: str) -> None:
    if not mail.host:
        return
    for key, value, holds, wanted in (
        ("host", mail.host, re.fullmatch(r"[^\s/:]+|[0-9a-fA-F:]+", mail.host), "a host name, such as smtp.example.com"),
        ("port", mail.port, 0 < mail.port <= 65535, "1 to 65535"),  # noqa: PLR2004 - the range of TCP ports
        ("from", mail.from_, re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", mail.from_), "the house's address, such as sales@example.com"),
        ("user", mail.user, not mail.user or mail.security != "none", "none, or security = starttls or tls: a password never goes bare"),
        ("timeout_s", mail.timeout_s, 1 <= mail.timeout_s <= LONGEST_MAIL_STEP_S, f"1 to {LONGEST_MAIL_STEP_S}"),
        ("ca_file", mail.ca_file, not mail.ca_file or Path(mail.ca_file).is_file(), "a file with certificates (PEM)"),
    ):
        if not holds:
            raise bad(file, f"mail.{key}", value, wanted)


def _check_models(models: Models, file: str) -> None:
    _check_speech(models.speech, file)
    named = {f"roles.{entry.name}": getattr(models.roles, entry.name) for entry in dataclasses.fields(Roles)}
    for name, chat in {"chat": models.chat, **named}.items():
        if chat.base_url and not re.fullmatch(URL, chat.base_url):
            raise bad(file, f"models.{name}.base_url", chat.base_url, "http://… or https://…, mostly ending in /v1")
        if bool(chat.base_url) is not bool(chat.model):
            raise bad(file, f"models.{name}.{'model' if chat.base_url else 'base_url'}", "", "base_url and model, both or neither")
        if not 1 <= chat.timeout_s <= LONGEST_CHAT_S:
            raise bad(file, f"models.{name}.timeout_s", chat.timeout_s, f"1 to {LONGEST_CHAT_S}")
        if chat.budget_per_user_day < 0:
            raise bad(file, f"models.{name}.budget_per_user_day", chat.budget_per_user_day, "0 (no bound) or more")


def _check_speech(speech: Speech, file: str) -> None:
    distant = speech.provider == "openai"
    for key, value, holds, wanted in (
        ("base_url", speech.base_url, bool(re.fullmatch(URL, speech.base_url)) is distant, "http://… or https://…, for openai alone"),
        ("model", speech.model, bool(speech.model) if distant else speech.model in {"", *WHISPERS}, f"the endpoint's, or {WHISPERS}"),
        ("folder", speech.folder, not speech.folder or Path(speech.folder).is_dir(), "a folder with model.bin"),
        ("timeout_s", speech.timeout_s, 1 <= speech.timeout_s <= LONGEST_HEARING_S, f"1 to {LONGEST_HEARING_S}"),
    ):  # fmt: skip
        if not holds:
            raise bad(file, f"models.speech.{key}", value, wanted)
