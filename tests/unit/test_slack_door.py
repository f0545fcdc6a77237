"""The way in from Slack: verified, translated, kept, then acknowledged; over HTTP, with Slack itself as a fake before it."""

import hashlib
import hmac
import json
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.channels.slack.signature import fault, signed
from bot.domain.ids import ThreadId
from bot.domain.talk import File, Handle, Opened, Origin, Stopped, Tap, Utterance, Voice
from tests.fakes.odd_slack import odd_requests
from tests.fakes.senses import NOON, SetClock
from tests.fakes.slack import BOT, SIGNING_SECRET, TEAM
from tests.fakes.slack.workspace import Posted
from tests.unit.slack_lobby import Lobby, lobby

OURS = {
    "signing_secret": "1f3a5f5b7c9d11131719232931374143", "timestamp": "1784030400", "body": "payload=%7B%22type%22%3A%22x%22%7D&n=1",
    "signature": "v0=" + hmac.new(
        b"1f3a5f5b7c9d11131719232931374143", b"v0:1784030400:payload=%7B%22type%22%3A%22x%22%7D&n=1", hashlib.sha256
    ).hexdigest(),
}  # fmt: skip


def vectors() -> list[Any]:
    """Our own vector, and Slack's published one where the data is."""
    folder = os.environ.get("EVALS_DIR")
    marks = [] if folder else [pytest.mark.skip(reason="EVALS_DIR names no folder with Slack's signature vector")]
    theirs = json.loads((Path(folder) / "channels/slack_signature_vector.json").read_text()) if folder else OURS
    return [pytest.param(OURS, id="ours"), pytest.param(theirs, id="slack", marks=marks)]


@pytest.mark.parametrize("vector", vectors())
def test_signature_holds_for_five_minutes_both_ways(vector: dict[str, str]) -> None:
    """Good at 299 s, refused at 301 s, early or late; refused with another body, another secret, or none."""
    sent = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    headers = {"x-slack-request-timestamp": vector["timestamp"], "x-slack-signature": vector["signature"]}
    secret, body = vector["signing_secret"], vector["body"].encode()
    at = {seconds: fault(secret, headers, body, sent + timedelta(seconds=seconds)) for seconds in (-301, -299, 0, 299, 301)}
    others = [fault(secret, headers, body + b" ", sent), fault(secret + "x", headers, body, sent), fault(secret, {}, body, sent)]

    assert {-301: "stale", -299: "", 0: "", 299: "", 301: "stale"} == at
    assert ["signature"] * 3 == others


@pytest.mark.parametrize("stamp", ["", "soon", "1e9", "-5", "９９", "1" * 400])
def test_signed_time_that_is_none_is_stale(stamp: str) -> None:
    """A time that is no number is refused like one long ago, whatever its signature."""
    made = "v0=" + hmac.new(b"s", b"v0:" + stamp.encode() + b":{}", hashlib.sha256).hexdigest()

    assert fault("s", {"x-slack-request-timestamp": stamp, "x-slack-signature": made}, b"{}", NOON) == "stale"


async def test_url_is_verified() -> None:
    """Slack's challenge comes back, before anything is known of the workspace."""
    async with lobby() as at:
        asked = await at.slack.verify_url()

    assert ({"challenge": asked.payload["challenge"]}, 0) == (asked.answer, at.slack.conduct.calls["auth.test"])


async def test_nothing_is_acknowledged_that_was_not_kept() -> None:
    """While nothing can be kept Slack is told to come again; once it can be, the same event is kept once and acknowledged."""
    async with lobby() as at:
        at.kept.broken = True
        lost = await at.slack.says("U1", "续约最多几折?")
        at.kept.broken = False
        await at.slack.sender.again(lost, 4)

    assert [503, 503, 503, 503, 200] == [attempt.status for attempt in lost.attempts]
    assert ["续约最多几折?"] == [one.text for one in at.kept.all if isinstance(one, Utterance)]


