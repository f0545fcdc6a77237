"""The command line: words in, words out. Imports little, for it starts with every command; what it asks for is done by the house."""

import argparse
import os
import sys
import time
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bot.domain.talk import Lang
from bot.errors import BadConfig, HomeHeld
from bot.home import Home
from bot.private_line import NobodyServes, call
from bot.senses import SystemClock
from bot.terminal import Terminal
from bot.verbs import (
    TASKS,
    add_audit,
    add_backups,
    add_batch,
    add_churn,
    add_jobs,
    add_outbox,
    add_people,
    add_prompts,
    add_rules,
    add_slack,
    add_tokens,
)
from bot.words import TomlWords, read_sentences

Json = dict[str, Any]

ROOT = Path(__file__).parent
START_PATIENCE_S = 20
"""How long a command waits for a process that holds the home to begin, or to cease, serving it."""
GROUPS = {
    "token": add_tokens, "people": add_people, "outbox": add_outbox, "audit": add_audit, "jobs": add_jobs, "slack": add_slack,
    "churn": add_churn, "prompts": add_prompts, "rules": add_rules,
}  # fmt: skip
"""Groups of verbs, and who adds theirs."""


def main(argv: list[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 an error said in one line on standard error, 2 wrong usage."""
    lang = Lang.ZH if any(os.environ.get(name, "").startswith("zh") for name in ("LC_ALL", "LC_MESSAGES", "LANG")) else Lang.EN
    words = TomlWords({**read_sentences(ROOT / "strings.toml"), **read_sentences(ROOT / "cli.toml")})
    asked = _parser(words, lang).parse_args(argv)
    terminal = Terminal(words, lang, as_json=asked.json)
    try:
        command = Command(Home(asked.home), asked.config, terminal, lang)
        return int(getattr(command, asked.verb)(asked))
    except BadConfig as wrong:
        terminal.complain(words.say(wrong.key, lang, **wrong.facts))
    except KeyboardInterrupt:
        terminal.complain(words.say("stopped", lang))
    except BrokenPipeError:
        sys.stderr.close()
    return 1


class Command:
    """The verbs, each with what was asked on the command line."""

    def __init__(self, home: Home, config: Path, terminal: Terminal, lang: Lang) -> None:
        self._home = home
        self._config = config
        self._terminal = terminal
        self._lang = lang

    def run(self, _: argparse.Namespace) -> int:
        """Serve until interrupted."""
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is imported; threads that spin took two fifths of each turn

        from bot.checkup import parts  # noqa: PLC0415 - what serves is heavy, and only this verb serves
        from bot.serve import serve  # noqa: PLC0415 - the same

        show, home = self._terminal.show_parts, self._home
        return serve(self._config, home, self._terminal.words, self._lang, lambda config: show(parts(config, home)))

    def init(self, asked: argparse.Namespace) -> int:
        """Make the home; with the invented firm in it, if that is asked for."""
        code = self._follow("seed", {}) if asked.demo else self._show("status", {}, lambda _: None)
        if code == 0:
            self._terminal.show_made(self._home.folder)
        return code

    def ask(self, asked: argparse.Namespace) -> int:
        """One turn."""
        args = {"text": asked.text, "as_": asked.as_, "now": asked.now, "thread": asked.thread, "key": str(uuid.uuid4())}
        return self._show("ask", args, self._terminal.show_answer)

    def chat(self, asked: argparse.Namespace) -> int:
        """Talk until the person leaves."""
        thread = f"console:{asked.as_ or 'owner'}"
        for said in self._terminal.lines():
            args = {**said, "as_": asked.as_, "thread": thread, "key": str(uuid.uuid4())}
            self._show("press" if "draft" in said else "ask", args, self._terminal.show_answer)
        return 0

    def why(self, asked: argparse.Namespace) -> int:
        """The story of a decision."""
        return self._show("why", {"decision": asked.decision, "as_": asked.as_}, self._terminal.show_story)

    def search(self, asked: argparse.Namespace) -> int:
        """Passages."""
        args = {"query": asked.query, "limit": asked.k, "as_": asked.as_}
        return self._show("search", args, self._terminal.show_passages)

    def documents(self, asked: argparse.Namespace) -> int:
        """Documents."""
        return self._show("documents", {"as_": asked.as_}, self._terminal.show_documents)

    def ingest(self, asked: argparse.Namespace) -> int:
        """Take in files and folders. Fails when something was refused and nothing was taken."""
        args = {"paths": [str(path.absolute()) for path in asked.paths], "audience": asked.audience or "", "as_": asked.as_}
        if password := self._password(asked=asked.password):
            args["password"] = password
        return self._follow("ingest", args)

    def _password(self, *, asked: bool) -> str:
        """Of files: from the environment or typed unseen, never from the command line, where everybody on the machine could read it."""
        given = os.environ.get("TANDEM_FILE_PASSWORD", "")
        if given or not asked:
            return given
        from getpass import getpass  # noqa: PLC0415 - rarely needed

        return getpass(self._terminal.words.say("file_password", self._lang))

    def link(self, asked: argparse.Namespace) -> int:
        """Let one person in."""
        return self._show("link", {"as_": asked.as_}, self._terminal.show_link)

    def token_create(self, asked: argparse.Namespace) -> int:
        """Make an API token; its secret is shown this once."""
        args = {"name": asked.name, "scopes": asked.scopes, "as_": asked.as_, "days": asked.days}
        return self._show("token_create", args, self._terminal.show_token)

    def token_list(self, _: argparse.Namespace) -> int:
        """API tokens, without their secrets."""
        return self._show("token_list", {}, self._terminal.show_tokens)

    def token_revoke(self, asked: argparse.Namespace) -> int:
        """End an API token."""
        return self._show("token_revoke", {"name": asked.name}, self._terminal.show_revoked)

    def people_list(self, _: argparse.Namespace) -> int:
        """Our people, and what the platforms call them."""
        return self._show("people_list", {}, self._terminal.show_people)

    def people_knocks(self, _: argparse.Namespace) -> int:
        """Who wrote and is not known."""
        return self._show("people_knocks", {}, self._terminal.show_knocks)

    def people_link(self, asked: argparse.Namespace) -> int:
        """Say whose a handle is."""
        args = {"channel": asked.channel, "handle": asked.handle, "user": asked.user}
        return self._show("people_link", args, partial(self._terminal.show_linked, "people_linked"))

    def people_unlink(self, asked: argparse.Namespace) -> int:
        """Say that a handle is nobody's."""
        args = {"channel": asked.channel, "handle": asked.handle}
        return self._show("people_unlink", args, partial(self._terminal.show_linked, "people_unlinked"))

    def outbox_list(self, asked: argparse.Namespace) -> int:
        """Messages that were not delivered."""
        return self._show("outbox_list", {"state": asked.state}, self._terminal.show_outbox)

    def outbox_replay(self, asked: argparse.Namespace) -> int:
        """Send messages again."""
        return self._show("outbox_replay", {"ids": asked.ids}, self._terminal.show_replayed)

    def jobs(self, asked: argparse.Namespace) -> int:
        """What is done by the clock: all of it, or let some rest, go on, be done now."""
        from bot.job_lines import job_lines  # noqa: PLC0415 - only these verbs need it

        args = {} if asked.does == "list" else {"name": asked.name, "team": asked.team}
        return self._show(f"jobs_{asked.does}", args, lambda told: self._terminal.show_lines(told, job_lines))

    def prompts(self, asked: argparse.Namespace) -> int:
        """Which prompts were edited here, or the edits as a patch."""
        from bot.prompt_lines import patch_lines, prompt_lines  # noqa: PLC0415 - only these verbs need it

        lines = prompt_lines if asked.does == "list" else patch_lines
        return self._show(f"prompts_{asked.does}", {}, lambda told: self._terminal.show_lines(told, lines))

    def rules(self, asked: argparse.Namespace) -> int:
        """Which rules were changed here, the changes as text for the config, or one set given back; in this process."""
        from bot.checkup import ruling  # noqa: PLC0415 - only these verbs need it
        from bot.config import load  # noqa: PLC0415 - as above

        return ruling(load(self._config), self._home).carry_out(asked, self._terminal)

    def audit(self, asked: argparse.Namespace) -> int:
        """The audit, checked or proven, in this process: it asks no house, for a house may be what is doubted."""
        from bot.proving import Proving  # noqa: PLC0415 - only these verbs need it

        return Proving(self._home, self._terminal).carry_out(asked)

    def batch(self, asked: argparse.Namespace) -> int:
        """One task over many lines, in this process; needs no home."""
        from bot.batch import run  # noqa: PLC0415 - its tasks are heavy, and only this verb runs them
        from bot.config import load  # noqa: PLC0415 - as above

        run(asked.task, asked.source, asked.target, asked.context, load(self._config), self._terminal.count)
        return 0

    def churn(self, asked: argparse.Namespace) -> int:
        """Leaving: learned from a table in this process, or from the home's own records by the house."""
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices; threads that spin take more than they give

        from bot.churning.verbs import Churning  # noqa: PLC0415 - draws and computes, and only these verbs do

        churning = Churning(self._home, self._terminal, self._lang)
        if asked.csv:
            return churning.carry_out(asked)
        return self._show(f"churn_{asked.does}", {}, lambda told: churning.show_own(asked.does, told, asked.out))

    def backup(self, asked: argparse.Namespace) -> int:
        """All of the home into one file, in this process, beside a house that serves or without one."""
        from bot.backup.taking import take  # noqa: PLC0415 - only this verb needs it

        told = take(self._home, self._config, asked.file, os.environ.get("TANDEM_BACKUP_PASSPHRASE", ""), SystemClock().now())
        self._terminal.show_line("backup_sealed" if told["sealed"] else "backup_made", told)
        return 0

    def restore(self, asked: argparse.Namespace) -> int:
        """A backup into an empty home."""
        from bot.backup.restoring import restore  # noqa: PLC0415 - only this verb needs it

        told = restore(self._home, asked.file, os.environ.get("TANDEM_BACKUP_PASSPHRASE", ""), SystemClock().now())
        self._terminal.show_line("restored", told | {"needs": ", ".join(told["secrets"]) or "–", "weights": len(told["models"])})
        return 0

    def models_pull(self, _: argparse.Namespace) -> int:
        """Fetch the model that hears, in this process; the house needs not be there, and one that runs finds it when somebody speaks."""
        from bot.config import load  # noqa: PLC0415 - only this verb needs it
        from bot.listening import weights_of  # noqa: PLC0415 - as above

        speech = load(self._config).models.speech
        if speech.provider == "openai":
            self._terminal.show_pulled("models_none_needed", url=speech.base_url)
            return 0
        folder = weights_of(speech, self._home).pull(self._terminal.pulling)
        self._terminal.show_pulled("models_pulled", folder=str(folder))
        return 0

    def slack_manifest(self, asked: argparse.Namespace) -> int:
        """What an admin pastes to make the Slack app; asks nobody, and needs no home."""
        from bot.channels.slack.manifest import SENTENCES, manifest  # noqa: PLC0415 - only this verb needs it
        from bot.config import load  # noqa: PLC0415 - as above

        url = asked.url or load(self._config).server.public_url
        self._terminal.show_json(manifest(self._terminal.words.own(SENTENCES), self._lang, public_url=url, socket=asked.socket))
        return 0

    def check(self, asked: argparse.Namespace) -> int:
        """Say what is on, what is off, and why."""
        from bot.checkup import check, matrix  # noqa: PLC0415 - reads every skill, which other verbs need not

        findings = check(self._config, self._home, online=asked.online)
        return self._terminal.show_findings(findings, online=asked.online, permissions=matrix(self._config, self._home))

    def _show(self, verb: str, args: Json, show: Any) -> int:  # noqa: ANN401 - a method of the terminal
        line = self._last(verb, args)
        if "error" in line:
            self._terminal.complain(line["error"]["text"])
            return 1
        show(line["result"])
        return 0

    def _follow(self, verb: str, args: Json) -> int:
        tally = self._terminal.tally()
        for line in self._lines(verb, args):
            if "error" in line:
                self._terminal.complain(line["error"]["text"])
                return 1
            if "progress" in line:
                tally.add(line["progress"])
        return tally.close()

    def _last(self, verb: str, args: Json) -> Json:
        return list(self._lines(verb, args))[-1]

    def _lines(self, verb: str, args: Json) -> Iterator[Json]:
        """Ask whoever serves the home; where nobody does, do it here. A request with a key survives the server's death."""
        request = {"verb": verb, "args": args, "lang": self._lang}
        patience = time.monotonic() + START_PATIENCE_S
        while True:
            try:
                yield from call(self._home.socket, request)
            except NobodyServes:
                pass
            except ConnectionError:
                if "key" not in args or time.monotonic() > patience:
                    raise BadConfig("server_gone") from None
            else:
                return
            try:
                with self._home.held():
                    from bot.alone import alone  # noqa: PLC0415 - beside a running server a command needs none of it

                    yield from alone(self._config, self._home, request)
            except HomeHeld:
                if time.monotonic() > patience:
                    raise
                time.sleep(0.05)
            else:
                return


def _parser(words: TomlWords, lang: Lang) -> argparse.ArgumentParser:
    def said(key: str) -> str:
        return words.say(key, lang)

    class Localised(argparse.ArgumentParser):
        def __init__(self, **facts: Any) -> None:  # noqa: ANN401 - argparse's own arguments, handed through
            super().__init__(**facts, add_help=False, allow_abbrev=False)
            self._positionals.title, self._optionals.title = said("cli_arguments"), said("cli_options")
            self.add_argument("-h", "--help", action="help", help=said("cli_help"))

        def format_help(self) -> str:
            return super().format_help().replace("usage: ", said("cli_usage"), 1)

    def common(parser: argparse.ArgumentParser, *, first: bool) -> None:
        absent: dict[str, Any] = {} if first else {"default": argparse.SUPPRESS}
        home = {"default": Path(os.environ.get("TANDEM_HOME", "var"))} | absent
        parser.add_argument("--home", type=Path, metavar="DIR", help=said("cli_home"), **home)
        parser.add_argument("--config", type=Path, metavar="FILE", help=said("cli_config"), **({"default": _default_config()} | absent))
        parser.add_argument("--json", action="store_true", help=said("cli_json"), **absent)

    top = Localised(prog="tandem", description=said("cli_about"))
    common(top, first=True)
    top.add_argument("--version", action="version", version=f"tandem {_version()}", help=said("cli_version"))
    verbs = top.add_subparsers(dest="verb", metavar=said("cli_verb"), title=said("cli_verbs"), required=True, parser_class=Localised)

    def verb(name: str, *, into: Any = verbs, does: str = "", person: bool = True) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse hides its type
        about = said(f"cli_{does or name}")
        parser: argparse.ArgumentParser = into.add_parser(name, help=about, description=about)
        parser.set_defaults(verb=does or name)
        common(parser, first=False)
        if person:
            parser.add_argument("--as", dest="as_", default="", metavar=said("cli_user"), help=said("cli_as"))
        return parser

    def group(name: str) -> Any:  # noqa: ANN401 - argparse hides its type
        about = said(f"cli_{name}")
        return verbs.add_parser(name, help=about, description=about).add_subparsers(
            metavar=said("cli_verb"), title=said("cli_verbs"), required=True, parser_class=Localised
        )

    verb("run", person=False)
    init = verb("init", person=False)
    init.add_argument("--demo", action="store_true", help=said("cli_demo"))
    verb("chat")
    ask = verb("ask")
    ask.add_argument("text", metavar=said("cli_text"), help=said("cli_text_help"))
    ask.add_argument("--now", default="", metavar="ISO", help=said("cli_now"))
    ask.add_argument("--thread", default="", metavar="ID", help=said("cli_thread"))
    ingest = verb("ingest")
    ingest.add_argument("paths", nargs="+", type=Path, metavar=said("cli_path"), help=said("cli_path_help"))
    ingest.add_argument("--audience", metavar="A", help=said("cli_audience"))
    ingest.add_argument("--password", action="store_true", help=said("cli_password"))
    knowledge = group("knowledge")
    search = verb("search", into=knowledge)
    search.add_argument("query", metavar=said("cli_text"), help=said("cli_query_help"))
    search.add_argument("-k", type=int, default=5, metavar="N", help=said("cli_limit"))
    verb("list", into=knowledge, does="documents")
    verb("link")
    for name, add in GROUPS.items():
        add(partial(verb, into=group(name), person=False), said)
    verb("pull", into=group("models"), does="models_pull", person=False)
    add_backups(verb, said)
    add_batch(verb("batch", person=False), words.say("cli_task", lang, tasks=" ".join(TASKS)), said)
    verb("check", person=False).add_argument("--online", action="store_true", help=said("cli_online"))
    why = verb("why")
    why.add_argument("decision", metavar=said("cli_decision"), help=said("cli_decision_help"))
    return top


def _default_config() -> Path:
    here = Path("config.toml")
    return here if here.exists() else ROOT.parent / "config.toml"


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - reads the installed metadata, which only --version needs

    return version("tandem-copilot")


if __name__ == "__main__":
    sys.exit(main())
