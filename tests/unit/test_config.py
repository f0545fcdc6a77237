"""config.toml: what is read, and what stops the start."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import (
    Chat,
    Config,
    Roles,
    Server,
    SlackSecrets,
    UserEntry,
    WecomBotSecrets,
    WecomSecrets,
    channel_secrets,
    load,
)
from bot.domain.people import Role
from bot.domain.permissions import SHIPPED as SHIPPED_RIGHTS
from bot.domain.scope import Reach
from bot.errors import BadConfig
from bot.secrets import MailSecrets

SHIPPED = Path(__file__).parents[2] / "config.toml"


def written(folder: Path, text: str) -> Path:
    """A config file with `text`."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_config_states_the_defaults() -> None:
    """The file that ships says in full what holds without it."""
    assert Config() == load(SHIPPED, {})


def test_environment_overrides_the_file(tmp_path: Path) -> None:
    """TANDEM__SECTION__KEY comes before the file, numbers included."""
    path = written(tmp_path, "[server]\nport = 1\n")

    config = load(path, {"TANDEM__SERVER__PORT": "9000", "TANDEM__MODELS__EMBEDDING__PROVIDER": "builtin", "OTHER": "x"})

    assert Server(port=9000) == config.server


def test_user_is_read_with_defaults(tmp_path: Path) -> None:
    """A name and an e-mail address are enough."""
    path = written(tmp_path, '[[users]]\nname = "Ann"\nemail = "ann@example.com"\nrole = "legal"\n')

    assert (UserEntry("Ann", "ann@example.com", Role.LEGAL, "default", "Asia/Shanghai"),) == load(path, {}).users


def test_a_role_has_from_the_chat_model_what_it_does_not_say(tmp_path: Path) -> None:
    """One endpoint serves every role; a role changes what it names, from the file or the environment."""
    path = written(tmp_path, '[models.chat]\nbase_url = "https://m.example/v1"\nmodel = "big"\n[models.roles.choosing]\nmodel = "small"\n')

    roles = load(path, {"TANDEM__MODELS__ROLES__READING__LOCAL": "true"}).models.roles

    big = Chat("https://m.example/v1", "big")
    assert Roles(replace(big, model="small"), replace(big, local=True), big) == roles


def own_field(*lines: str) -> str:
    """A field of the house's own as config.toml has it, with some lines otherwise."""
    usual = ('name = "line_count"', 'zh = "产线数量"', 'en = "Number of lines"', 'type = "number"', 'examples = ["有 {3} 条产线"]')
    keyed = {line.partition(" = ")[0]: line for line in (*usual, *lines)}
    return "\n".join(("[[fields.opportunity]]", *keyed.values(), ""))


def test_a_field_of_the_houses_own_may_be_hidden_from_a_role(tmp_path: Path) -> None:
    """It stands in the schema, and so in the policy."""
    config = load(written(tmp_path, own_field() + '[permissions.coach]\nhidden = ["opportunity.line_count"]\n'), {})

    assert ["line_count"] == [one.name for one in config.fields.opportunity]
    assert ("line_count",) == next(cell.hidden for cell in config.policy().matrix() if (cell.role, cell.entity) == ("coach", "opportunity"))


