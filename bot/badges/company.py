"""Whom a company's own provider vouches for. Knows the standard claims; knows no user of ours."""

from dataclasses import dataclass

from bot.badges.openid import OpenId
from bot.domain.acquaintance import Alias
from bot.domain.entering import OIDC, Brought, Member
from bot.domain.talk import Lang
from bot.errors import NotAllowed

LONGEST_SUBJECT = 255
"""Source: OpenID Connect Core 1.0, 2."""
LONGEST_EMAIL = 254


@dataclass(frozen=True)
class CompanyBadge:
    """domains: of e-mail addresses that are ours. With any, no other address is let in; without, only those whom we know."""

    openid: OpenId
    domains: tuple[str, ...] = ()

    async def way(self, state: str, *, inside: bool) -> str:  # noqa: ARG002 - it has no browser of its own
        """Raises: Upstream."""
        return await self.openid.way(state)

    async def member(self, brought: Brought, lang: Lang) -> Member:  # noqa: ARG002 - nothing is said here that has words
        """An address counts when the provider says that it has verified it.

        Raises: NotAllowed("oidc_other_domain"), and as `OpenId.claims`; Upstream.
        """
        claims = await self.openid.claims(brought)
        subject, told = claims.get("sub"), claims.get("email")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
            raise NotAllowed("badge_untrue")
        proven = claims.get("email_verified") is True or claims.get("email_verified") == "true"
        email = told.strip() if proven and isinstance(told, str) and "@" in told and len(told) <= LONGEST_EMAIL else ""
        ours = email.rpartition("@")[2].casefold() in self.domains
        if self.domains and not ours:
            raise NotAllowed("oidc_other_domain")
        return Member(Alias(OIDC, self.openid.client.issuer, subject), str(claims.get("name") or ""), email, ours=ours)
