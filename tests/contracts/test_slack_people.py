"""The fake of Slack from the other side: what people do reaches the app signed, again where it is not taken, and as Slack tells it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.senses import SetClock
from tests.fakes.slack import APP_TOKEN, BOT, BOT_TOKEN, Slack, View, slack_platform
from tests.fakes.slack.shapes import Json
from tests.fakes.slack_app import App, listening_app
from tests.fakes.waiting import until

LIN, WANG = "U1LIN", "U2WANG"
SAVE: Json = {"type": "button", "text": {"type": "plain_text", "text": "保存"}, "value": "m1:0"}
VERDICT: Json = {
    "type": "feedback_buttons",
    "action_id": "verdict",
    "positive_button": {"text": {"type": "plain_text", "text": "👍"}, "value": "up"},
    "negative_button": {"text": {"type": "plain_text", "text": "👎"}, "value": "down"},
}
CARD: list[Json] = [{"type": "actions", "elements": [SAVE]}, {"type": "context_actions", "elements": [VERDICT]}]
STAGES = [{"text": {"type": "plain_text", "text": each}, "value": each} for each in ("线索", "报价")]
MODAL: Json = {
    "type": "modal",
    "callback_id": "edit",
    "title": {"type": "plain_text", "text": "改草稿"},
    "submit": {"type": "plain_text", "text": "保存"},
    "blocks": [
        {
            "type": "input",
            "block_id": "amount",
            "label": {"type": "plain_text", "text": "金额"},
            "element": {"type": "number_input", "action_id": "v", "is_decimal_allowed": True, "initial_value": "800000"},
        },
        {
            "type": "input",
            "block_id": "stage",
            "label": {"type": "plain_text", "text": "阶段"},
            "element": {"type": "static_select", "action_id": "v", "options": STAGES},
        },
        {
            "type": "input",
            "block_id": "closes",
            "optional": True,
            "label": {"type": "plain_text", "text": "签约"},
            "element": {"type": "datepicker", "action_id": "v"},
        },
        {
            "type": "input",
            "block_id": "met",
            "optional": True,
            "label": {"type": "plain_text", "text": "见面"},
            "element": {"type": "datetimepicker", "action_id": "v", "initial_date_time": 1784019600},
        },
    ],
}


@pytest.fixture
def clock() -> SetClock:
    """Slack's own clock."""
    return SetClock()


@pytest.fixture
async def app(clock: SetClock) -> AsyncIterator[App]:
    """An app that takes everything."""
    async with listening_app(clock) as listening:
        yield listening


@pytest.fixture
async def slack(clock: SetClock, app: App) -> AsyncIterator[Slack]:
    """A workspace whose events go to the app."""
    async with slack_platform(clock) as platform:
        platform.sender.url = app.url
        platform.person(LIN, "林岚")
        platform.person(WANG, "王磊")
        platform.channel("C1SALES", [LIN])
        yield platform


@pytest.fixture
async def client(slack: Slack) -> AsyncWebClient:
    """Slack's own client, as the app."""
    return AsyncWebClient(token=BOT_TOKEN, base_url=slack.url, retry_handlers=[])


async def test_words_to_the_app_come_as_a_direct_message(slack: Slack, app: App) -> None:
    """Signed, in an envelope, once."""
    delivery = await slack.says(LIN, "海蓝科技怎么样?")

    [event] = app.events
    assert delivery.taken
    assert ("message", "im", LIN, "海蓝科技怎么样?") == (event["type"], event["channel_type"], event["user"], event["text"])
    assert ("event_callback", "T0TANDEM") == (app.came[0].body["type"], app.came[0].body["team_id"])


async def test_a_mention_is_two_events_of_one_message(slack: Slack, app: App) -> None:
    """Where the app reads the channel too; each has an id of its own and both have the same ts."""
    await slack.says(LIN, f"<@{BOT}> 你好", "C1SALES")

    assert ["message", "app_mention"] == [event["type"] for event in app.events]
    assert (1, 2) == (len({event["ts"] for event in app.events}), len({each.body["event_id"] for each in app.came}))


