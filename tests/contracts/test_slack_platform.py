"""The fake of Slack by Slack's own client: what the platform takes, what it refuses and by which name, and how it fails on request."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.senses import SetClock
from tests.fakes.slack import APP_TOKEN, BOT, BOT_TOKEN, Pace, Slack, slack_platform
from tests.fakes.slack.shapes import Json
from tests.fakes.slack.workspace import SCOPES, Posted

LIN, WANG = "U1LIN", "U2WANG"
HI = [{"type": "markdown", "text": "**hi**"}]


@pytest.fixture
def clock() -> SetClock:
    """Slack's own clock."""
    return SetClock()


@pytest.fixture
async def slack(clock: SetClock) -> AsyncIterator[Slack]:
    """A workspace with two people and a channel."""
    async with slack_platform(clock) as platform:
        platform.person(LIN, "林岚", "lin@example.com")
        platform.person(WANG, "王磊")
        platform.channel("C1SALES", [LIN])
        yield platform


@pytest.fixture
async def client(slack: Slack) -> AsyncWebClient:
    """Slack's own client, as the app."""
    return app_of(slack)


def app_of(slack: Slack, token: str = BOT_TOKEN) -> AsyncWebClient:
    """One that tries nothing twice: its own handler sends again after a cut line, whether or not the message had arrived."""
    return AsyncWebClient(token=token, base_url=slack.url, retry_handlers=[])


async def refused(call: Awaitable[object]) -> str:
    """By which name a call is refused."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_message_is_posted_read_back_and_changed(slack: Slack, client: AsyncWebClient) -> None:
    """With its metadata, which history tells only whom asks for it."""
    channel = (await client.conversations_open(users=LIN))["channel"]["id"]
    about = {"event_type": "tandem", "event_payload": {"id": "m1"}}

    posted = await client.chat_postMessage(channel=channel, text="hi", blocks=HI, metadata=about)

    shy, told = [await client.conversations_history(channel=channel, include_all_metadata=all_of_it) for all_of_it in (False, True)]
    assert "event_payload" not in shy["messages"][0]["metadata"]
    assert about == told["messages"][0]["metadata"]
    await client.chat_update(channel=channel, ts=posted["ts"], text="bye", blocks=[{"type": "markdown", "text": "bye"}])
    assert [("bye", ["**hi**"])] == [(each.shown, [edit.shown for edit in each.edits]) for each in slack.messages]


BUTTON: Json = {"type": "button", "text": {"type": "plain_text", "text": "Save"}, "action_id": "a", "value": "m1:0"}


def actions(*elements: Json) -> list[Json]:
    """One block of these."""
    return [{"type": "actions", "elements": list(elements)}]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown channel": ({"channel": "C9", "text": "x"}, "channel_not_found"),
    "a channel it is not in": ({"channel": "C2", "text": "x"}, "not_in_channel"),
    "nothing": ({"text": ""}, "no_text"),
    "too long a text": ({"text": "汉" * 40_001}, "msg_too_long"),
    "markdown beside text": ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
    "51 blocks": ({"text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
    "a section of 3,001 characters": (
        {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "汉" * 3001}}]},
        "invalid_blocks",
    ),
    "an empty section": ({"text": "x", "blocks": [{"type": "section"}]}, "invalid_blocks"),
    "markdown of 12,001 characters in two blocks": (
        {"text": "x", "blocks": [{"type": "markdown", "text": "x" * 6001}, {"type": "markdown", "text": "y" * 6000}]},
        "invalid_blocks",
    ),
    "13,201 characters in all": (
        {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2641}}] * 5},
        "msg_blocks_too_long",
    ),
    "a label of 76 characters": (
        {"text": "x", "blocks": actions({**BUTTON, "text": {"type": "plain_text", "text": "汉" * 76}})},
        "invalid_blocks",
    ),
    "a value of 2,001 characters": ({"text": "x", "blocks": actions({**BUTTON, "value": "x" * 2001})}, "invalid_blocks"),
    "an action id twice": ({"text": "x", "blocks": actions(BUTTON, BUTTON)}, "invalid_blocks"),
    "26 buttons": ({"text": "x", "blocks": actions(*({**BUTTON, "action_id": str(n)} for n in range(26)))}, "invalid_blocks"),
    "mrkdwn on a button": ({"text": "x", "blocks": actions({**BUTTON, "text": {"type": "mrkdwn", "text": "x"}})}, "invalid_blocks"),
    "a property nobody knows": ({"text": "x", "blocks": [{"type": "divider", "colour": "red"}]}, "invalid_blocks"),
    "metadata without payload": ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
    "metadata without type": ({"text": "x", "metadata": {"event_payload": {}}}, "invalid_metadata_format"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_the_platform_does_not_take_is_refused_by_its_name(slack: Slack, client: AsyncWebClient, what: str) -> None:
    """And nothing is posted."""
    slack.channel("C2", [LIN], with_app=False)
    wrong, error = REFUSED[what]

    found = await refused(client.api_call("chat.postMessage", json={"channel": "C1SALES", **wrong}))

    assert error == found
    assert [] == slack.messages
    assert [("chat.postMessage", error)] == [(each.method, each.error) for each in slack.errors]


async def test_what_just_fits_is_taken(slack: Slack, client: AsyncWebClient) -> None:
    """The bounds themselves are within."""
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "汉" * 3000}}
    buttons = [{**BUTTON, "action_id": str(n), "text": {"type": "plain_text", "text": "汉" * 75}, "value": "x" * 2000} for n in range(25)]

    await client.chat_postMessage(channel="C1SALES", text="x" * 40_000)
    await client.chat_postMessage(channel="C1SALES", text="x", blocks=[section, *actions(*buttons)])
    await client.chat_postMessage(channel="C1SALES", markdown_text="x" * 12_000)

    assert [] == slack.errors


async def test_updates_have_shorter_texts_than_posts(client: AsyncWebClient) -> None:
    """4,000 characters, as chat.update's page says."""
    ts = (await client.chat_postMessage(channel="C1SALES", text="x"))["ts"]

    assert "msg_too_long" == await refused(client.chat_update(channel="C1SALES", ts=ts, text="x" * 4001))
    assert "message_not_found" == await refused(client.chat_update(channel="C1SALES", ts="1.000000", text="x"))