async def test_workspace_that_cannot_be_asked_for_is_waited_for() -> None:
    """Until Slack has said whose token ours is, nothing can be told apart, so nothing is taken."""
    async with lobby() as at:
        at.slack.fail("error", times=2, method="auth.test")
        asked = await at.slack.says("U1", "hi")

    assert ([503, 503, 200], 1) == ([attempt.status for attempt in asked.attempts], len(at.kept.all))


async def test_what_is_wrong_in_itself_is_not_sent_again() -> None:
    """An event of another workspace, or one that says nothing, comes once; what could not be kept comes four times."""
    async with lobby() as at:
        foreign = await at.slack.sender.bring("events_api", {"type": "event_callback", "team_id": "T9", "event": {"type": "message"}})
        empty = await at.slack.sender.bring("events_api", {"type": "event_callback", "team_id": TEAM, "event": {}})
        at.kept.broken = True
        lost = await at.slack.says("U1", "hi")

    assert ([403], [400], 4) == ([one.status for one in foreign.attempts], [one.status for one in empty.attempts], len(lost.attempts))


async def test_event_that_comes_twice_is_one() -> None:
    """The same event again has the same key; a mention that Slack tells of by two events is one, too."""
    async with lobby() as at:
        await at.slack.says("U1", "续约最多几折?", copies=3)
        await at.slack.says("U1", f"<@{BOT}> 质保多久?", "C1", copies=2)

    assert (["续约最多几折?", "质保多久?"], 5) == ([one.text for one in at.kept.all if isinstance(one, Utterance)], at.kept.tries)


async def test_direct_message_is_the_persons_own_lane() -> None:
    """It is answered below itself, or in the thread it was written in; all of it is one lane."""
    async with lobby() as at:
        await at.slack.says("U1", "max renewal discount?")
        top = next(iter(at.slack.space.direct("U1").messages.values()))
        await at.slack.says("U1", "and Acme?", thread_ts=top.ts)
        place = at.slack.space.direct("U1").id

    lane = ThreadId(f"slack:{TEAM}:U1")
    assert [Origin("slack", TEAM, "U1", lane, f"{place}:{top.ts}")] * 2 == [one.origin for one in at.kept.all]
    assert f"{place}:{top.ts}" == at.kept.all[0].dedupe_key


async def test_mention_is_answered_below_itself() -> None:
    """In a channel a mention makes a thread, which is a lane; our name is not part of what was said."""
    async with lobby() as at:
        await at.slack.says("U1", f"<@{BOT}>  max &lt;renewal&gt; discount? ask <@U2|dana> or <https://a.example/x|a.example>", "C1")
        mention = next(iter(at.slack.space.places["C1"].messages.values()))

    [heard] = at.kept.all
    assert isinstance(heard, Utterance)
    assert "max <renewal> discount? ask @dana or a.example" == heard.text
    place = f"C1:{mention.ts}"
    assert Origin("slack", TEAM, "U1", ThreadId(f"slack:{TEAM}:{place}"), place, group=True) == heard.origin


async def test_people_among_themselves_are_left_alone() -> None:
    """In a channel only mentions count, and what is said below a message of ours."""
    async with lobby() as at:
        await at.slack.says("U1", "lunch?", "C1")
        ours = at.slack.space.post(Posted(at.slack.space.ts(), "C1", BOT, "Acme has not paid."))
        event = {"type": "message", "channel": "C1", "user": "U2", "text": "since when?", "ts": "1784030460.000100", "thread_ts": ours.ts}
        await at.slack.event({**event, "parent_user_id": BOT}, "U2")
        await at.slack.event({**event, "ts": "1784030461.000100", "parent_user_id": "U1"}, "U2")

    assert ["since when?"] == [one.text for one in at.kept.all if isinstance(one, Utterance)]