@pytest.mark.parametrize(
    "text, key, where",
    [
        ("[server]\nprot = 1\n", "config_unknown_key", "server.prot"),
        ("[severs]\n", "config_unknown_key", "severs"),
        ('[server]\nport = "x"\n', "config_bad_value", "server.port"),
        ('[access]\nunknown = "open"\n', "config_bad_value", "access.unknown"),
        ('[channels.slack]\napi_base = "slack.com"\n', "config_bad_value", "channels.slack.api_base"),
        ('[channels.wecom]\nsecret = "s"\n', "config_unknown_key", "channels.wecom.secret"),
        ('[review]\nhours = "9 to 5"\n', "config_bad_value", "review.hours"),
        ('[review]\nexec_post = "boss"\n', "config_bad_value", "review.exec_post"),
        ('[review.authority]\ndiscount_pct = "much"\n', "config_bad_value", "review.authority.discount_pct"),
        ("[[review.quotes]]\ndiscount_above = 10\n", "config_missing_key", "review.quotes[1].posts"),
        ('[[review.quotes]]\nposts = ["legal"]\n', "config_bad_value", "review.quotes[1]"),
        ("[server]\nport = 70000\n", "config_bad_value", "server.port"),
        ("[server]\nport = true\n", "config_bad_value", "server.port"),
        ("[server]\nhost = 1\n", "config_bad_value", "server.host"),
        ("server = 3\n", "config_bad_value", "server"),
        ("users = 3\n", "config_bad_value", "users"),
        ('[store]\nurl = "mysql://x"\n', "config_bad_value", "store.url"),
        ('[[users]]\nname = "Ann"\n', "config_missing_key", "users[1].email"),
        ('[[users]]\nname = "Ann"\nemail = "a@b"\nrole = "boss"\n', "config_bad_value", "users[1].role"),
        ('[[users]]\nname = "Ann"\nemail = "a@b"\nzone = "Mars/North"\n', "config_bad_value", "users[1].zone"),
        ('[[users]]\nname = "Ann"\nemail = "a@b"\n[[users]]\nname = "An"\nemail = "A@B"\n', "config_bad_value", "users[2].email"),
        ('[models.chat]\nbase_url = "http://m/v1"\n', "config_bad_value", "models.chat.model"),
        ('[models.chat]\nmodel = "m"\n', "config_bad_value", "models.chat.base_url"),
        ('[models.chat]\nbase_url = "ftp://m"\nmodel = "m"\n', "config_bad_value", "models.chat.base_url"),
        ("[models.chat]\ntimeout_s = 0\n", "config_bad_value", "models.chat.timeout_s"),
        ("[models.chat]\ntimeout_s = 101\n", "config_bad_value", "models.chat.timeout_s"),
        ('[models.chat]\nlocal = "maybe"\n', "config_bad_value", "models.chat.local"),
        ('[models.chat]\napi_key = "k"\n', "config_unknown_key", "models.chat.api_key"),
        ("[models.chat]\nbudget_per_user_day = -1\n", "config_bad_value", "models.chat.budget_per_user_day"),
        ("[models]\nchat = 3\n", "config_bad_value", "models.chat"),
        ("[models.roles.dreaming]\n", "config_unknown_key", "models.roles.dreaming"),
        ('[models.chat]\nbase_url = "http://m/v1"\nmodel = "m"\n[models.roles]\nwriting = 1\n', "config_bad_value", "models.roles.writing"),
        ('[channels.wecom]\nbot_url = "https://x"\n', "config_bad_value", "channels.wecom.bot_url"),
        ("[conversation]\nbacklog = 0\n", "config_bad_value", "conversation.backlog"),
        ("[api]\nper_minute = 0\n", "config_bad_value", "api.per_minute"),
        ("[api]\npatience_s = 0\n", "config_bad_value", "api.patience_s"),
        ("[api]\npatience_s = 111\n", "config_bad_value", "api.patience_s"),
        ('[[users]]\nname = "Ann"\nemail = "a@b"\nregions = ["mars"]\n', "config_bad_value", "users[1].regions"),
        ('[[users]]\nname = "Ann"\nemail = "a@b"\nregions = "emea"\n', "config_bad_value", "users[1].regions"),
        ('[mail]\nfrom_ = "a@b"\n', "config_unknown_key", "mail.from_"),
        ('[mail]\nhost = "smtp.example.com"\n', "config_bad_value", "mail.from"),
        ('[mail]\nhost = "smtp example"\nfrom = "a@b"\n', "config_bad_value", "mail.host"),
        ('[mail]\nhost = "m"\nfrom = "a@b"\nport = 0\n', "config_bad_value", "mail.port"),
        ('[mail]\nhost = "m"\nfrom = "a@b\\r\\nBcc: c@d"\n', "config_bad_value", "mail.from"),
        ('[mail]\nhost = "m"\nfrom = "a@b"\nsecurity = "none"\nuser = "u"\n', "config_bad_value", "mail.user"),
        ('[mail]\nhost = "m"\nfrom = "a@b"\nsecurity = "ssl"\n', "config_bad_value", "mail.security"),
        ('[mail]\nhost = "m"\nfrom = "a@b"\ntimeout_s = 0\n', "config_bad_value", "mail.timeout_s"),
        ('[mail]\nhost = "m"\nfrom = "a@b"\nca_file = "/nowhere.pem"\n', "config_bad_value", "mail.ca_file"),
        ("[permissions.boss]\n", "config_unknown_key", "permissions.boss"),
        ("[permissions.rep]\nsees = []\n", "config_unknown_key", "permissions.rep.sees"),
        ('[permissions.rep]\nreads = "all"\n', "config_bad_value", "permissions.rep.reads"),
        ('[permissions.rep]\nreads = { order = "far" }\n', "config_bad_value", "permissions.rep.reads.order"),
        ('[permissions.rep]\nreads = { orders = "all" }\n', "config_bad_value", "permissions.rep.reads"),
        ('[permissions.rep]\nwrites = { "order.colour" = "all" }\n', "config_bad_value", "permissions.rep.writes"),
        ('[permissions.rep]\nhidden = ["order.colour"]\n', "config_bad_value", "permissions.rep.hidden"),
        (own_field('name = "Lines"'), "config_bad_value", "fields.opportunity[1].name"),
        (own_field('name = "amount"'), "config_bad_value", "fields.opportunity[1].name"),
        (own_field('name = "task2"'), "config_bad_value", "fields.opportunity[1].name"),
        (own_field('zh = "金额"'), "config_bad_value", "fields.opportunity[1].zh"),
        (own_field('en = "Close date"'), "config_bad_value", "fields.opportunity[1].en"),
        (own_field('type = "colour"'), "config_bad_value", "fields.opportunity[1].type"),
        (own_field('type = "choice"', "examples = []"), "config_bad_value", "fields.opportunity[1].values"),
        (own_field('values = [{ name = "a", zh = "甲", en = "a" }]'), "config_bad_value", "fields.opportunity[1].values"),
        (own_field('examples = ["有 3 条产线"]'), "config_bad_value", "fields.opportunity[1].examples[1]"),
        (own_field('examples = ["有 {3} 条产线", "{3}"]'), "config_bad_value", "fields.opportunity[1].examples[2]"),
        (own_field('examples = ["有 {几} 条产线"]'), "config_bad_value", "fields.opportunity[1].examples[1]"),
        (own_field("colour = 1"), "config_unknown_key", "fields.opportunity[1].colour"),
        (own_field() + own_field(), "config_bad_value", "fields.opportunity[2].name"),
        ('[[fields.opportunity]]\nname = "lines"\n', "config_missing_key", "fields.opportunity[1].zh"),
        ("[[fields.account]]\n", "config_unknown_key", "fields.account"),
    ],
)
def test_mistake_is_named(tmp_path: Path, text: str, key: str, where: str) -> None:
    """A wrong key or value stops the start, by file and key."""
    path = written(tmp_path, text)

    with pytest.raises(BadConfig) as wrong:
        load(path, {})

    assert (key, str(path), where) == (wrong.value.key, wrong.value.facts["file"], wrong.value.facts["key"])