async def test_only_the_apps_own_messages_are_taken_away(slack: Slack, client: AsyncWebClient) -> None:
    """And once."""
    ts = (await client.chat_postMessage(channel="C1SALES", text="x"))["ts"]
    theirs = slack.space.post(Posted(slack.space.ts(), "C1SALES", LIN, "mine"))

    await client.chat_delete(channel="C1SALES", ts=ts)

    assert ([], ["mine"]) == (slack.messages, [each.text for each in slack.space.places["C1SALES"].messages.values()])
    assert "message_not_found" == await refused(client.chat_delete(channel="C1SALES", ts=ts))
    assert "cant_delete_message" == await refused(client.chat_delete(channel="C1SALES", ts=theirs.ts))


async def test_what_one_person_is_shown_alone_is_no_message(slack: Slack, client: AsyncWebClient) -> None:
    """And only members may be shown something."""
    await client.chat_postEphemeral(channel="C1SALES", user=LIN, text="for you")

    assert ([], [(LIN, "for you")]) == (slack.messages, [(each.receiver, each.shown) for each in slack.ephemeral])
    assert "user_not_in_channel" == await refused(client.chat_postEphemeral(channel="C1SALES", user=WANG, text="x"))


async def test_threads_are_read_oldest_first_and_history_newest_first(slack: Slack, client: AsyncWebClient) -> None:
    """With pages."""
    first = (await client.chat_postMessage(channel="C1SALES", text="1"))["ts"]
    for text in "234":
        await client.chat_postMessage(channel="C1SALES", text=text, thread_ts=first)
    await client.chat_postMessage(channel="C1SALES", text="5")

    thread = await client.conversations_replies(channel="C1SALES", ts=first, limit=3)
    rest = await client.conversations_replies(channel="C1SALES", ts=first, limit=3, cursor=thread["response_metadata"]["next_cursor"])

    assert (["1", "2", "3"], True) == ([m["text"] for m in thread["messages"]], thread["has_more"])
    assert ["4"] == [m["text"] for m in rest["messages"]]
    assert ["5", "1"] == [m["text"] for m in (await client.conversations_history(channel="C1SALES"))["messages"]]
    assert "thread_not_found" == await refused(client.conversations_replies(channel="C1SALES", ts="1.000000"))
    assert [LIN, BOT] == (await client.conversations_members(channel="C1SALES"))["members"]
    assert [] == slack.space.warnings


async def test_a_stream_hangs_in_a_thread_and_ends_after_five_minutes(slack: Slack, client: AsyncWebClient, clock: SetClock) -> None:
    """Whoever appends later is refused, and edits wait for its end."""
    await slack_says_hello(slack)
    place, root = slack.space.direct(LIN).id, next(iter(slack.space.direct(LIN).messages))
    stream = await client.chat_startStream(channel=place, thread_ts=root, markdown_text="Eins, ")
    await client.chat_appendStream(channel=place, ts=stream["ts"], markdown_text="zwei")

    assert "streaming_state_conflict" == await refused(client.chat_update(channel=place, ts=stream["ts"], text="x"))
    clock.move(timedelta(seconds=301))
    assert "message_not_in_streaming_state" == await refused(client.chat_appendStream(channel=place, ts=stream["ts"], markdown_text="drei"))
    assert ["Eins, zwei"] == [each.shown for each in slack.messages]


