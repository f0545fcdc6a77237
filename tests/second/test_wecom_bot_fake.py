"""The vendor's own client of the long connection against our fake: what it can do there, our client may rely on."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.fakes.wecom import CORP, WecomBot
from tests.second.opinion import Conversation, Json, SecondOpinion


@asynccontextmanager
async def connected(
    opinion: SecondOpinion, *, secret: str = CORP.bot_secret, pieces: int = 1
) -> AsyncIterator[tuple[WecomBot, Conversation]]:
    """The fake, and the vendor's client connected to it."""
    async with WecomBot().running() as platform, opinion.started("wecom_bot.mjs") as client:
        await client.tell({"url": platform.url.replace("http", "ws"), "botId": CORP.bot_id, "secret": secret, "pieces": pieces})
        yield platform, client


async def heard(client: Conversation, *names: str) -> list[Json]:
    """What the client tells next; it must be these, in this order."""
    told = [await client.next() for _ in names]
    assert list(names) == [one["saw"] for one in told]
    return told


async def test_a_wrong_secret_is_refused_as_the_platform_does(second_opinion: SecondOpinion) -> None:
    """The client reads 853000 out of the answer to its subscription."""
    async with connected(second_opinion, secret="another") as (_, client):  # noqa: S106 - not a secret
        told = await client.next()

    assert {"saw": "error", "why": "Authentication failed: invalid bot_id or secret (code: 853000)"} == told


async def test_a_stream_grows_with_a_card_and_ends_once(second_opinion: SecondOpinion) -> None:
    """Snapshots replace each other, the card comes with the last, and what comes after the end is refused."""
    async with connected(second_opinion) as (platform, client):
        await heard(client, "authenticated")
        await platform.text("LiWei", "stream")
        first, last, after = await heard(client, "first", "last", "after")

    assert [0, 0, 846608] == [one["errcode"] for one in (first, last, after)]
    seen = platform.shown[0]
    assert (["在查…", "好了"], True, "answer-1") == (seen.snapshots, seen.finished, seen.feedback_id)
    assert "task-1" == (seen.card or {})["task_id"]


async def test_more_bytes_than_a_snapshot_holds_are_refused(second_opinion: SecondOpinion) -> None:
    """6,827 Han characters are 20,481 bytes."""
    async with connected(second_opinion) as (platform, client):
        await heard(client, "authenticated")
        await platform.text("liwei", "long")
        [told] = await heard(client, "long")

    assert 45002 == told["errcode"]


async def test_pushes_go_only_to_people_who_wrote(second_opinion: SecondOpinion) -> None:
    """Markdown reaches who wrote, nobody else, and a plain text is no kind of push."""
    async with connected(second_opinion) as (platform, client):
        await heard(client, "authenticated")
        await platform.text("liwei", "push")
        told = await heard(client, "push", "stranger", "text")

    assert [0, 93006, 40008] == [one["errcode"] for one in told]
    assert ["**早**"] == [one.text for one in platform.shown]


async def test_a_file_is_uploaded_in_pieces(second_opinion: SecondOpinion) -> None:
    """Three pieces come together as the file that was sent."""
    async with connected(second_opinion, pieces=3) as (platform, client):
        await heard(client, "authenticated")
        await platform.text("liwei", "file")
        done, digest = await heard(client, "file", "digest")

    kind, name, data, _ = platform.lockers.uploaded[digest["media"]]
    assert (0, "file", "报价.pdf", digest["sha"]) == (done["errcode"], kind, name, hashlib.sha256(data).hexdigest())


async def test_what_people_send_is_sealed_as_the_client_opens_it(second_opinion: SecondOpinion) -> None:
    """AES-256-CBC with padding to 32 bytes, the name beside it."""
    async with connected(second_opinion) as (platform, client):
        await heard(client, "authenticated")
        await platform.file("liwei", "合同正文".encode(), "海蓝 合同.txt")
        [told] = await heard(client, "downloaded")

    assert ("海蓝 合同.txt", "合同正文") == (told["name"], told["text"])


async def test_a_welcome_a_press_and_a_verdict_come_as_the_client_reads_them(second_opinion: SecondOpinion) -> None:
    """Each event reaches its listener, and the answers that must come within five seconds are taken."""
    async with connected(second_opinion) as (platform, client):
        await heard(client, "authenticated")
        await platform.enter("liwei")
        await heard(client, "welcome")
        await platform.text("liwei", "stream")
        await heard(client, "first", "last", "after")
        answer = platform.shown[-1]
        await platform.press(answer, 0)
        [updated] = await heard(client, "update")
        await platform.judge(answer, 2, content="不全")
        [judged] = await heard(client, "judged")

    assert ("您好", 0, ["选了好"]) == (platform.shown[0].text, updated["errcode"], [one["main_title"]["title"] for one in answer.updates])
    assert {"id": "answer-1", "type": 2, "content": "不全", "inaccurate_reason_list": [2]} == judged["told"]


async def test_a_second_connection_kicks_the_first(second_opinion: SecondOpinion) -> None:
    """The first is told before it is cut off, and does not come back."""
    async with connected(second_opinion) as (platform, client), second_opinion.started("wecom_bot.mjs") as other:
        await heard(client, "authenticated")
        await other.tell({"url": platform.url.replace("http", "ws"), "botId": CORP.bot_id, "secret": CORP.bot_secret, "pieces": 1})
        await heard(other, "authenticated")
        await heard(client, "kicked")

    assert (1, 2) == (platform.kicked, platform.subscriptions)