async def test_what_the_app_did_not_subscribe_to_it_is_not_told(slack: Slack, app: App) -> None:
    """A test that waits for it hears why."""
    slack.space.subscribed -= {"message.channels"}

    with pytest.raises(ValueError, match="not subscribed"):
        await slack.says(LIN, "nobody is meant", "C1SALES")
    assert [] == app.came


async def test_an_event_comes_again_until_it_is_taken(slack: Slack, app: App) -> None:
    """With the number and the reason of the retry."""
    app.answers = [(500, ""), (503, ""), (200, "")]

    delivery = await slack.says(LIN, "hi")

    retries = [(each.headers.get("x-slack-retry-num"), each.headers.get("x-slack-retry-reason")) for each in app.came]
    assert [(None, None), ("1", "http_error"), ("2", "http_error")] == retries
    assert (True, 1) == (delivery.taken, len({each.body["event_id"] for each in app.came}))


async def test_who_answers_too_late_is_told_again_and_in_the_end_it_failed(slack: Slack, app: App) -> None:
    """Four tries, and then Slack gives up."""
    slack.sender.patience_s, app.slow_s = 0.02, 0.1

    await slack.says(LIN, "hi")

    assert ["http_timeout"] * 4 == [attempt.reason for attempt in slack.failed[0].attempts]


async def test_an_event_can_come_twice_though_it_was_taken(slack: Slack, app: App) -> None:
    """As it does when an answer is lost on the way."""
    await slack.says(LIN, "hi", copies=2)

    assert (2, 1) == (len(app.came), len({each.body["event_id"] for each in app.came}))


async def test_a_press_carries_the_button_and_three_seconds_to_open_a_window(
    slack: Slack,
    app: App,
    client: AsyncWebClient,
    clock: SetClock,
) -> None:
    """The trigger works once, and not later."""
    await client.chat_postMessage(channel="C1SALES", text="x", blocks=CARD)

    for _ in range(2):
        await slack.press(LIN, slack.messages[0], "保存")

    first, second = (each.body for each in app.came)
    assert ("block_actions", "m1:0", LIN) == (first["type"], first["actions"][0]["value"], first["user"]["id"])
    await client.views_open(trigger_id=first["trigger_id"], view=MODAL)
    for trigger, error in ((first, "exchanged_trigger_id"), ({"trigger_id": "1.2.3"}, "invalid_trigger_id")):
        with pytest.raises(SlackApiError, match=error):
            await client.views_open(trigger_id=trigger["trigger_id"], view=MODAL)
    clock.move(timedelta(seconds=4))
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=second["trigger_id"], view=MODAL)


async def test_a_press_that_is_not_acknowledged_has_failed_for_good(slack: Slack, app: App, client: AsyncWebClient) -> None:
    """Nobody brings it again."""
    await client.chat_postMessage(channel="C1SALES", text="x", blocks=CARD)
    app.answers = [(500, "")]

    await slack.press(LIN, slack.messages[0], "👍")

    assert ([1], 1) == ([len(each.attempts) for each in slack.failed], len(app.came))
    assert "up" == app.came[0].body["actions"][0]["value"]


async def test_nobody_presses_what_is_not_shown_any_more(slack: Slack, client: AsyncWebClient) -> None:
    """The card was settled."""
    ts = (await client.chat_postMessage(channel="C1SALES", text="x", blocks=CARD))["ts"]
    await client.chat_update(channel="C1SALES", ts=ts, text="saved", blocks=[{"type": "markdown", "text": "已保存"}])

    with pytest.raises(ValueError, match="保存"):
        await slack.press(LIN, slack.messages[0], "保存")


async def _opened(slack: Slack, app: App, client: AsyncWebClient) -> View:
    await client.chat_postMessage(channel="C1SALES", text="x", blocks=CARD)
    await slack.press(LIN, slack.messages[0], "保存")
    await client.views_open(trigger_id=app.came[-1].body["trigger_id"], view=MODAL)
    return next(iter(slack.space.modals.values()))