async def slack_says_hello(slack: Slack) -> None:
    """Somebody wrote; nobody listens."""
    slack.sender.retry_waits_s = ()
    slack.sender.url = f"{slack.base}/nowhere"
    await slack.says(LIN, "hello")


@pytest.mark.parametrize(
    "wrong, error",
    [
        ({"thread_ts": ""}, "invalid_arguments"),
        ({"thread_ts": "1.000000"}, "thread_not_found"),
        ({"recipient_user_id": ""}, "missing_recipient_user_id"),
        ({"recipient_team_id": ""}, "missing_recipient_team_id"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
    ],
)
async def test_a_stream_in_a_channel_says_for_whom(client: AsyncWebClient, wrong: dict[str, str], error: str) -> None:
    """And where, and not too much at once."""
    root = (await client.chat_postMessage(channel="C1SALES", text="x"))["ts"]
    right = {"channel": "C1SALES", "thread_ts": root, "recipient_user_id": LIN, "recipient_team_id": "T0TANDEM", "markdown_text": "x"}

    await client.api_call("chat.startStream", json=right)

    assert error == await refused(client.api_call("chat.startStream", json={**right, **wrong}))


async def test_slacks_own_stream_helper_works_here(slack: Slack, client: AsyncWebClient) -> None:
    """Start, append and stop as its client does them, with blocks below."""
    root = (await client.chat_postMessage(channel="C1SALES", text="x"))["ts"]
    stream = await client.chat_stream(channel="C1SALES", thread_ts=root, recipient_user_id=LIN, recipient_team_id="T0TANDEM", buffer_size=1)

    await stream.append(markdown_text="海蓝科技")
    await stream.append(markdown_text="很好")
    await stream.stop(blocks=actions(BUTTON))

    assert ("海蓝科技很好\nSave", ["Save"]) == (slack.messages[-1].shown, slack.messages[-1].labels)


async def test_files_go_up_in_three_steps_and_come_down_with_the_token(slack: Slack, client: AsyncWebClient) -> None:
    """Without it there is a page for people and a 200, as Slack does."""
    await client.files_upload_v2(channel="C1SALES", content=b"\x89PNG", filename="a.png", alt_txt="a chart")
    voice = slack.puts_up("clip.m4a", b"....ftypM4A ", "audio/mp4", voice=True)

    async with aiohttp.ClientSession() as anybody:
        bare = await anybody.get(voice["url_private_download"])
        known = await anybody.get(voice["url_private_download"], headers={"Authorization": f"Bearer {BOT_TOKEN}"})
        assert [(200, "text/html"), (200, "audio/mp4")] == [(each.status, each.content_type) for each in (bare, known)]
        assert b"....ftypM4A " == await known.read()
    assert ["a.png"] == [file["title"] for message in slack.messages for file in message.files]
    assert b"\x89PNG" == slack.space.contents[slack.messages[0].files[0]["id"]]


async def test_a_person_is_told_with_e_mail_only_by_its_scope(slack: Slack, client: AsyncWebClient) -> None:
    """Without `users:read` nothing is told at all."""
    slack.person("U3", "Guest", guest=True)
    assert "lin@example.com" == (await client.users_info(user=LIN))["user"]["profile"]["email"]
    assert (await client.users_info(user="U3"))["user"]["is_restricted"]

    slack.space.scopes = set(SCOPES) - {"users:read.email"}
    assert "email" not in (await client.users_info(user=LIN))["user"]["profile"]
    slack.space.scopes -= {"users:read"}
    assert "missing_scope" == await refused(client.users_info(user=LIN))
    assert "user_not_found" == await refused(app_of(slack).conversations_open(users="U9"))


async def test_the_token_counts(slack: Slack, clock: SetClock) -> None:
    """None, a wrong one, one of another kind, one that expired for a while."""
    for token, error in (("", "not_authed"), ("xoxb-wrong", "invalid_auth"), (APP_TOKEN, "not_allowed_token_type")):
        assert error == await refused(app_of(slack, token).auth_test())
    client = app_of(slack)
    slack.expire_token(for_s=3600)
    assert "token_expired" == await refused(client.auth_test())
    clock.move(timedelta(hours=1))
    assert (await client.auth_test())["ok"]


async def test_a_channel_takes_one_message_a_second_after_a_burst(slack: Slack, client: AsyncWebClient, clock: SetClock) -> None:
    """Past that it is 429 with the seconds to wait; other channels do not mind."""
    slack.conduct.pace = Pace(per_second=1, burst=2)
    for _ in range(2):
        await client.chat_postMessage(channel="C1SALES", text="x")

    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C1SALES", text="x")

    assert (429, "1") == (caught.value.response.status_code, caught.value.response.headers["Retry-After"])
    await client.chat_postMessage(channel=LIN, text="x")
    clock.move(timedelta(seconds=1))
    await client.chat_postMessage(channel="C1SALES", text="x")


async def test_calls_have_a_tier(slack: Slack, client: AsyncWebClient, clock: SetClock) -> None:
    """Fifty conversations a minute may be opened."""
    slack.conduct.pace = Pace()
    for _ in range(50):
        await client.conversations_open(users=LIN)

    assert "ratelimited" == await refused(client.conversations_open(users=LIN))
    clock.move(timedelta(seconds=2))
    assert (await client.conversations_open(users=LIN))["ok"]


@pytest.mark.parametrize("done", [False, True])
async def test_faults_come_as_they_were_asked_for(slack: Slack, client: AsyncWebClient, *, done: bool) -> None:
    """A 500, a cut line, no answer, a 429; with the message posted all the same, or not."""
    slack.fail("error", done=done)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C1SALES", text="1")
    slack.fail("drop", done=done)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C1SALES", text="2")
    slack.fail("ratelimited", done=done, retry_after_s=7)
    assert "ratelimited" == await refused(client.chat_postMessage(channel="C1SALES", text="3"))
    slack.fail("hang", done=done)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.chat_postMessage(channel="C1SALES", text="4"), 0.2)

    await client.chat_postMessage(channel="C1SALES", text="5")

    assert (["1", "2", "3", "4", "5"] if done else ["5"]) == [each.text for each in slack.messages]


