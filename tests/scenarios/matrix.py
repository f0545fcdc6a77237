"""Who may have which route of the pages, a line each; and all routes there are. Knows no person and asks nothing.

A line: method, address, who gets through, and what else is to be said. Names in braces are ids of Li's; what stands after `?` is a query.
Who: `anyone`, signed in or not; `inside`, whoever is signed in, to what is theirs; else those named, joined by `+`. `then=`: what they get
where it is not a page, a part of one or the way to one; `else=`: what others get who are signed in; `told=`: who is refused, but may see
what it is; `shows=`: who is shown something of Li's in a list; `part=1`: as a part of a page. All else are fields of the form. Who is
signed out is shown the way in, wherever it is not `anyone`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import web
from bot.senses import SystemClock
from bot.web.app import web_app
from bot.web.line import Line

TABLE = """
GET  /livez                                                  anyone
GET  /healthz                                                anyone
GET  /readyz                                                 anyone
GET  /metrics                                                anyone
GET  /sign-in?code=none                                      anyone
POST /sign-in                                                anyone             then=401 code=none
POST /preferences                                            anyone             lang=en next=/
GET  /wecom/sign-in                                          anyone             then=404
GET  /wecom/oauth?state=x&code=y                             anyone             then=403
GET  /slack/sign-in                                          anyone             then=404
GET  /slack/oauth?state=x&code=y                             anyone             then=403
GET  /oidc/sign-in                                           anyone             then=404
GET  /oidc/callback?state=x&code=y                           anyone             then=403

GET  /                                                       inside
GET  /?t={thread}                                            li
GET  /threads                                                inside
POST /ask                                                    li                 text=hello thread={thread} key=walk
POST /password                                               li                 password=x thread={thread} key=walk
GET  /words?thread={thread}                                  li
GET  /turns/{turn}/events                                    li
POST /turns/{turn}/stop                                      li
GET  /answers/{decision}/why                                 li
GET  /why/{decision}                                         li
GET  /answers/{decision}/sources/{place}                     li
GET  /answers/{decision}/chart.png                           li
GET  /answers/{decision}/file                                li
POST /answers/{decision}/feedback                            li                 verdict=up
POST /answers/{decision}/copied                              li
GET  /drafts/{draft}/form                                    li                 else=403
POST /drafts/{draft}/form                                    li                 then=422 else=403 revision=1 f.amount=much key=form
POST /drafts/{draft}/press                                   li                 action=discard revision=1 thread={thread} key=press
POST /messages/{message}/tap                                 li                 button=0 thread={thread} key=tap
POST /files                                                  inside             name=a.md size=4 said=1
POST /files/{upload}?said=1                                  li
POST /files/{given}/drop                                     li

GET  /reviews                                                inside             shows=manager
GET  /reviews/list                                           inside             shows=manager
GET  /reviews/list?open={review}                             inside             shows=manager
GET  /reviews/count                                          inside
POST /reviews/away                                           inside             shows=manager then=400 from_date=x until_date=y
POST /reviews/back                                           inside
GET  /reviews/{review}                                       li+manager
POST /reviews/{review}/{action}                              manager            told=li version=1 tab=waiting key=k

GET  /recordings/{voice}                                     li
GET  /recordings/{voice}/sound                               li
POST /recordings/{voice}/delete                              li
GET  /contracts/{old}/{new}                                  li
GET  /contracts/{old}/{new}/same?first=0&count=9             li
GET  /contracts/{old}/{new}/redline.docx                     li
GET  /digests/{turn}                                         li
POST /digests/{turn}/mail                                    li                 then=400

GET  /account/sessions                                       inside
POST /account/sessions                                       inside             then=404 action=end visit=none