async def test_a_modal_is_sent_with_its_values_and_closes(slack: Slack, app: App, client: AsyncWebClient) -> None:
    """What nobody touched keeps its first value."""
    view = await _opened(slack, app, client)

    await slack.submit(LIN, view, {"stage": "报价", "closes": "2026-09-30"})

    told = app.came[-1].body
    values = {block: next(iter(each.values())) for block, each in told["view"]["state"]["values"].items()}
    assert ("view_submission", "edit", True) == (told["type"], told["view"]["callback_id"], view.closed)
    found = (values["amount"]["value"], values["stage"]["selected_option"]["value"], values["closes"]["selected_date"])
    assert ("800000", "报价", "2026-09-30", 1784019600) == (*found, values["met"]["selected_date_time"])


@pytest.mark.parametrize("values", [{}, {"stage": "nope"}, {"stage": "报价", "amount": "much"}, {"other": "x"}])
async def test_slack_does_not_send_what_is_not_filled_in_well(
    slack: Slack,
    app: App,
    client: AsyncWebClient,
    values: dict[str, str],
) -> None:
    """The app never hears of it."""
    view = await _opened(slack, app, client)
    came = len(app.came)

    with pytest.raises(ValueError, match=r"stage|amount|other"):
        await slack.submit(LIN, view, values)

    assert came == len(app.came)


async def test_errors_at_inputs_leave_the_modal_open(slack: Slack, app: App, client: AsyncWebClient) -> None:
    """And must name inputs that are there."""
    view = await _opened(slack, app, client)
    app.answers = [(200, {"response_action": "errors", "errors": {name: "不对"}}) for name in ("amount", "x")]

    for _ in range(2):
        await slack.submit(LIN, view, {"stage": "报价"})

    assert (False, ["invalid_arguments"]) == (view.closed, [each.error for each in slack.errors])


async def test_windows_lie_three_deep_and_change_by_their_hash(slack: Slack, app: App, client: AsyncWebClient) -> None:
    """A fourth is refused; who changes what changed meanwhile is, too."""
    view = await _opened(slack, app, client)
    app.answers = [(200, {"response_action": "push", "view": MODAL}), (200, {"response_action": "update", "view": MODAL})]
    for _ in range(2):
        await slack.submit(LIN, view, {"stage": "报价"})
    for _ in range(2):
        await slack.press(LIN, slack.messages[0], "保存")

    await client.views_push(trigger_id=app.came[-2].body["trigger_id"], view=MODAL)

    assert 3 == len([each for each in slack.space.modals.values() if not each.closed])
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=app.came[-1].body["trigger_id"], view=MODAL)
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view.id, hash="1.1", view=MODAL)
    app.answers = [(200, {"response_action": "clear"})]
    await slack.submit(LIN, view, {"stage": "报价"})
    assert [] == [each for each in slack.space.modals.values() if not each.closed]


async def test_a_response_url_replaces_and_takes_away_what_was_pressed(slack: Slack, app: App, client: AsyncWebClient) -> None:
    """Or answers beside it, for all or for one."""
    await client.chat_postMessage(channel="C1SALES", text="x", blocks=CARD)
    await slack.press(LIN, slack.messages[0], "保存")
    address = app.came[0].body["response_url"]

    async with aiohttp.ClientSession() as anybody:
        await anybody.post(address, json={"text": "已保存", "replace_original": True})
        await anybody.post(address, json={"text": "给大家", "response_type": "in_channel", "replace_original": False})
        await anybody.post(address, json={"text": "给你", "replace_original": False})
        shown = [each.shown for each in slack.space.places["C1SALES"].messages.values()]
        await anybody.post(address, json={"delete_original": True})

    assert ["已保存", "给大家"] == shown
    assert [(LIN, "给你")] == [(each.receiver, each.shown) for each in slack.ephemeral]
    assert ["给大家"] == [each.shown for each in slack.space.places["C1SALES"].messages.values()]


async def test_the_apps_own_messages_come_back_to_it_where_that_is_asked_for(slack: Slack, app: App, client: AsyncWebClient) -> None:
    """Marked as its own; whoever answers them talks to themselves."""
    await client.chat_postMessage(channel="C1SALES", text="hi")

    await slack.echoes(slack.messages[0])

    assert [(BOT, "B0BOT", "hi")] == [(each["user"], each["bot_id"], each["text"]) for each in app.events]


async def test_an_address_is_verified_by_its_challenge(slack: Slack, app: App) -> None:
    """As when it is entered in Slack's settings."""
    app.answers = [(200, {"challenge": "?"})]

    asked = await slack.verify_url()

    assert ("url_verification", asked.payload["challenge"]) == (app.came[0].body["type"], app.came[0].body["challenge"])
    assert {"challenge": "?"} == asked.answer