async def test_a_lasting_fault_of_one_method_leaves_the_others_alone(slack: Slack, client: AsyncWebClient) -> None:
    """Until it is recovered from."""
    slack.fail("error", times=None, method="chat.postMessage")
    for _ in range(3):
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(channel="C1SALES", text="x")
    assert (await client.auth_test())["ok"]

    slack.recover()

    assert (await client.chat_postMessage(channel="C1SALES", text="x"))["ok"]
    assert 4 == slack.conduct.calls["chat.postMessage"]


@pytest.mark.parametrize(
    "body, kind, error",
    [
        (b"{", "application/json", "invalid_json"),
        (b"[]", "application/json", "json_not_object"),
        (b"<x/>", "text/xml", "invalid_post_type"),
    ],
)
async def test_bodies_of_no_known_kind_are_refused(slack: Slack, body: bytes, kind: str, error: str) -> None:
    """By Slack's names for them."""
    async with aiohttp.ClientSession() as anybody:
        headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": kind}
        told = await (await anybody.post(f"{slack.url}chat.postMessage", data=body, headers=headers)).json()

    assert error == told["error"]


async def test_methods_that_read_forms_only_do_not_read_json(slack: Slack) -> None:
    """As files.getUploadURLExternal, which everybody trips over once."""
    async with aiohttp.ClientSession() as anybody:
        headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
        asked = {"filename": "a.png", "length": 3}
        refused_one = await (await anybody.post(f"{slack.url}files.getUploadURLExternal", json=asked, headers=headers)).json()
        taken = await (await anybody.post(f"{slack.url}files.getUploadURLExternal", data=asked, headers=headers)).json()

    assert ("invalid_arguments", True) == (refused_one["error"], taken["ok"])


async def test_an_agents_session_is_processing_until_it_says_otherwise(slack: Slack, client: AsyncWebClient) -> None:
    """A line of status goes when the app posts; a session's state stays."""
    await slack_says_hello(slack)
    place, root = slack.space.direct(LIN).id, next(iter(slack.space.direct(LIN).messages))

    await client.agents_sessions_setStatus(channel_id=place, thread_ts=root, status="processing", title="海蓝")
    await client.assistant_threads_setStatus(channel_id=place, thread_ts=root, status="在查…")
    assert {(place, root): "在查…"} == slack.space.statuses
    await client.chat_postMessage(channel=place, thread_ts=root, text="好了")

    assert ({}, "processing") == (slack.space.statuses, slack.space.sessions[place, root]["status"])
    assert "invalid_arguments" == await refused(client.agents_sessions_setStatus(channel_id=place, thread_ts=root, status="busy"))
    assert "invalid_thread_ts" == await refused(client.agents_sessions_setStatus(channel_id=place, status="active"))


async def test_ids_of_messages_are_unique_while_time_stands_still(slack: Slack, client: AsyncWebClient) -> None:
    """Whatever the clock says."""
    for _ in range(20):
        await client.chat_postMessage(channel="C1SALES", text="x")

    assert 20 == len({each.ts for each in slack.messages})
