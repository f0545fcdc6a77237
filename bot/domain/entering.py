"""Coming in at the page: what vouches for people, what they hold in hand, for how long they stay. Standard library only; asks nobody."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from bot.domain.acquaintance import Alias

LINK, OIDC = "link", "oidc"
"""Ways in beside the chats: the printed link, and what else the company signs in with."""
PATHS: Mapping[str, tuple[str, str]] = {
    "wecom": ("/wecom/sign-in", "/wecom/oauth"), "slack": ("/slack/sign-in", "/slack/oauth"), OIDC: ("/oidc/sign-in", "/oidc/callback"),
}  # fmt: skip
"""Who vouches for people -> where a browser sets out, and where it comes back to, which the platform is told beforehand."""
LASTS_HOURS, IDLE_HOURS = 24 * 30, 24 * 14
LONGEST_IN_HOURS = 24 * 365
LOOPBACK = ("127.0.0.1", "::1", "localhost")
DOMAIN = r"[a-z0-9-]+(\.[a-z0-9-]+)+"

APPS: Mapping[str, str] = {
    "wecom": "wxwork", "slack": "slack", "wechat": "micromessenger", "edge": "edg(e|a|ios)?/", "opera": "opr/|opera",
    "samsung": "samsungbrowser", "firefox": "firefox|fxios", "chrome": "chrome|crios|chromium", "safari": "safari",
}  # fmt: skip
"""Browser -> what it calls itself; the first that fits, for most also call themselves by the names of others."""
SYSTEMS: Mapping[str, str] = {
    "harmony": "harmonyos|openharmony", "android": "android", "ios": "iphone|ipad|ipod", "windows": "windows", "mac": "macintosh|mac os x",
    "linux": "linux|x11",
}  # fmt: skip
LONGEST_AGENT = 1000


@dataclass(frozen=True, slots=True)
class Device:
    """What somebody came with: a name out of APPS and one out of SYSTEMS, "" where it is none of them. No word of theirs is in it."""

    app: str = ""
    system: str = ""


def device_of(user_agent: str) -> Device:
    """What the header `User-Agent` says, as far as we know it by name. It is a hint for its owner, and proves nothing."""
    told = user_agent[:LONGEST_AGENT].casefold()
    app, system = (next((name for name, sign in known.items() if re.search(sign, told)), "") for known in (APPS, SYSTEMS))
    return Device(app, system)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody came in. way: `link`, or the platform that vouched for them."""

    way: str = LINK
    device: Device = field(default_factory=Device)


@dataclass(frozen=True, slots=True)
class Brought:
    """What a browser brings back from a platform. state: ours, which the page has compared. issuer: who says that it sent them, or "".

    error: the platform's own word where it let nobody through.
    """

    code: str
    state: str
    issuer: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """Whom a platform vouches for. email: "" unless the platform has verified it.

    ours: of the company that we were set up for, so that whoever nobody named may be met; else only those are let in whom we know.
    """

    alias: Alias
    name: str = ""
    email: str = ""
    ours: bool = False


@dataclass(frozen=True)
class Oidc:
    """What else the company signs in with; off while `issuer` is empty. Its secret: OIDC_CLIENT_SECRET in the environment.

    issuer: as its discovery document spells it. domains: of e-mail addresses that are ours; with any, no other address is let in.
    label: what the button says, "" for the issuer's host.
    """

    issuer: str = ""
    client_id: str = ""
    domains: tuple[str, ...] = ()
    label: str = ""

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.label or urlsplit(self.issuer).hostname or ""


@dataclass(frozen=True)
class SignInRules:
    """How long people stay signed in: hours in all, and hours without a look at any page."""

    lasts_hours: int = LASTS_HOURS
    idle_hours: int = IDLE_HOURS
    oidc: Oidc = field(default_factory=Oidc)

    @property
    def lasts(self) -> timedelta:
        """From signing in to the end, whatever happens between."""
        return timedelta(hours=self.lasts_hours)

    @property
    def idle(self) -> timedelta:
        """From the last look at a page to the end."""
        return timedelta(hours=self.idle_hours)

    def faults(self) -> Iterator[tuple[str, object, str]]:
        """Key, value and what would fit, of what does not hold."""
        for key, hours in (("lasts_hours", self.lasts_hours), ("idle_hours", self.idle_hours)):
            if not 1 <= hours <= LONGEST_IN_HOURS:
                yield key, hours, f"1 to {LONGEST_IN_HOURS}"
        issuer = self.oidc.issuer
        if issuer and not is_safe(issuer):
            yield "oidc.issuer", issuer, "https://… as the provider spells it, without ? and #"
        if bool(issuer) is not bool(self.oidc.client_id):
            yield f"oidc.{'client_id' if issuer else 'issuer'}", "", "issuer and client_id, both or neither"
        for domain in self.oidc.domains:
            if not re.fullmatch(DOMAIN, domain):
                yield "oidc.domains", domain, "what stands after the @, in small letters, such as example.com"


def is_safe(url: str) -> bool:
    """Whether secrets may travel to and from there: https, or this very machine; and no user name, question or fragment in it."""
    try:
        told = urlsplit(url)
    except ValueError:
        return False
    plain = not (told.username or told.password or told.query or told.fragment) and url.isprintable() and " " not in url
    return plain and bool(told.hostname) and (told.scheme == "https" or (told.scheme == "http" and told.hostname in LOOPBACK))