@pytest.mark.parametrize(
    "odd",
    [
        {"subtype": "message_changed"}, {"subtype": "message_deleted"}, {"subtype": "channel_join"}, {"subtype": "bot_message"},
        {"bot_id": "B9"}, {"user": BOT}, {"user": "USLACKBOT"}, {"subtype": "assistant_app_thread"},
    ],
)  # fmt: skip
async def test_what_no_person_says_is_acknowledged_and_left(odd: dict[str, str]) -> None:
    """Edits, joins, other programs and our own echo are none of our business."""
    async with lobby() as at:
        told = await at.slack.event({"type": "message", "channel": "D1", "user": "U1", "text": "x", "ts": "1784030460.000100", **odd}, "U1")

    assert (True, []) == (told.taken, at.kept.all)


async def test_voice_clip_is_a_voice() -> None:
    """A message without words and with a sound in it is what somebody said aloud."""
    async with lobby() as at:
        clip = at.slack.puts_up("clip.m4a", b"\x00\x00\x00\x18ftypM4A ", "audio/mp4", voice=True)
        await at.slack.says("U1", "", files=[clip])

    [heard] = at.kept.all
    assert isinstance(heard, Voice)
    assert heard.media is not None
    assert ("voice", "clip.m4a", "audio/mp4") == (heard.media.kind, heard.media.name, heard.media.mime)


async def test_each_file_is_one_and_knows_what_it_came_with() -> None:
    """Two files and a sentence are two arrivals of one message, and a third that replies to them; a picture is told from a document."""
    async with lobby() as at:
        files = [at.slack.puts_up("v1.docx", b"PK", "application/msword"), at.slack.puts_up("shop.png", b"PNG", "image/png")]
        await at.slack.says("U1", "跟上一版比", files=files)
        message = at.kept.all[0].dedupe_key.rpartition(":")[0]
        await at.slack.says("U1", "", "", message.partition(":")[2], files=[at.slack.puts_up("v2.docx", b"PK", "application/msword")])

    assert [
        ("file", "v1.docx", "跟上一版比", 1, ""), ("image", "shop.png", "跟上一版比", 0, message), ("file", "v2.docx", "", 0, message),
    ] == [(one.media.kind, one.media.name, one.text, one.left, one.after) for one in at.kept.all if isinstance(one, File)]


async def test_home_and_chat_are_entered() -> None:
    """The home says that it is one, the chat does not; a name called without a question is a visit, too."""
    async with lobby() as at:
        await at.slack.opens("U1", "home")
        await at.slack.opens("U1", "messages")
        await at.slack.says("U1", f"<@{BOT}>", "C1")

    assert ["home", "", ""] == [one.page for one in at.kept.all if isinstance(one, Opened)]


async def test_stop_names_the_thread() -> None:
    """Slack's stop button ends what is under way in its person's lane."""
    async with lobby() as at:
        place = at.slack.space.direct("U1")
        at.slack.space.sessions[place.id, "1784030400.000100"] = {"status": "processing"}
        await at.slack.stops("U1", place.id, "1784030400.000100")

    assert [(ThreadId(f"slack:{TEAM}:U1"), True)] == [(one.origin.thread_id, isinstance(one, Stopped)) for one in at.kept.all]


async def test_command_is_answered_to_its_person_alone() -> None:
    """`/tandem` in a channel belongs to the direct conversation, and is answered where only they see it; bare, it asks for help."""
    async with lobby() as at:
        await at.slack.command("U1", "/tandem", "质保多久?", "C1")
        await at.slack.command("U1", "/tandem", "", "C1")

    heard = [one for one in at.kept.all if isinstance(one, Utterance)]
    handles = [one.origin.handle.kind for one in heard if one.origin.handle]
    assert (["质保多久?", "help"], ["response_url"] * 2) == ([one.text for one in heard], handles)
    assert [("", False, ThreadId(f"slack:{TEAM}:U1"))] * 2 == [(one.origin.place, one.origin.group, one.origin.thread_id) for one in heard]


