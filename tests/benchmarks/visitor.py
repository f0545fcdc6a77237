"""Somebody at the pages with a browser's habits: cookies, compression, forms, all that a page loads. Knows no page by name."""

import gzip
import http.client
import json
import re
import time
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

TIMEOUT_S = 60
KEPT_OPEN_S = 20
"""The server hangs up on who is silent for longer."""
LOADED = {"link": "href", "script": "src", "img": "src", "use": "href"}
"""What a browser fetches with a page, by element."""


@dataclass(frozen=True, slots=True)
class Got:
    """An answer. body: uncompressed. sent_bytes: of the body as it went over the wire. taken_s: from asking to its last byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent_bytes: int
    taken_s: float

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


@dataclass
class Form:
    """One form of a page: where it goes, and what it carries."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Visitor:
    """One browser: a connection that is kept, and cookies."""

    def __init__(self, url: str) -> None:
        self._host = urllib.parse.urlsplit(url).netloc
        self._line = http.client.HTTPConnection(self._host, timeout=TIMEOUT_S)
        self._cookies: dict[str, str] = {}
        self._used = 0.0

    def sign_in(self, link: str) -> None:
        """Press the button of a printed link."""
        done = self.post("/sign-in", {"code": link.rpartition("code=")[2]})
        assert 303 == done.status, done.text

    def get(self, path: str, **headers: str) -> Got:
        """One page or file."""
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Got:
        """A form, filled."""
        body = urllib.parse.urlencode(fields).encode()
        return self._ask("POST", path, body, {"content-type": "application/x-www-form-urlencoded", **headers})

    def send(self, path: str, body: bytes, **headers: str) -> Got:
        """Bytes of a file."""
        return self._ask("POST", path, body, {"content-type": "application/octet-stream", **headers})

    def close(self) -> None:
        """Leave."""
        self._line.close()

    def weight(self, path: str) -> tuple[int, int]:
        """Bytes that a page and all that it loads send to a browser which has none of it; how many files these are."""
        page = self.get(path)
        files = [self.get(urllib.parse.urljoin(path, name)) for name in loaded(page.text)]
        assert all(one.status == 200 for one in [page, *files]), path
        return page.sent_bytes + sum(one.sent_bytes for one in files), 1 + len(files)

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Got:
        told = {"accept": "text/html,*/*", "accept-encoding": "gzip, deflate, br", "accept-language": "zh-CN,zh;q=0.9,en;q=0.8", **{
            name.replace("_", "-"): value for name, value in headers.items()
        }}  # fmt: skip
        if self._cookies:
            told["cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if time.monotonic() - self._used > KEPT_OPEN_S:
            self._line.close()
        begun = time.perf_counter()
        self._line.request(method, path, body or None, told)
        answer = self._line.getresponse()
        raw = answer.read()
        self._used = time.monotonic()
        taken = time.perf_counter() - begun
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        held = {name.lower(): value for name, value in answer.getheaders()}
        plain = gzip.decompress(raw) if held.get("content-encoding") == "gzip" else raw
        return Got(answer.status, held, plain, len(raw), taken)


def loaded(page: str) -> Sequence[str]:
    """What a page has a browser fetch, once each, without fragments."""
    reading = _Reading()
    reading.feed(page)
    return list(dict.fromkeys(reading.files))


def forms(page: str) -> Sequence[Form]:
    """The forms of a page or of a part of one."""
    reading = _Reading()
    reading.feed(page)
    return reading.forms


def told(stream: str) -> Iterator[tuple[str, Any]]:
    """The events of a turn as it came: name and data."""
    for block in stream.split("\n\n"):
        event, data = re.search(r"^event: (.*)$", block, re.MULTILINE), re.search(r"^data: (.*)$", block, re.MULTILINE)
        if event and data:
            yield event[1], json.loads(data[1])


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element."""
        held = {name: value or "" for name, value in attrs}
        name = held.get(LOADED.get(tag, ""), "").partition("#")[0]
        fetched = held.get("rel", "stylesheet") in {"stylesheet", "icon"} and held.get("loading") != "lazy"
        if name and fetched and not name.startswith("data:"):
            self.files.append(name)
        if tag == "form":
            self.forms.append(Form(held.get("action", "")))
        elif tag in {"input", "button"} and held.get("name") and self.forms:
            self.forms[-1].fields[held["name"]] = held.get("value", "")
