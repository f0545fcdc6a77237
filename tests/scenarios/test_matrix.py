"""Every route and method of the pages, walked as everybody: who is let through, who is not, and what a refusal shows."""

import re
from collections.abc import Iterator

import httpx
import pytest

from bot.domain.talk import Lang
from bot.web.reader import Reader
from tests.scenarios.everything import BOOK
from tests.scenarios.matrix import ANYONE, INSIDE, Way, anonymous, names, routes, ways
from tests.scenarios.neighbours import NOBODY, OURS, OWNER, Neighbours, heard, neighbours

TALK = re.compile(rf"Zq(?!{BOOK})\w+?Q")
"""Words that only Li said or heard."""
MARK = re.compile(r"Zq\w+?Q")
SIGNED_OUT = Reader("", Lang.EN, "", partial=False, path="").token
"""What the forms of who is signed out carry: anybody can work that out."""
WAY_IN = "/sign-in"
SAFE = {"GET", "HEAD", "OPTIONS"}
NO_VISIT = {"/sign-in", "/preferences"}
"""Forms that anybody may send, signed in or not; but no other site."""
CROSS = ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "https://evil.example"}, {"Origin": "null"})
UNHEARD = (
    "none", "0", "-1", "%00", "..%2f..%2f..%2fetc%2fpasswd", "....//etc/passwd", "'%20OR%201=1--", "%F0%9F%98%80", "%ff", "a" * 3000, "{}",
    "01a206fc-db72-71e7-8ede-c70d9f419c85", "%0d%0aSet-Cookie:%20x=y",
)  # fmt: skip
"""What no id of ours is."""
ODD = ("\N{SUPERSCRIPT TWO}", "9" * 30, "-1", "\0", '{"a": []}\r\nSet-Cookie: b=c')
"""What no field takes: a digit that is no number, a number beyond any machine's, what ends a string or a header."""
LEFT = {
    "/sign-out", "/recordings/{voice}/delete", "/files/{given}/drop", "/admin/system/checks", "/admin/prompts-try", "/admin/prompts-run",
    "/admin/decisions/{decision}/again",
}  # fmt: skip
"""What ends the visit or takes something away, or works long whatever it is told."""


def test_every_route_has_a_line() -> None:
    """Whoever adds a route says in the table who may have it; a line without a route is taken out."""
    there = {(method, anonymous(path)) for method, path in routes()}
    told = {way.route for way in ways()}

    assert [] == sorted(f"{method} {path} has no line in tests/scenarios/matrix.py" for method, path in there - told)
    assert [] == sorted(f"{method} {path} is no route any more" for method, path in told - there)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """Everybody, before a home with everything."""
    with neighbours(tmp_path_factory.mktemp("matrix"), lambda place: f"Zq{place}Q") as here:
        yield here


def tried(here: Neighbours, way: Way, name: str, headers: dict[str, str] | None = None, token: str = "") -> httpx.Response:
    """What somebody gets. headers: which tell where it comes from; token: another than that of their visit."""
    carried = token or (SIGNED_OUT if name == NOBODY else here.tokens[name])
    form = {"token": carried, **way.filled(here.ids)} if way.method != "GET" else None
    told = {**(headers or OURS), "X-Form-Token": carried, **({"HX-Request": "true"} if way.part else {})}
    if "{upload}" in way.path:
        return here.browsers[name].post(way.address(here.ids), content=b"four", headers=told)
    return here.browsers[name].request(way.method, way.address(here.ids), data=form, headers=told)


def is_let_in(way: Way, name: str) -> bool:
    """Whether the table says so."""
    return bool(way.who & {ANYONE, name}) or (INSIDE in way.who and name != NOBODY)


def is_told_the_way_in(answer: httpx.Response) -> bool:
    """A page leads there, all else says so."""
    return answer.status_code == 401 or (answer.status_code == 303 and answer.headers["location"].partition("?")[0] == WAY_IN)


def is_gone(answer: httpx.Response) -> bool:
    """An event stream has no status but its own."""
    return answer.headers.get("content-type", "").startswith("text/event-stream") and "event: gone" in answer.text


def is_refused(way: Way, name: str, answer: httpx.Response) -> bool:
    """Whether it is refused as the table says, and shows nothing."""
    if name == way.told:
        return answer.status_code == 409
    usual = 403 if way.who == {"admin"} else 404
    right = is_told_the_way_in(answer) if name == NOBODY else is_gone(answer) or answer.status_code == (way.others or usual)
    return right and not MARK.search(answer.text)


@pytest.mark.slow
def test_nobody_gets_further_than_the_table_says(here: Neighbours) -> None:
    """Those outside first, so that nothing that they did can hide in what Li does: each status, and no word of Li's."""
    wrong = []
    for way in ways():
        for name in here.browsers:
            if is_let_in(way, name):
                continue
            answer = tried(here, way, name)
            if not is_refused(way, name, answer):
                wrong.append(f"{name}: {way}: {answer.status_code} {sorted(set(MARK.findall(answer.text)))[:3]}")

    assert "" == "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mate", "manager", "admin"])