async def test_message_is_asked_about_by_its_shortcut() -> None:
    """What somebody else wrote is quoted, and goes to the direct conversation of who asked."""
    async with lobby() as at:
        message = at.slack.space.post(Posted(at.slack.space.ts(), "C1", "U2", "Acme wants 90 days"))
        await at.slack.shortcut("U1", message, "ask_tandem")
        await at.slack.shortcut("U1", message, "somebody_elses")

    [asked] = at.kept.all
    assert isinstance(asked, Utterance)
    assert ("About this message: “Acme wants 90 days”", "U1", "", False) == (
        asked.text, asked.origin.sender, asked.origin.place, asked.origin.group,
    )  # fmt: skip


def card(value: str = "m-1:2", action_id: str = "save-2") -> list[dict[str, Any]]:
    """A message with one button."""
    label = {"type": "plain_text", "text": "Save"}
    return [{"type": "actions", "block_id": "b", "elements": [{"type": "button", "text": label, "value": value, "action_id": action_id}]}]


async def posted(at: Lobby, channel: str, blocks: list[dict[str, Any]]) -> Posted:
    """A message of ours, as it stands in Slack."""
    return at.slack.space.post(Posted(at.slack.space.ts(), channel, BOT, "card", blocks))


async def test_press_is_a_tap_with_the_trigger_that_came_with_it() -> None:
    """The value alone says which button of which message; the trigger is good for three seconds."""
    async with lobby() as at:
        shown = await posted(at, at.slack.space.direct("U1").id, card())
        await at.slack.press("U1", shown, "Save")

    [tap] = at.kept.all
    assert isinstance(tap, Tap)
    assert ("m-1", 2, f"{shown.channel}:{shown.ts}", False) == (tap.message_id, tap.button, tap.origin.place, tap.origin.group)
    assert isinstance(tap.origin.handle, Handle)
    assert ("trigger_id", NOON + timedelta(seconds=3), 1) == (tap.origin.handle.kind, tap.origin.handle.expires_at, tap.origin.handle.uses)


async def test_press_in_a_channel_is_where_others_read_along() -> None:
    """Its answer hangs below the message that was pressed; one on a screen of one's own does not."""
    async with lobby() as at:
        shown = await posted(at, "C1", card())
        await at.slack.press("U2", shown, "Save")
        mine = Posted(at.slack.space.ts(), "C1", BOT, "only you", card("m-2:0"), receiver="U1")
        await at.slack.press("U1", mine, "Save")

    assert [(f"C1:{shown.ts}", True), ("", False)] == [(one.origin.place, one.origin.group) for one in at.kept.all]


async def test_button_that_is_not_ours_is_acknowledged_and_left() -> None:
    """A link, or the button of an older design, does nothing and fails nobody."""
    async with lobby() as at:
        shown = await posted(at, "C1", card("https://example.com/m:1"))
        told = await at.slack.press("U1", shown, "Save")

    assert (True, []) == (told.taken, at.kept.all)


async def test_form_that_opened_is_not_a_press() -> None:
    """When the edit form stands on the screen nothing is to be answered; when it does not, the press is kept."""
    opened: list[bool] = []

    async def opens(_: Tap) -> bool:
        opened.append(not opened)
        return opened[-1]

    async with lobby(opens_form=opens) as at:
        shown = await posted(at, "C1", card("m-1:1", "edit-1"))
        await at.slack.press("U1", shown, "Save")
        kept_after_first = list(at.kept.all)
        await at.slack.press("U1", shown, "Save")

    assert ([], 1, [True, False]) == (kept_after_first, len(at.kept.all), opened)


async def test_strangers_of_a_shared_channel_keep_their_workspace() -> None:
    """Somebody of another firm is never taken for one of ours; what one of ours asks there is answered to them alone."""
    async with lobby() as at:
        at.slack.person("U9", "Sam", team="T9")
        at.slack.channel("C9", ["U1", "U9"], shared=True)
        await at.slack.says("U9", f"<@{BOT}> prices?", "C9")
        await at.slack.says("U1", f"<@{BOT}> prices?", "C9")

    assert [("T9", True), (TEAM, False)] == [(one.origin.workspace, one.origin.group) for one in at.kept.all]


