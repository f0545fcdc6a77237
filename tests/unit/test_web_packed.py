"""Pages travel compressed, and nothing else does."""

import gzip
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.web.packed import Packed

PAGE = "<p>海蓝科技有哪些未关闭的商机？</p>" * 100


async def page(_: Request) -> Response:
    """A whole one."""
    return HTMLResponse(PAGE, 409, headers={"X-Kept": "yes"})


async def short(_: Request) -> Response:
    """One packet."""
    return HTMLResponse("<p>1</p>")


async def data(_: Request) -> Response:
    """No page."""
    return JSONResponse([PAGE])


async def stream(_: Request) -> Response:
    """What comes as it is made."""

    async def pieces() -> AsyncIterator[str]:
        for piece in ("event: text", PAGE, "end"):
            yield piece

    return StreamingResponse(pieces(), media_type="text/event-stream")


@pytest.fixture
def browser() -> TestClient:
    """Somebody at these four."""
    return TestClient(Packed(Starlette(routes=[Route(f"/{one.__name__}", one) for one in (page, short, data, stream)])))


def test_page_travels_compressed_and_says_what_it_said(browser: TestClient) -> None:
    """Status, headers and text are the same; its length is that of what is sent."""
    got = browser.get("/page", headers={"accept-encoding": "gzip, br"})
    packed = int(got.headers["content-length"])

    assert (409, PAGE, "gzip", "yes", "Accept-Encoding") == (
        got.status_code, got.text, got.headers["content-encoding"], got.headers["x-kept"], got.headers["vary"],
    )  # fmt: skip
    assert packed == len(gzip.compress(PAGE.encode(), 5, mtime=0)) < len(PAGE) / 10


@pytest.mark.parametrize("path, takes", [("/page", "identity"), ("/short", "gzip"), ("/data", "gzip"), ("/stream", "gzip")])
def test_all_else_travels_as_it_is(browser: TestClient, path: str, takes: str) -> None:
    """For a browser that takes nothing compressed; what is one packet anyway; what is no page."""
    got = browser.get(path, headers={"accept-encoding": takes})

    assert (200 if path != "/page" else 409, False) == (got.status_code, "content-encoding" in got.headers)
