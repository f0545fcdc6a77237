"""What groups of verbs of the command line take. Knows names and kinds of arguments; does nothing."""

import argparse
from collections.abc import Callable
from pathlib import Path

OUTBOX_STATES = ("dead", "unsure", "sending", "waiting")
TASKS = ("query", "route", "gate", "voice", "minutes", "contracts", "churn")
"""The tasks of `bot.batch`, which is not imported to name them."""

Verb = Callable[..., argparse.ArgumentParser]
Said = Callable[[str], str]


def add_tokens(verb: Verb, said: Said) -> None:
    """The verbs below `tandem token`."""
    create = verb("create", does="token_create")
    create.add_argument("name", metavar=said("cli_token_name"), help=said("cli_token_name_help"))
    create.add_argument(
        "--scope", dest="scopes", action="extend", nargs="+", required=True, metavar=said("cli_token_scope"), help=said("cli_token_scopes")
    )
    create.add_argument("--as", dest="as_", default="", metavar=said("cli_user"), help=said("cli_token_as"))
    create.add_argument("--days", type=int, default=90, metavar="N", help=said("cli_token_days"))
    verb("list", does="token_list")
    revoke = verb("revoke", does="token_revoke")
    revoke.add_argument("name", metavar=said("cli_token_name"), help=said("cli_token_name_help"))


def add_people(verb: Verb, said: Said) -> None:
    """The verbs below `tandem people`."""
    verb("list", does="people_list")
    verb("knocks", does="people_knocks")
    for name in ("link", "unlink"):
        handle = verb(name, does=f"people_{name}")
        handle.add_argument("channel", metavar=said("cli_channel"), help=said("cli_channel_help"))
        handle.add_argument("handle", metavar=said("cli_handle"), help=said("cli_handle_help"))
        if name == "link":
            handle.add_argument("user", metavar=said("cli_user"), help=said("cli_link_user"))


def add_outbox(verb: Verb, said: Said) -> None:
    """The verbs below `tandem outbox`."""
    verb("list", does="outbox_list").add_argument("--state", default="", choices=OUTBOX_STATES, metavar="S", help=said("cli_outbox_state"))
    replay = verb("replay", does="outbox_replay")
    replay.add_argument("ids", nargs="+", metavar=said("cli_message"), help=said("cli_message_help"))


def add_audit(verb: Verb, said: Said) -> None:
    """The verbs below `tandem audit`."""
    verify, head, proof, prove = (verb(name, does=f"audit_{name}") for name in ("verify", "head", "proof", "prove"))
    proof.add_argument("seq", type=int, metavar="SEQ", help=said("cli_audit_seq"))
    prove.add_argument("file", type=Path, metavar="FILE", help=said("cli_audit_proof_file"))
    for one in (verify, head, proof, prove):
        one.set_defaults(proves=one.get_default("verb").removeprefix("audit_"), verb="audit")
    for one in (verify, proof, prove):
        one.add_argument("--head", type=Path, metavar="FILE", help=said("cli_audit_head_file"))
    for one in (head, proof):
        one.add_argument("--out", type=Path, metavar="FILE", help=said("cli_audit_out"))


def add_batch(batch: argparse.ArgumentParser, tasks: str, said: Said) -> None:
    """What `tandem batch` takes."""
    batch.add_argument("task", choices=TASKS, metavar="TASK", help=tasks)
    batch.add_argument("--in", dest="source", type=Path, required=True, metavar="IN.jsonl", help=said("cli_in"))
    batch.add_argument("--out", dest="target", type=Path, required=True, metavar="OUT.jsonl", help=said("cli_out"))
    batch.add_argument("--context", type=Path, metavar="FILE", help=said("cli_context"))


def add_churn(verb: Verb, said: Said) -> None:
    """The verbs below `tandem churn`."""
    for name in ("score", "train", "backtest"):
        one = verb(name, does=f"churn_{name}")
        one.set_defaults(does=name, verb="churn", target="", out=None)
        one.add_argument("--csv", type=Path, metavar="FILE", help=said("cli_churn_csv"))
        if name != "score":
            one.add_argument("--target", metavar=said("cli_churn_column"), help=said("cli_churn_target"))
        if name != "train":
            one.add_argument("--out", type=Path, metavar="DIR", help=said("cli_churn_out"))


def add_backups(verb: Verb, said: Said) -> None:
    """`tandem backup` and `tandem restore`."""
    for name in ("backup", "restore"):
        verb(name, person=False).add_argument("file", type=Path, metavar="FILE", help=said(f"cli_{name}_file"))


def add_jobs(verb: Verb, said: Said) -> None:
    """The verbs below `tandem jobs`."""
    for name in ("list", "pause", "resume", "run"):
        one = verb(name, does=f"jobs_{name}")
        one.set_defaults(does=name, verb="jobs")
        if name != "list":
            one.add_argument("name", metavar=said("cli_job"), help=said("cli_job_help"))
            one.add_argument("--team", default="", metavar="T", help=said("cli_job_team"))


def add_prompts(verb: Verb, said: Said) -> None:  # noqa: ARG001 - as every group
    """The verbs below `tandem prompts`."""
    for name in ("list", "export"):
        verb(name, does=f"prompts_{name}").set_defaults(does=name, verb="prompts")


def add_rules(verb: Verb, said: Said) -> None:
    """The verbs below `tandem rules`."""
    for name in ("list", "export", "drop"):
        one = verb(name, does=f"rules_{name}")
        one.set_defaults(does=name, verb="rules")
        if name == "drop":
            one.add_argument("name", metavar=said("cli_rules_name"), help=said("cli_rules_name_help"))


def add_slack(verb: Verb, said: Said) -> None:
    """The verbs below `tandem slack`."""
    manifest = verb("manifest", does="slack_manifest")
    manifest.add_argument("--socket", action="store_true", help=said("cli_slack_socket"))
    manifest.add_argument("--url", default="", metavar="URL", help=said("cli_slack_url"))