async def test_workspace_that_did_not_let_us_in_is_refused() -> None:
    """An event, a press and a command of another workspace are 403 and kept nowhere."""
    async with lobby() as at:
        body = {"type": "event_callback", "team_id": "T9", "event_id": "Ev1", "event": {"type": "message", "channel": "D1"}}
        event = await ask(at, json.dumps(body).encode())
        press = await ask(at, urlencode({"payload": json.dumps({"type": "block_actions", "team": {"id": "T9"}})}).encode(), FORM)
        command = await ask(at, urlencode({"command": "/tandem", "team_id": "T9"}).encode(), FORM)

    assert ([403] * 3, []) == ([event, press, command], at.kept.all)


JSON, FORM = "application/json", "application/x-www-form-urlencoded"
DEEP = b'{"a":' * 5_000 + b"1" + b"}" * 5_000


async def ask(at: Lobby, body: bytes, kind: str = JSON, method: str = "POST", **headers: str) -> int:
    """The status that a well signed request gets."""
    told = {"content-type": kind, **signed(SIGNING_SECRET, body, at.clock.now()), **headers}
    status, _, _ = await at.door(method, {}, told, body)
    return status


@pytest.mark.parametrize(
    "body, kind",
    [
        (b"", JSON), (b"{", JSON), (b"[]", JSON), (b"null", JSON), (b"\xff\xfe", JSON), (DEEP, JSON), (b"payload=%7B", FORM),
        (b"payload=[]", FORM), (b"a", FORM), (b"", FORM), (b"{}", JSON), (b'{"type":"event_callback"}', JSON),
        (b'{"type":"event_callback","team_id":"T0TANDEM","event":7}', JSON), (b'{"team_id":"T0TANDEM","type":["x"]}', JSON),
        (b'{"type":"event_callback","team_id":"T0TANDEM","event":{"type":"message","channel":"D1","user":"U1","text":"\\ud83d"}}', JSON),
        (b'{"type":"event_callback","team_id":"T0TANDEM","event":{"type":"message","channel":"D1","user":"U1","ts":"soon"}}', JSON),
    ],
)  # fmt: skip
async def test_malformed_body_is_a_400(body: bytes, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused by its shape, never by a failure of ours, and with one line that tells nothing of what it said."""
    async with lobby() as at:
        status = await ask(at, body, kind)

    lines = [line for line in capsys.readouterr().out.splitlines() if "slack_" in line]
    assert (400, 1, []) == (status, len(lines), at.kept.all)


async def test_door_takes_posts_of_its_size_alone() -> None:
    """405 for another method, 413 above a megabyte, 401 for a wrong signature and for an old one."""
    async with lobby() as at:
        large = await ask(at, b" " * ((1 << 20) + 1))
        got = await ask(at, b"", method="GET")
        forged = await ask(at, b"{}", **{"x-slack-signature": "v0=" + "0" * 64})
        old = await ask(at, b"{}", **signed(SIGNING_SECRET, b"{}", at.clock.now() - timedelta(minutes=6)))

    assert [413, 405, 401, 401] == [large, got, forged, old]


async def test_replay_within_its_time_is_harmless() -> None:
    """The same signed request again is kept once."""
    event = {"type": "message", "channel": "D1", "user": "U1", "text": "🙂 مرحبا 王", "ts": "1784030400.000100"}
    body = json.dumps({"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}).encode()
    async with lobby(SetClock()) as at:
        twice = [await ask(at, body), await ask(at, body)]

    assert ([200, 200], ["🙂 مرحبا 王"]) == (twice, [one.text for one in at.kept.all if isinstance(one, Utterance)])


async def test_odd_requests_are_refused_and_never_a_failure_of_ours() -> None:
    """A thousand that are nearly right: each is taken, refused as malformed, or of another workspace."""
    async with lobby() as at:
        odd = odd_requests(7)
        told = Counter([await ask(at, *next(odd)) for _ in range(1000)])

    assert {200, 400, 403} == set(told)