async def test_what_another_signed_or_signed_long_ago_is_seen_through(slack: Slack, app: App) -> None:
    """By Slack's own verifier."""
    body, kind, now = b"{}", "application/json", slack.space.now()
    signs = [slack.sender.signed(body, kind, secret="other"), *(slack.sender.signed(body, kind, at=now - late) for late in (299, 301))]  # noqa: S106 - not a secret

    async with aiohttp.ClientSession() as anybody:
        assert [401, 200, 401] == [(await anybody.post(app.url, data=body, headers=headers)).status for headers in signs]


async def test_a_home_is_published_and_shown_when_it_is_opened(slack: Slack, app: App, client: AsyncWebClient) -> None:
    """With buttons to press, and not when the app has no home."""
    await slack.opens(LIN)
    await client.views_publish(user_id=LIN, view={"type": "home", "blocks": CARD[:1]})
    await slack.opens(LIN)
    await slack.press(LIN, slack.homes[LIN], "保存")

    assert [False, True] == ["view" in event for event in app.events]
    assert "view" == app.came[-1].body["container"]["type"]
    slack.space.home_tab = False
    with pytest.raises(SlackApiError, match="not_enabled"):
        await client.views_publish(user_id=LIN, view={"type": "home", "blocks": []})


async def test_a_command_is_answered_to_its_person_alone(slack: Slack, app: App) -> None:
    """At once, or by its response_url, five times within half an hour."""
    app.answers = [(200, {"text": "在查…"})]
    await slack.command(LIN, "/tandem", "今日", "C1SALES")

    address = app.came[0].body["response_url"]
    async with aiohttp.ClientSession() as anybody:
        told = [(await anybody.post(address, json={"text": str(number)})).status for number in range(6)]

    assert ("/tandem", "今日") == (app.came[0].body["command"], app.came[0].body["text"])
    assert [200] * 5 + [404] == told
    assert ([], ["在查…", *"01234"]) == (slack.messages, [each.shown for each in slack.ephemeral])


async def test_a_shortcut_brings_the_message_that_it_was_chosen_on(slack: Slack, app: App, client: AsyncWebClient) -> None:
    """With everything to answer."""
    await client.chat_postMessage(channel="C1SALES", text="问问这个")

    await slack.shortcut(LIN, slack.messages[0], "ask_tandem")

    told = app.came[0].body
    assert ("message_action", "ask_tandem", "问问这个") == (told["type"], told["callback_id"], told["message"]["text"])


async def test_stop_ends_streams_and_tells_the_app(slack: Slack, app: App, client: AsyncWebClient) -> None:
    """Only where something is under way."""
    await slack.says(LIN, "long one")
    place, root = slack.space.direct(LIN).id, app.events[0]["ts"]
    with pytest.raises(ValueError, match="nothing is under way"):
        await slack.stops(LIN, place, root)
    stream = await client.chat_startStream(channel=place, thread_ts=root, markdown_text="x")

    await slack.stops(LIN, place, root)

    assert ("agent_session_stopped", [stream["ts"]]) == (app.events[-1]["type"], app.events[-1]["streaming_message_ts"])
    with pytest.raises(SlackApiError, match="stopped_by_user"):
        await client.chat_appendStream(channel=place, ts=stream["ts"], markdown_text="y")


async def test_strangers_come_with_their_own_team(slack: Slack, app: App) -> None:
    """As in a channel that is shared by Slack Connect."""
    slack.person("U9", "Stranger", team="T9OTHER")
    slack.channel("C9", ["U9", LIN], shared=True)

    await slack.says("U9", f"<@{BOT}> hi", "C9")

    assert ("T9OTHER", True) == (app.events[-1]["user_team"], app.came[-1].body["is_ext_shared_channel"])


async def test_a_voice_clip_is_a_message_without_words(slack: Slack, app: App) -> None:
    """With audio in its files."""
    await slack.says(LIN, "", files=[slack.puts_up("clip.m4a", b"....ftypM4A ", "audio/mp4", voice=True)])

    [event] = app.events
    assert ("file_share", "", "slack_audio") == (event["subtype"], event["text"], event["files"][0]["subtype"])