@pytest.mark.parametrize(
    "content, key", [(b"[server", "config_unreadable"), (b"\xff\xfe\x00", "config_unreadable"), (None, "config_missing")]
)
def test_unreadable_file_is_named(tmp_path: Path, content: bytes | None, key: str) -> None:
    """A file that is broken or absent is said to be so."""
    path = tmp_path / "config.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadConfig) as wrong:
        load(path, {})

    assert key == wrong.value.key


def test_a_role_keeps_what_its_table_does_not_name(tmp_path: Path) -> None:
    """What is named replaces what shipped, whole; what is not stays, and so do the other roles."""
    path = written(tmp_path, '[permissions.delivery]\nwrites = { "order.status" = "team" }\n')

    read = load(path, {"TANDEM__PERMISSIONS__REP__READS__ORDER": "own"}).permissions

    assert replace(SHIPPED_RIGHTS[Role.DELIVERY], writes={"order.status": Reach.TEAM}) == read.delivery
    assert (replace(SHIPPED_RIGHTS[Role.REP], reads={"order": Reach.OWN}), SHIPPED_RIGHTS[Role.LEGAL]) == (read.rep, read.legal)


def test_environment_cannot_invent_keys() -> None:
    """A misspelt variable stops the start, like a misspelt key."""
    with pytest.raises(BadConfig) as wrong:
        load(SHIPPED, {"TANDEM__SERVER__PROT": "9000"})

    assert "server.prot" == wrong.value.facts["key"]


