"""The fake of WeCom's app holds what the platform holds: each limit refuses, cuts or drops as the vendor's pages say."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from aiohttp import web

from tests.fakes.senses import SetClock
from tests.fakes.wecom import CORP, Caller, WecomApp

Json = dict[str, Any]
CARD = {
    "card_type": "button_interaction", "main_title": {"title": "商机草稿"},
    "button_list": [{"text": "保存", "key": "m1:0"}, {"text": "不记", "key": "m1:1"}], "task_id": "m1",
}


class Api:
    """A client without manners: asks what it is told to."""

    def __init__(self, app: WecomApp, http: httpx.AsyncClient) -> None:
        self._app, self._http = app, http

    async def token(self, secret: str = CORP.secret) -> Json:
        """`gettoken`."""
        query = {"corpid": CORP.corp_id, "corpsecret": secret}
        told: Json = (await self._http.get("/cgi-bin/gettoken", params=query)).json()
        return told

    async def ask(self, path: str, body: Json | None = None, **query: str) -> Json:
        """Any call, with the token that the platform has now."""
        params = {"access_token": self._app.token, **query}
        told: Json = (await self._http.request("POST" if body else "GET", f"/cgi-bin/{path}", json=body, params=params)).json()
        return told

    async def send(self, kind: str = "text", to: str = "LiWei", part: Json | None = None, **more: object) -> Json:
        """`message/send`."""
        return await self.ask("message/send", {
            "touser": to, "msgtype": kind, "agentid": CORP.agent_id, kind: part or {"content": "早"}, **more,
        })


@pytest.fixture
async def app() -> AsyncIterator[WecomApp]:
    """The fake, running."""
    async with WecomApp().running() as running:
        yield running


@pytest.fixture
async def api(app: WecomApp) -> AsyncIterator[Api]:
    """A client with a token."""
    async with httpx.AsyncClient(base_url=app.url) as http:
        one = Api(app, http)
        await one.token()
        yield one


def clock_of(app: WecomApp) -> SetClock:
    """Its clock, which stands until it is moved."""
    assert isinstance(app.clock, SetClock)
    return app.clock


async def test_a_token_lasts_two_hours_and_is_the_same_one_until_then(app: WecomApp, api: Api) -> None:
    """Asked again, the platform gives the same token with less time; past its time it is expired, an invented one invalid."""
    first = await api.token()
    clock_of(app).move(timedelta(minutes=90))
    second = await api.token()
    clock_of(app).move(timedelta(minutes=30))

    assert (first["access_token"], 1800) == (second["access_token"], second["expires_in"])
    assert 42001 == (await api.send())["errcode"]
    assert 40014 == (await api.ask("user/get", access_token="made-up", userid="liwei"))["errcode"]  # noqa: S106
    assert 40001 == (await api.token("wrong"))["errcode"]


@pytest.mark.parametrize("kind", ["text", "markdown"])
async def test_a_long_text_is_cut_at_a_byte(app: WecomApp, api: Api, kind: str) -> None:
    """683 Han characters are 2,049 bytes: the last one is lost, and it is noted."""
    told = await api.send(kind, part={"content": "汉" * 683})

    assert 0 == told["errcode"]
    assert ("汉" * 682, True) == (app.messages[0].text, app.messages[0].cut)


async def test_past_thirty_a_minute_messages_are_dropped_in_silence(app: WecomApp, api: Api) -> None:
    """The caller is told that all is well; a minute later there is room again."""
    told = [await api.send(part={"content": f"第{number}条"}) for number in range(31)]
    clock_of(app).move(timedelta(minutes=1))
    await api.send(part={"content": "后来"})

    assert [0] * 31 == [one["errcode"] for one in told]
    assert (31, ["第30条"]) == (len(app.sent_to("liwei")), [one.text for one in app.dropped])


async def test_the_duplicate_check_stops_what_was_sent_before(app: WecomApp, api: Api) -> None:
    """The same words to the same member within the interval arrive once; without the check, or later, again."""
    for _ in range(2):
        await api.send(enable_duplicate_check=1, duplicate_check_interval=600)
    await api.send()
    clock_of(app).move(timedelta(seconds=601))
    await api.send(enable_duplicate_check=1, duplicate_check_interval=600)

    assert (3, 1) == (len(app.messages), len(app.doubled))


WRONG: dict[str, tuple[int, Callable[[Api], Awaitable[Json]]]] = {
    "another agent": (40056, lambda api: api.send(agentid=7)),
    "nobody": (82001, lambda api: api.send(to="")),
    "strangers alone": (81013, lambda api: api.send(to="nobody|else")),
    "no words": (44004, lambda api: api.send(part={"content": " "})),
    "a kind that is none": (40008, lambda api: api.send("carrier_pigeon")),
    "seven buttons": (40035, lambda api: api.send("template_card", part={**CARD, "button_list": [
        {"text": "a", "key": str(number)} for number in range(7)
    ]})),
    "a button of eleven characters": (40035, lambda api: api.send("template_card", part={
        **CARD, "button_list": [{"text": "十一个字的按钮文案太长", "key": "k"}],
    })),
    "a title of 27 characters": (40035, lambda api: api.send("template_card", part={**CARD, "main_title": {"title": "题" * 27}})),
    "seven rows": (40035, lambda api: api.send("template_card", part={**CARD, "horizontal_content_list": [{"keyname": "额"}] * 7})),
    "a task id with a colon": (42014, lambda api: api.send("template_card", part={**CARD, "task_id": "m:1"})),
    "a picture that nobody uploaded": (40007, lambda api: api.send("image", part={"media_id": "none"})),
    "a member that is none": (60111, lambda api: api.ask("user/get", userid="nobody")),
    "a menu of four": (40016, lambda api: api.ask("menu/create", {"button": [{}] * 4}, agentid=str(CORP.agent_id))),
    "a code that is none": (40029, lambda api: api.ask("auth/getuserinfo", code="none")),
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_the_platform_refuses_is_refused(app: WecomApp, api: Api, what: str) -> None:
    """With the errcode of the vendor's list."""
    code, call = WRONG[what]

    told = await call(api)

    assert (code, code) == (told["errcode"], app.refused[-1].code)
    assert [] == app.messages