async def test_socket_mode_brings_the_same_over_a_socket(clock: SetClock) -> None:
    """Slack's own client connects, acknowledges, is sent away and comes again; what nobody took comes again, too."""
    came: list[SocketModeRequest] = []

    async def take(connection: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        came.append(request)
        if len(came) > 1:  # the first is forgotten
            await connection.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    async with slack_platform(clock, socket_mode=True) as slack:
        slack.sender.patience_s = 0.2
        slack.person(LIN)
        web_client = AsyncWebClient(base_url=slack.url)
        connection = SocketModeClient(app_token=APP_TOKEN, web_client=web_client, trace_enabled=False)
        connection.socket_mode_request_listeners.append(take)
        await connection.connect()  # type: ignore[no-untyped-call]
        assert (await slack.says(LIN, "hi")).taken
        assert [0, 1] == [each.retry_attempt for each in came][:2]
        slack.sender.patience_s = 20.0

        await slack.sockets.disconnect()
        await until(lambda: slack.sockets.opened == 2 and bool(slack.sockets.connected))
        delivery = await slack.command(LIN, "/tandem", "今日")
        await connection.disconnect()  # type: ignore[no-untyped-call]
        await connection.close()  # type: ignore[no-untyped-call]

    # A slow machine may be told "hi" a third time, and hear it after the command.
    assert delivery.taken
    assert {"今日"} == {each.payload["text"] for each in came if each.type == "slash_commands"}


async def test_with_nobody_connected_nothing_is_taken(clock: SetClock) -> None:
    """Slack tries four times here, too."""
    async with slack_platform(clock, socket_mode=True) as slack:
        slack.person(LIN)

        delivery = await slack.says(LIN, "hi")

    assert ["connection_failed"] * 4 == [attempt.reason for attempt in delivery.attempts]


MANIFEST: Json = {
    "display_information": {"name": "Tandem"},
    "features": {
        "bot_user": {"display_name": "Tandem"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [{"command": "/tandem", "description": "Ask", "url": "https://tandem.example/slack/events"}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "im:history"]}},
    "settings": {
        "event_subscriptions": {"request_url": "https://tandem.example/slack/events", "bot_events": ["message.im", "app_home_opened"]},
        "interactivity": {"is_enabled": True, "request_url": "https://tandem.example/slack/events"},
    },
}


async def test_a_manifest_makes_the_app_what_it_says(slack: Slack, client: AsyncWebClient) -> None:
    """Its scopes, events and tabs, and no others."""
    assert [] == slack.install(MANIFEST)

    assert ({"chat:write", "commands", "im:history"}, {"message.im", "app_home_opened"}) == (slack.space.scopes, slack.space.subscribed)
    with pytest.raises(SlackApiError, match="missing_scope"):
        await client.users_info(user=LIN)


def without(path: str) -> Json:
    """The manifest without one part of it."""
    *way, last = path.split("/")
    copy = part = {**MANIFEST}
    for step in way:
        part[step] = {**part[step]}
        part = part[step]
    del part[last]
    return copy


@pytest.mark.parametrize(
    "manifest, complaint",
    [
        (without("display_information/name"), "missing required field: name"),
        ({**MANIFEST, "display_information": {"name": "x" * 36}}, "less than 36 characters"),
        ({**MANIFEST, "display_information": {"name": "x", "long_description": "short"}}, "more than 174 characters"),
        ({**MANIFEST, "settngs": {}}, "invalid additional property: settngs"),
        ({**MANIFEST, "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}}}, "message.im wants the scope im:history"),
        (without("settings/event_subscriptions/request_url"), "event_subscriptions wants a request URL"),
        (without("settings/interactivity/request_url"), "interactivity wants a request URL"),
        (without("features/bot_user"), "bot scopes want a bot user"),
    ],
)
async def test_a_manifest_that_slack_would_not_take_changes_nothing(slack: Slack, manifest: Json, complaint: str) -> None:
    """And says why."""
    before = set(slack.space.scopes)

    assert [complaint] == [found.partition(" [json")[0].removeprefix("must be ") for found in slack.install(manifest)]
    assert before == slack.space.scopes