GET  /admin                                                  admin
GET  /admin/prompts                                          admin
POST /admin/prompts-check                                    admin              prompt=query_crm/fill text=x
POST /admin/prompts-try                                      admin              prompt=query_crm/fill text=x decision={decision}
POST /admin/prompts-cases                                    admin              prompt=query_crm/fill action=save said=x
POST /admin/prompts-run                                      admin              then=400 prompt=query_crm/fill text=x
GET  /admin/prompts-run/{run}                                admin              then=404
POST /admin/prompts-run/{run}/stop                           admin              then=404
GET  /admin/prompts/{prompt}                                 admin
POST /admin/prompts/{prompt}                                 admin              then=400 action=publish text=x note=x base=none
GET  /admin/decisions                                        admin
GET  /admin/decisions.csv                                    admin
GET  /admin/decisions/{decision}                             admin
POST /admin/decisions/{decision}/again                       admin
GET  /admin/jobs                                             admin
POST /admin/jobs                                             admin              then=409 job=none action=run
GET  /admin/knowledge                                        admin
POST /admin/knowledge/unread                                 admin              path=none
GET  /admin/knowledge/try                                    admin
GET  /admin/knowledge/try?question=warranty&audience=all     admin
GET  /admin/knowledge/documents/{document}                   admin
POST /admin/knowledge/documents/{document}                   admin              then=400 audience=nobody
GET  /admin/knowledge/contradictions                         admin
POST /admin/knowledge/contradictions                         admin              then=409 pair=none holds=none
GET  /admin/knowledge/unanswered                             admin
POST /admin/knowledge/unanswered                             admin              decisions=none
GET  /admin/knowledge/write                                  admin
POST /admin/knowledge/draft                                  admin              decisions=none
POST /admin/knowledge/write                                  admin              then=400 title=x audience=nobody
GET  /admin/rules                                            admin
GET  /admin/rules/{set}                                      admin
POST /admin/rules/{set}                                      admin              then=400 action=publish text=x base=none note=x
GET  /admin/skills                                           admin
GET  /admin/skills/{skill}                                   admin
POST /admin/skills/{skill}                                   admin              then=404 action=keep text=x base=none intent=none
GET  /admin/people                                           admin
GET  /admin/people/{user}                                    admin
POST /admin/people/{user}                                    admin              then=409 action=end visit=none
GET  /admin/start                                            admin
GET  /admin/start/heard                                      admin              part=1
POST /admin/start/people                                     admin              then=409 name=x
POST /admin/start/keys                                       admin
GET  /admin/system                                           admin
POST /admin/system                                           admin              then=400 action=none
GET  /admin/system/checks                                    admin

POST /sign-out                                               inside
"""
ANYONE, INSIDE = "anyone", "inside"


@dataclass(frozen=True)
class Way:
    """One line. path: with names of ids in braces; query: what stands behind it. then, others: a status, 0 where it is the usual one.

    told: who is refused, but may see what it is. shows: who is shown something of Li's. part: it is fetched as a part of a page.
    """

    method: str
    path: str
    query: str
    who: frozenset[str]
    then: int
    others: int
    told: str
    shows: str
    part: bool
    form: Mapping[str, str]

    def __str__(self) -> str:
        """As it is told of."""
        return f"{self.method} {self.path}" + (f"?{self.query}" if self.query else "")

    @property
    def route(self) -> tuple[str, str]:
        """Method and path, whatever the ids in it are called."""
        return self.method, anonymous(self.path)

    def address(self, ids: Mapping[str, str]) -> str:
        """With ids in it."""
        return str(self).partition(" ")[2].format(**ids)

    def filled(self, ids: Mapping[str, str]) -> dict[str, str]:
        """The form with ids in it."""
        return {name: value.format(**ids) for name, value in self.form.items()}


def ways() -> list[Way]:
    """The table."""
    return [_way(line) for line in TABLE.splitlines() if line]


def _way(line: str) -> Way:
    method, address, who, *more = line.split()
    path, _, query = address.partition("?")
    told = dict(each.split("=", 1) for each in more)
    then, others, part = int(told.pop("then", 0)), int(told.pop("else", 0)), bool(told.pop("part", ""))
    return Way(method, path, query, frozenset(who.split("+")), then, others, told.pop("told", ""), told.pop("shows", ""), part, told)


def anonymous(path: str) -> str:
    """A path without the names of its ids."""
    return "/".join("{}" if part.startswith("{") and part.endswith("}") else part for part in path.split("/"))


def routes() -> Iterator[tuple[str, str]]:
    """Method and path of every page there is; what programs and platforms ask for is not among them."""
    app: Any = web_app(Line(Path("nowhere")), SystemClock(), "")
    while not hasattr(app, "routes"):  # a layer around it
        app = vars(app)["_app"]
    for path, methods in _within(app.routes):
        yield from ((method, path) for method in methods - {"HEAD"})


def names() -> frozenset[str]:
    """What fields and parameters are called anywhere in the pages, as their sources say it."""
    rooms = Path(web.__file__).parent
    forms = (found for page in rooms.rglob("*.html") for found in re.findall(r'\bname="([\w.]+)"', page.read_text(encoding="utf-8")))
    sources = [room.read_text(encoding="utf-8") for room in rooms.rglob("*.py")]
    asked = (found for source in sources for found in re.findall(r'\.get\("(\w+)"', source))
    lists = (one for source in sources for one in re.findall(r"\b[A-Z]+ = \(([^()]*)\)", source))
    listed = (found for one in lists for found in re.findall(r'"(\w+)"', one))
    return frozenset({*forms, *asked, *listed}) - {"token"}


def _within(listed: Iterable[Any]) -> Iterator[tuple[str, set[str]]]:
    """FastAPI keeps what was included as a tree, and tells nobody outside of it what hangs there."""
    for route in listed:
        if hasattr(route, "effective_candidates"):
            yield from _within(route.effective_candidates())
        elif getattr(route, "methods", None):
            yield route.path, route.methods