async def test_a_task_id_is_used_once(app: WecomApp, api: Api) -> None:
    """The same card again is refused."""
    first, second = await api.send("template_card", part=CARD), await api.send("template_card", part=CARD, to="zhangmin")

    assert (0, 42014, 1) == (first["errcode"], second["errcode"], len(app.messages))


async def test_a_card_is_updated_once_within_72_hours(app: WecomApp, api: Api) -> None:
    """The code of the answer works once; a code that is older does not."""
    sent = await api.send("template_card", part=CARD)
    body = {"userids": ["liwei"], "agentid": CORP.agent_id, "response_code": sent["response_code"], "button": {"replace_name": "已存"}}
    codes = [(await api.ask("message/update_template_card", body))["errcode"] for _ in range(2)]
    late = {**body, "response_code": app.response_code(app.messages[0])}
    clock_of(app).move(timedelta(hours=72))
    await api.token()
    codes.append((await api.ask("message/update_template_card", late))["errcode"])

    assert [0, 42016, 42016] == codes
    assert "已存" == app.messages[0].card["replaced"]


async def test_a_card_lives_with_each_of_its_recipients(app: WecomApp, api: Api) -> None:
    """One code updates it for those who are named."""
    sent = await api.send("template_card", to="liwei|zhangmin", part=CARD)
    body = {"userids": ["ZhangMin"], "agentid": CORP.agent_id, "response_code": sent["response_code"], "button": {"replace_name": "已存"}}

    await api.ask("message/update_template_card", body)

    assert [("liwei", False), ("zhangmin", True)] == [(one.to, one.updated is not None) for one in app.messages]


async def test_media_lasts_three_days_and_has_more_than_five_bytes(app: WecomApp, api: Api) -> None:
    """What was uploaded can be sent and fetched until then."""
    async with httpx.AsyncClient(base_url=app.url) as http:
        query = {"access_token": app.token, "type": "file"}
        small = (await http.post("/cgi-bin/media/upload", params=query, files={"media": ("a.txt", b"12345")})).json()
        told = (await http.post("/cgi-bin/media/upload", params=query, files={"media": ("a.txt", b"123456")})).json()
        media = {"access_token": app.token, "media_id": told["media_id"]}
        fetched = (await http.get("/cgi-bin/media/get", params=media)).content
    clock_of(app).move(timedelta(days=3))
    await api.token()

    assert (40006, b"123456") == (small["errcode"], fetched)
    assert 40007 == (await api.ask("media/get", media_id=told["media_id"]))["errcode"]


async def test_a_sign_in_code_works_once_for_five_minutes(app: WecomApp, api: Api) -> None:
    """It tells who signed in, and nothing a second time or later."""
    code, late = app.authorize("LiWei"), app.authorize("LiWei")
    told = [await api.ask("auth/getuserinfo", code=code) for _ in range(2)]
    clock_of(app).move(timedelta(minutes=5))

    assert ("LiWei", 40029) == (told[0]["userid"], told[1]["errcode"])
    assert 42003 == (await api.ask("auth/getuserinfo", code=late))["errcode"]


async def test_an_address_that_is_not_trusted_is_named(app: WecomApp, api: Api) -> None:
    """60020 tells which address the platform saw."""
    app.trusted = False

    told = await api.send()

    assert 60020 == told["errcode"]
    assert app.address in told["errmsg"]


async def test_a_callback_is_tried_four_times_until_an_empty_200(app: WecomApp) -> None:
    """With one MsgId; user ids come in lower case."""
    answers, bodies = [500, 200, 200], []

    async def door(request: web.Request) -> web.Response:
        bodies.append(await request.read())
        return web.Response(status=answers.pop(0) if answers else 503, text="" if len(bodies) == 3 else "no")

    server = web.Application()
    server.router.add_post("/", door)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with Caller(app, f"http://127.0.0.1:{runner.addresses[0][1]}/").calling() as caller:
        taken = await caller.text("LiWei", "早")
        given_up = await caller.text("LiWei", "晚")
    await runner.cleanup()

    assert (200, 3, True) == (taken.status, taken.tries, taken.taken)
    assert (503, 4, False) == (given_up.status, given_up.tries, given_up.taken)
    assert "<FromUserName><![CDATA[liwei]]>" in caller.xml("LiWei", "text", {})


async def test_faults_come_when_they_are_asked_for(app: WecomApp, api: Api) -> None:
    """500, a line that is cut, and an errcode for as long as it stands."""
    app.moods = ["500", "drop"]
    async with httpx.AsyncClient(base_url=app.url) as http:
        status = (await http.get("/cgi-bin/user/get")).status_code
        with pytest.raises(httpx.TransportError):
            await http.get("/cgi-bin/user/get")
    app.refusing = 40014
    lasting = [(await api.send())["errcode"] for _ in range(2)]
    app.refusing = 0

    assert (500, [40014, 40014], 0) == (status, lasting, (await api.send())["errcode"])