def test_nobody_decides_about_what_is_lis_in_a_talk_of_their_own(here: Neighbours, name: str) -> None:
    """A press is kept before it is known whose it may be: what comes of it is a refusal, and the draft is as it was."""
    told = ""
    for path, form in (
        ("/drafts/{draft}/press", {"action": "save", "revision": "1"}), ("/drafts/{draft}/press", {"action": "discard", "revision": "1"}),
        ("/messages/{message}/tap", {"button": "0"}),
    ):  # fmt: skip
        sent = {"token": here.tokens[name], "key": f"{path}{form}", **form}
        kept = here.browsers[name].post(path.format(**here.ids), data=sent, headers={**OURS, "HX-Request": "true"})
        told += heard(here.browsers[name], kept)
    still = here.browsers[OWNER].get(f"/drafts/{here.ids['draft']}/form")

    assert ([], 3, 200) == (MARK.findall(told), told.count("event: done"), still.status_code)


@pytest.mark.slow
def test_no_other_site_sends_a_form_of_ours(here: Neighbours) -> None:
    """Every form, as whoever may send it: refused from elsewhere even with its token, and from a page of ours without it."""
    wrong = []
    for way in ways():
        if way.method in SAFE:
            continue
        name = next(one for one in reversed(list(here.browsers)) if is_let_in(way, one))
        answers = [tried(here, way, name, headers) for headers in CROSS]
        if way.path not in NO_VISIT:
            answers += [tried(here, way, name, OURS, token) for token in ("guessed", SIGNED_OUT)]
        if {403} != (told := {answer.status_code for answer in answers}):
            wrong.append(f"{way}: {told}")

    assert "" == "\n".join(wrong)


@pytest.mark.slow
def test_no_made_up_id_opens_or_breaks_anything(here: Neighbours) -> None:
    """Every address with an id in it, with what is none: no page, no word of anybody's, and never a failure of ours."""
    wrong = []
    for way in ways():
        if "{" not in way.address(dict.fromkeys(here.ids, "{")):
            continue
        name = "admin" if way.who == {"admin"} else OWNER
        for unheard in UNHEARD:
            answer = tried(Neighbours(here.home, here.served, dict.fromkeys(here.ids, unheard), here.browsers, here.tokens), way, name)
            opened = way.method == "GET" and answer.status_code < 400 and not is_gone(answer) and way.who != {INSIDE}
            if answer.status_code >= 500 or opened or "root:" in answer.text or "set-cookie" in answer.headers:
                wrong.append(f"{name}: {way} with {unheard[:40]}: {answer.status_code}")

    assert "" == "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd[:12]))
def test_no_odd_value_of_a_field_or_parameter_breaks_anything(here: Neighbours, odd: str) -> None:
    """Every name that any page reads, on every route at once: whoever sent nonsense is told so, and nothing of ours fails."""
    wrong, given = [], dict.fromkeys(names(), odd)
    for way in ways():
        if way.path in LEFT:
            continue
        name = "admin" if way.who == {"admin"} else OWNER
        headers = {**OURS, "X-Form-Token": here.tokens[name], "Last-Event-ID": ascii(odd)[1:-1], "Range": f"bytes={ascii(odd)[1:-1]}-"}
        form, params = (None, given) if way.method == "GET" else ({**given, "token": here.tokens[name]}, {})
        try:
            answer = here.browsers[name].request(way.method, way.path.format(**here.ids), params=params, data=form, headers=headers)
        except httpx.TransportError:  # a server that failed hangs up
            wrong.append(f"{name}: before {way}: hung up")
            continue
        if answer.status_code >= 500 or "b" in answer.cookies:
            wrong.append(f"{name}: {way}: {answer.status_code}")

    assert "" == "\n".join(wrong)


@pytest.mark.slow
def test_no_other_method_does_anything(here: Neighbours) -> None:
    """What a route does not take is refused: nothing is done, nothing shown."""
    taken = {way.route for way in ways()}
    wrong = []
    for path in sorted({way.path for way in ways()}):
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "POST", "GET"):
            if (method, anonymous(path)) not in taken:
                answer = here.browsers["admin"].request(method, path.format(**here.ids), headers=OURS)
                if answer.status_code not in {404, 405}:
                    wrong.append(f"{method} {path}: {answer.status_code}")

    assert "" == "\n".join(wrong)


@pytest.mark.slow
def test_everybody_gets_what_the_table_says(here: Neighbours) -> None:
    """Else the walk of those outside would prove nothing; and where everybody sees their own, it is none of Li's."""
    wrong = []
    for way in ways():
        for name in here.browsers:
            if not is_let_in(way, name):
                continue
            answer = tried(here, way, name)
            right = answer.status_code in ({way.then} if way.then else {200, 204, 303}) and not is_gone(answer)
            leak = TALK.search(answer.text) if way.who <= {ANYONE, INSIDE} and name not in {OWNER, way.shows} else None
            if not right or leak:
                wrong.append(f"{name}: {way}: {answer.status_code} {leak[0] if leak else ''}")

    assert "" == "\n".join(wrong)