APP = {"WECOM_CORP_ID": "ww1", "WECOM_AGENT_ID": "1000002", "WECOM_SECRET": "s", "WECOM_TOKEN": "t", "WECOM_AES_KEY": "k" * 43}
BOT = {"WECOM_BOT_ID": "b", "WECOM_BOT_SECRET": "c"}


def test_a_channel_is_on_when_its_secrets_are_there() -> None:
    """Each channel has its own; without any, all are off."""
    secrets = channel_secrets({**APP, **BOT, "SLACK_BOT_TOKEN": "xoxb", "SLACK_SIGNING_SECRET": "x"})

    assert (None, None, None) == (channel_secrets({}).wecom, channel_secrets({}).wecom_bot, channel_secrets({}).slack)
    assert WecomSecrets("ww1", 1000002, "s", "t", "k" * 43) == secrets.wecom
    assert WecomBotSecrets("b", "c", "ww1") == secrets.wecom_bot
    assert SlackSecrets("xoxb", "x", "") == secrets.slack


def test_slack_needs_no_signing_secret_over_its_socket() -> None:
    """Socket Mode brings its own trust."""
    assert SlackSecrets("xoxb", "", "xapp") == channel_secrets({"SLACK_BOT_TOKEN": "xoxb", "SLACK_APP_TOKEN": "xapp"}).slack


def test_the_bot_may_name_its_firm_without_the_app() -> None:
    """A corp id beside the bot's secrets does not make half an app."""
    secrets = channel_secrets({**BOT, "WECOM_CORP_ID": "ww1"})

    assert (None, WecomBotSecrets("b", "c", "ww1")) == (secrets.wecom, secrets.wecom_bot)


@pytest.mark.parametrize(
    "environment, channel, missing",
    [
        ({name: value for name, value in APP.items() if name != "WECOM_TOKEN"}, "wecom", "WECOM_TOKEN"),
        ({"WECOM_CORP_ID": "ww1"}, "wecom", "WECOM_AGENT_ID, WECOM_SECRET, WECOM_TOKEN, WECOM_AES_KEY"),
        ({"WECOM_BOT_ID": "b"}, "wecom_bot", "WECOM_BOT_SECRET"),
        ({**BOT, "WECOM_SECRET": "s"}, "wecom", "WECOM_CORP_ID, WECOM_AGENT_ID, WECOM_TOKEN, WECOM_AES_KEY"),
        ({"SLACK_BOT_TOKEN": "xoxb"}, "slack", "SLACK_SIGNING_SECRET"),
        ({"SLACK_APP_TOKEN": "xapp"}, "slack", "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "x", "SLACK_APP_TOKEN": "xapp"}, "slack", "SLACK_BOT_TOKEN"),
    ],
)
def test_half_a_channel_stops_the_start_and_says_what_is_missing(environment: dict[str, str], channel: str, missing: str) -> None:
    """Never a channel that half works."""
    with pytest.raises(BadConfig) as wrong:
        channel_secrets(environment)

    assert ("channel_half_configured", channel, missing) == (wrong.value.key, wrong.value.facts["channel"], wrong.value.facts["missing"])


@pytest.mark.parametrize("name, value", [("WECOM_AGENT_ID", "abc"), ("WECOM_AES_KEY", "short")])
def test_a_secret_that_cannot_be_one_is_named_and_not_shown(name: str, value: str) -> None:
    """An AES key that was cut in copying is told by its length alone."""
    with pytest.raises(BadConfig) as wrong:
        channel_secrets({**APP, name: value})

    assert name == wrong.value.facts["key"]
    assert "short" not in str(wrong.value.facts)


def test_secrets_are_not_in_what_is_printed() -> None:
    """A traceback or a log line that shows them shows names only."""
    slack, mail = {"SLACK_BOT_TOKEN": "hush", "SLACK_SIGNING_SECRET": "hush"}, {"SMTP_PASSWORD": "hush"}
    secrets = channel_secrets({**APP, "WECOM_SECRET": "hush", **BOT, **slack, **mail})

    assert "hush" not in repr(secrets)
    assert MailSecrets("hush") == secrets.mail
