"""Who reads a page, as their browser tells it: the secret of the visit, language, theme, and what the page must bring back.

Knows cookies and headers; what the secret is worth, only the house knows.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from bot.domain.talk import Lang

THEMES = ("light", "dark")
OUR_PATH = re.compile(r"/(?!/)[^\x00-\x20\x7f\\]{0,2000}")
"""Browsers leave out tabs and line ends, and take a backslash for a slash: nothing of it may stand there."""
TOKEN_BYTES = 16
YEAR_S = 365 * 24 * 3600


class Forged(Exception):
    """A form came without the token of its page."""


@dataclass(frozen=True)
class Reader:
    """session: "" when signed out. theme: "" for what the system says. partial: a part of the page is wanted. path: to come back to."""

    session: str
    lang: Lang
    theme: str
    partial: bool
    path: str

    @cached_property
    def token(self) -> str:
        """What each form of this visit carries: made of the secret, so that no other site knows it, and telling nothing about it.

        It looks different in each answer, for what stays the same in compressed pages can be guessed by their length.
        """
        pad = secrets.token_bytes(TOKEN_BYTES)
        return (pad + _masked(pad, self._proof)).hex()

    def knows(self, token: str) -> bool:
        """Whether this is what a form of this visit carried."""
        try:
            told = bytes.fromhex(token)
        except ValueError:
            return False
        pad, hidden = told[:TOKEN_BYTES], told[TOKEN_BYTES:]
        return len(hidden) == TOKEN_BYTES and hmac.compare_digest(_masked(pad, hidden), self._proof)

    @property
    def _proof(self) -> bytes:
        return hashlib.sha256(b"form:" + self.session.encode()).digest()[:TOKEN_BYTES]


@dataclass(frozen=True)
class Cookies:
    """The names and ways of our cookies. secure: people come by https."""

    secure: bool

    @property
    def session(self) -> str:
        """The name of the one with the secret; with https, one that no neighbour on the domain can set."""
        return "__Host-tandem" if self.secure else "tandem"

    def reader(self, request: Request) -> Reader:
        """Who is reading."""
        chosen = request.cookies.get("lang", "")
        lang = Lang(chosen) if chosen in set(Lang) else preferred(request.headers.get("accept-language", ""))
        theme = request.cookies.get("theme", "")
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        partial = request.headers.get("hx-request") == "true"
        return Reader(request.cookies.get(self.session, ""), lang, theme if theme in THEMES else "", partial, path)

    def keep(self, response: Response, session: str, lasts_s: int) -> None:
        """Hand the secret to the browser, for its eyes alone."""
        response.set_cookie(self.session, session, max_age=lasts_s, path="/", secure=self.secure, httponly=True, samesite="lax")

    def forget(self, response: Response) -> None:
        """Take the secret back."""
        response.delete_cookie(self.session, path="/", secure=self.secure, httponly=True, samesite="lax")

    def lend(self, response: Response, name: str, value: str, lasts_s: int) -> None:
        """Have the browser bring something back soon, which no other browser can."""
        response.set_cookie(self._lent(name), value, max_age=lasts_s, path="/", secure=self.secure, httponly=True, samesite="lax")

    def lent(self, request: Request, name: str) -> str:
        """What it brings back; "" when it brings nothing."""
        return request.cookies.get(self._lent(name), "")

    def take_back(self, response: Response, name: str) -> None:
        """It is of no use any more."""
        response.delete_cookie(self._lent(name), path="/", secure=self.secure, httponly=True, samesite="lax")

    def _lent(self, name: str) -> str:
        return f"{self.session}-{name}"

    def prefer(self, response: Response, name: str, value: str) -> None:
        """Remember a choice for a year."""
        response.set_cookie(name, value, max_age=YEAR_S, path="/", secure=self.secure, httponly=True, samesite="lax")


def preferred(accept_language: str) -> Lang:
    """The language that the browser would rather have; English where it names neither."""
    weights: dict[Lang, float] = {}
    for part in accept_language.split(","):
        tag, _, rest = part.strip().partition(";")
        lang = tag.split("-")[0].casefold()
        if lang in set(Lang):
            weights.setdefault(Lang(lang), _weight(rest))
    return max(weights, key=lambda lang: weights[lang], default=Lang.EN)


async def form_of(request: Request, reader: Reader | None) -> Mapping[str, str]:
    """The fields of a form, the last of each name. reader: whose token it must carry; None where nobody is signed in yet.

    Raises: Forged.
    """
    body = (await request.body()).decode("utf-8", "replace")
    fields = {name: values[-1] for name, values in parse_qs(body, keep_blank_values=True).items()}
    if reader is not None:
        check_token(reader, fields.get("token", ""))
    return fields


def _masked(pad: bytes, other: bytes) -> bytes:
    return bytes(one ^ another for one, another in zip(pad, other, strict=True))


def check_token(reader: Reader, token: str) -> None:
    """Raises: Forged."""
    if not reader.knows(token):
        raise Forged


def back_to(path: str) -> str:
    """A path of ours to go back to, whatever a form says."""
    return path if OUR_PATH.fullmatch(path) else "/"


def _weight(rest: str) -> float:
    try:
        return float(rest.partition("q=")[2] or 1)
    except ValueError:
        return 0.0
