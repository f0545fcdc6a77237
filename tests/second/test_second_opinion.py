"""The second opinion itself: it refuses what is wrong, agrees with what is right, and is pinned by a lock that names no address."""

import json
from pathlib import Path

import pytest
from wechatpy.enterprise.crypto import WeChatCrypto

from tests.second.opinion import (
    HERE,
    MANIFEST,
    NEWER_EVENTS,
    NEWER_SCOPES,
    Claim,
    Json,
    SecondOpinion,
    blocks,
    card,
    manifest,
    second_opinion_in,
    view,
)
from tests.tools import REQUIRED_VARIABLE

NOT_ASSIGNABLE = "TS2322:"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "保存"}, "value": "m1:0", "action_id": "m1:0", "style": "primary"}
GOOD_BLOCKS: list[Json] = [
    {"type": "markdown", "text": "**海蓝科技** 80万"},
    {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "fields": [{"type": "mrkdwn", "text": "y"}]},
    {"type": "actions", "elements": [BUTTON]},
]
GOOD_VIEW: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "改草稿"},
    "submit": {"type": "plain_text", "text": "保存"},
    "blocks": [
        {"type": "input", "block_id": "amount", "label": {"type": "plain_text", "text": "金额"}, "element": {"type": "plain_text_input"}},
    ],
}
GOOD_CARD: Json = {
    "card_type": "button_interaction",
    "main_title": {"title": "商机草稿"},
    "horizontal_content_list": [{"keyname": "金额", "value": "80万"}],
    "button_list": [{"text": "保存", "style": 1, "key": "m1:0"}],
    "task_id": "m1",
}
GOOD_MANIFEST: Json = {
    "display_information": {"name": "Tandem"},
    "features": {"bot_user": {"display_name": "Tandem"}, "agent_view": {"agent_description": "A sales copilot"}},
    "oauth_config": {"scopes": {"bot": ["chat:write", "im:history", *NEWER_SCOPES]}},
    "settings": {"event_subscriptions": {"bot_events": ["message.im", *NEWER_EVENTS]}, "socket_mode_enabled": True},
}


def test_what_is_right_is_agreed_with(second_opinion: SecondOpinion) -> None:
    """All four kinds, in one run of the compiler."""
    assert [] == second_opinion.complaints(blocks(GOOD_BLOCKS), view(GOOD_VIEW), card(GOOD_CARD), manifest(GOOD_MANIFEST))


WRONG = {
    "a key that a section has not": blocks([{"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "nope": 1}]),
    "a block nobody knows": blocks([{"type": "secton"}]),
    "a colour of button that is none": blocks([{"type": "actions", "elements": [{**BUTTON, "style": "blue"}]}]),
    "mrkdwn on a button": blocks([{"type": "actions", "elements": [{**BUTTON, "text": {"type": "mrkdwn", "text": "x"}}]}]),
    "an image without alt text": blocks([{"type": "image", "image_url": "https://example.com/a.png"}]),
    "a modal without title": view({key: value for key, value in GOOD_VIEW.items() if key != "title"}),
    "a block nobody knows in a home": view({"type": "home", "blocks": [{"type": "secton"}]}),
    "a card without type": card({key: value for key, value in GOOD_CARD.items() if key != "card_type"}),
    "a type of card that is none": card({**GOOD_CARD, "card_type": "button_interactive"}),
    "a button of a card without key": card({**GOOD_CARD, "button_list": [{"text": "保存"}]}),
    "a manifest without name": manifest({**GOOD_MANIFEST, "display_information": {}}),
    "a part that manifests have not": manifest({**GOOD_MANIFEST, "setings": {}}),
    "a scope that is none": manifest({**GOOD_MANIFEST, "oauth_config": {"scopes": {"bot": ["chat:wrote"]}}}),
}


def test_what_is_wrong_is_refused_each_by_its_number(second_opinion: SecondOpinion) -> None:
    """A compiler that agreed with everything would prove nothing."""
    complaints = second_opinion.complaints(*WRONG.values())

    refused = {int(complaint.split()[1].rstrip(":")) for complaint in complaints}
    assert list(WRONG) == [what for number, what in enumerate(WRONG) if number in refused]


def test_newer_scopes_and_events_are_still_newer_than_the_package(second_opinion: SecondOpinion) -> None:
    """Once the package knows one of them, the exception for it goes."""
    type_, package = MANIFEST
    scopes, events = f"NonNullable<NonNullable<{type_}['oauth_config']>['scopes']>", f"NonNullable<{type_}['settings']>"
    claims = [
        *(Claim({"bot": [scope]}, scopes, package) for scope in NEWER_SCOPES),
        *(Claim({"event_subscriptions": {"bot_events": [event]}}, events, package) for event in NEWER_EVENTS),
    ]

    complaints = second_opinion.complaints(*claims)

    assert [f"claim {number}: {NOT_ASSIGNABLE}" for number in range(len(claims))] == [" ".join(told.split()[:3]) for told in complaints]


@pytest.mark.parametrize("message", ["<xml><Content><![CDATA[海蓝科技 80万]]></Content></xml>", "", "汉" * 683])
async def test_wecoms_own_encryption_and_ours_read_each_other(second_opinion: SecondOpinion, message: str) -> None:
    """What npm's package encrypts and signs we open, and the other way round."""
    [theirs] = await second_opinion.run("wecom_crypto.mjs", [{"do": "encrypt", "key": KEY, "message": message, "id": "ww1"}])
    asked = {"do": "sign", "token": "t", "timestamp": "1", "nonce": "2", "encrypt": theirs}
    [signature] = await second_opinion.run("wecom_crypto.mjs", [asked])
    crypto = WeChatCrypto("t", KEY, "ww1")

    opened = crypto.decrypt_message({"Encrypt": theirs}, signature, "1", "2")

    ours = crypto.encrypt_message(message, "2", "1").partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    [read] = await second_opinion.run("wecom_crypto.mjs", [{"do": "decrypt", "key": KEY, "encrypt": ours}])
    assert message == opened
    assert {"message": message, "id": "ww1"} == read


def test_where_the_packages_are_missing_or_others_it_skips_and_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless all tools are required: then it fails."""
    monkeypatch.delenv(REQUIRED_VARIABLE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="not installed; run `npm ci"):
        second_opinion_in(tmp_path, tmp_path / "none")

    other = {"packages": {"node_modules/@slack/types": {"version": "0.0.1"}}}
    (tmp_path / ".package-lock.json").write_text(json.dumps(other), encoding="utf-8")
    monkeypatch.setenv(REQUIRED_VARIABLE, "1")

    with pytest.raises(pytest.fail.Exception, match=r"node_modules/@slack/types, .*node_modules/typescript not as locked"):
        second_opinion_in(tmp_path, tmp_path)


def test_the_lock_pins_by_hash_and_names_no_address() -> None:
    """Whoever installs asks the registry of their own choice, and gets these very packages or none."""
    text = (HERE / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}

    assert "://" not in text
    assert [] == [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")]
    assert [] == [name for name, package in packages.items() if package.get("hasInstallScript")]
