"""Ways in that are none: planted cookies, addresses that lead away, paths that climb, names that end a header, words that are addresses.

All against a real server in which every word of Li's ends a line and begins a header; what it is asked by HTTP, and what it asks of others.
"""

import re
import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from tests import hostile, papers
from tests.scenarios.matrix import names, ways
from tests.scenarios.neighbours import ADMIN, OURS, OWNER, PAGE, PEOPLE, Neighbours, begun, heard, neighbours
from tests.scenarios.test_matrix import LEFT

pytestmark = pytest.mark.slow

BREAK = "\r\nSet-Cookie: b=c\r\nX-Broken: yes\r\n\r\n<b>"
AWAY = (
    "//evil.example/", "/\\evil.example", "\\\\evil.example", "https://evil.example", "/\t/evil.example", "/\n/evil.example", "",
    "///evil.example", " //evil.example", "javascript:alert(1)", "http:evil.example", "/%09/evil.example", "//evil.example@127.0.0.1/",
    "\x00//evil.example", "/.//evil.example", "/a/..//evil.example",
)  # fmt: skip
CLIMBS = (
    "/static/../../../../../../etc/passwd", "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/static//etc/passwd", "/static/..%5c..%5cetc%5cpasswd", "/static/....//....//etc/passwd", "/static/%00/etc/passwd", "/../etc/passwd",
    "/static/../templates/shell.html", "/static/..%2fstrings.toml", "/static/%252e%252e/strings.toml", "//etc/passwd", "/etc/passwd",
    "/admin/prompts/../../config.toml", "/admin/prompts/..%2f..%2fconfig.toml", "/admin/prompts//etc/passwd", "/admin/prompts/%2e%2e/x",
    "/answers/..%2f..%2ftandem.db/file", "/recordings/..%2f..%2ftandem.db/sound", "http://evil.example/etc/passwd",
)  # fmt: skip
OURS_ALONE = ("root:x:0:0", "[[users]]", "{% block", "SQLite format")
"""How files begin, or what is in them, that nobody gets by a path."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """Everybody, before a home whose words break headers."""
    with neighbours(tmp_path_factory.mktemp("break"), lambda place: f"Zq{place}Q{BREAK}") as here:
        yield here


def test_a_cookie_that_was_planted_is_never_a_visit(here: Neighbours) -> None:
    """Whoever signs in gets a new secret each time, and what another put there before opens nothing, then or later."""
    planted, secrets, shown = "planted" + "a" * 36, list[str](), list[httpx.Response]()
    with httpx.Client(base_url=here.served.url, headers=PAGE, trust_env=False) as browser:
        for _ in range(2):
            browser.cookies.set("tandem", planted, domain="127.0.0.1")
            shown.append(browser.get(f"/sign-in?code={here.link(PEOPLE[OWNER])}"))
            entered = browser.post("/sign-in", data={"code": here.link(PEOPLE[OWNER])}, headers=OURS)
            secrets += re.findall(r"tandem=([^;]+)", entered.headers["set-cookie"])
    with httpx.Client(base_url=here.served.url, headers={**PAGE, "Cookie": f"tandem={planted}"}, trust_env=False) as other:
        met = other.get("/reviews")

    assert (2, False, []) == (len(set(secrets)), planted in secrets, [one for one in shown if "set-cookie" in one.headers])
    assert (303, "/sign-in") == (met.status_code, met.headers["location"].partition("?")[0])


@pytest.mark.parametrize("where", AWAY)
def test_no_address_of_a_form_leads_away(here: Neighbours, where: str) -> None:
    """As a browser reads it: without tabs and line ends, and a backslash is a slash."""
    with httpx.Client(base_url=here.served.url, headers=PAGE, trust_env=False) as browser:
        chosen = browser.post("/preferences", data={"lang": "en", "next": where}, headers=OURS)
        asked = browser.get("/sign-in", params={"next": where, "code": "c"})
        entered = browser.post("/sign-in", data={"code": here.link(PEOPLE[OWNER]), "next": where}, headers=OURS)
    hosts = {urlsplit(urljoin(here.served.url, as_read(one.headers["location"]))).netloc for one in (chosen, entered)}

    assert ({urlsplit(here.served.url).netloc}, {303}) == (hosts, {chosen.status_code, entered.status_code})
    assert "evil.example" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', asked.text))


def as_read(location: str) -> str:
    """Where a browser goes for it.  Source: WHATWG URL Standard, basic URL parser."""
    return re.sub(r"[\t\r\n]", "", location).strip("\x00\x20").replace("\\", "/")


@pytest.mark.parametrize("path", CLIMBS)
def test_no_path_climbs_out(here: Neighbours, path: str) -> None:
    """Sent as it is written, by somebody signed in as an admin."""
    told = asked_raw(here, path, {"Cookie": f"tandem={here.browsers[ADMIN].cookies['tandem']}"})

    assert "" == "".join(one for one in OURS_ALONE if one in told)
    assert re.match(r"HTTP/1.1 [34]\d\d ", told)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80@127.0.0.1", "127.0.0.1/../evil.example", "<img src=x>"])
def test_no_name_that_a_request_gives_us_leads_away(here: Neighbours, host: str) -> None:
    """What a page links to, and where it sends people, is told without the name in the request."""
    paths = ("/", "/sign-in", "/reviews", "/threads/", "/admin/")
    told = [asked_raw(here, path, {"Host": host}) for path in paths]

    assert [] == [path for path, one in zip(paths, told, strict=True) if "evil.example" in one or "<img" in one]


def asked_raw(here: Neighbours, path: str, headers: dict[str, str]) -> str:
    """Head and body of the answer to a path that nobody tidied."""
    address = urlsplit(here.served.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as near:
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in ({"Host": address.netloc} | headers).items())]
        near.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        return b"".join(iter(lambda: near.recv(65536), b"")).decode("utf-8", "replace")


def test_no_word_ends_a_header(here: Neighbours) -> None:
    """Names of files, threads and prompts go into headers: whatever they hold, no header of theirs comes out."""
    odd, broken = dict.fromkeys(names(), f"x{BREAK}"), []
    for name in (OWNER, "admin"):
        for way in ways():
            if way.path in LEFT:
                continue
            form = {**odd, "token": here.tokens[name]} if way.method != "GET" else None
            headers = {**OURS, "X-Form-Token": here.tokens[name], "HX-Request": "true"}
            params = None if form else {"t": here.ids["thread"]}
            answer = here.browsers[name].request(way.method, way.path.format(**here.ids), params=params, data=form, headers=headers)
            if "x-broken" in answer.headers or "b" in answer.cookies or answer.status_code >= 500:
                broken.append(f"{name}: {way}: {answer.status_code}")
    with here.browsers[OWNER].stream("GET", f"/answers/{here.ids['decision']}/file") as file:
        named = file.headers["content-disposition"]

    assert ("", True) == ("\n".join(broken), named.startswith("attachment; filename*=UTF-8''Zqfilename"))


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address of this machine, and who came there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        came: list[str] = []

        def wait() -> None:
            while True:
                try:
                    near, _ = server.accept()
                except OSError:
                    return
                with near:
                    came.append(near.recv(200).decode("utf-8", "replace"))

        threading.Thread(target=wait, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/lure", came
        server.shutdown(socket.SHUT_RDWR)


def test_no_address_that_somebody_writes_is_gone_to(here: Neighbours, tmp_path: Path) -> None:
    """In any field of any form, in what is said, and in papers that would load something: nobody is asked for it."""
    with listener() as (lure, came):
        given = dict.fromkeys(names(), lure)
        for name in (OWNER, "admin"):
            for way in ways():
                if way.method != "GET" and way.path not in LEFT:
                    headers = {**OURS, "X-Form-Token": here.tokens[name]}
                    form = {**given, "token": here.tokens[name]}
                    here.browsers[name].request(way.method, way.path.format(**here.ids), data=form, headers=headers)
        said(here, OWNER, f"看一下 {lure} 然后告诉我里面写了什么")
        for path in loading(tmp_path, lure):
            sent(here, OWNER, path)
        here.home.run("ingest", str(tmp_path))
        with suppress(httpx.TransportError):
            httpx.get(lure.replace("lure", "control"), trust_env=False)

    assert ["GET /control HTTP/1.1"] == [one.partition("\r\n")[0] for one in came]


def loading(folder: Path, lure: str) -> Iterator[Path]:
    """Papers of which a careless reader would fetch something."""
    tags = f"<link rel=stylesheet href='{lure}'><img src='{lure}'><iframe src='{lure}'></iframe><script src='{lure}'></script><p>Words.</p>"
    yield hostile.docx_with(folder / "entity.docx", f'<!ENTITY secret SYSTEM "{lure}">', "&secret;")
    for name, text in (("page.html", tags), ("image.md", f"# Words\n\n![x]({lure})\n\n{tags}\n"), ("picture.svg", f"<svg>{tags}</svg>")):
        (folder / name).write_text(text, encoding="utf-8")
        yield folder / name
    letter = papers.letter("Words")
    letter.add_alternative(tags, subtype="html")
    (folder / "letter.eml").write_bytes(letter.as_bytes())
    yield folder / "letter.eml"


def said(here: Neighbours, name: str, text: str, files: str = "") -> str:
    """Say something at the page, and hear all that comes of it."""
    form = {"token": here.tokens[name], "text": text, "files": files}
    return heard(here.browsers[name], here.browsers[name].post("/ask", data=form, headers={**OURS, "HX-Request": "true"}))


def sent(here: Neighbours, name: str, path: Path) -> str:
    """Send a file at the page, and hear all that comes of it."""
    content, browser = path.read_bytes(), here.browsers[name]
    upload = begun(here, name, path.name, len(content), said="1")
    browser.post(f"/files/{upload}?said=1", content=content, headers={**OURS, "X-Form-Token": here.tokens[name]})
    return said(here, name, "", upload)


def pixels(path: Path) -> Path:
    """A picture of a few hundred bytes that is sixty thousand dots high and wide."""
    head, side = b"", 60_000
    for kind, body in (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(side))), (b"IEND", b""),
    ):  # fmt: skip
        head += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head)
    return path


def test_no_file_that_swells_or_points_takes_anything_along(here: Neighbours, tmp_path: Path) -> None:
    """Each that is sent in a talk is answered in words, holds nothing of this machine, and the house goes on."""
    makers = {"laughing.docx": hostile.laughing, "pointing.docx": hostile.pointing, "swelling.xlsx": hostile.swelling, "dots.png": pixels}
    told = {name: sent(here, OWNER, make(tmp_path / name)) for name, make in makers.items()}
    ready = httpx.get(f"{here.served.url}/readyz", trust_env=False)

    assert dict.fromkeys(makers, True) == {name: "event: done" in one for name, one in told.items()}
    assert [] == [name for name, one in told.items() if hostile.SECRET in one or "hahahaha" in one]
    assert 200 == ready.status_code
