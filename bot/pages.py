"""The verbs of the page by name, as the private line calls them: each takes the secret of a visit, but for signing in and the way to it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.comparing import Comparing
from bot.digest_page import DigestPage
from bot.domain.talk import Lang
from bot.forms import Forms
from bot.openings import Openings
from bot.playing import Playing
from bot.reviewing import Reviewing
from bot.sessions import Sessions
from bot.talks import Talks
from bot.uploads import Uploads
from bot.visits import Visits
from bot.vouched import Vouched

Json = dict[str, Any]
Answers = Callable[..., Awaitable[Any]]
Streams = Callable[..., AsyncIterator[Json]]


class Room(Protocol):
    """A room of the admins."""

    def verbs(self) -> Mapping[str, Answers]:
        """Its verbs by name, each with the reader's language."""
        ...


@dataclass(frozen=True)
class Pages:
    """answers: verbs with one result. streams: verbs that tell as they go."""

    answers: Mapping[str, Answers]
    streams: Mapping[str, Streams]


def pages(  # noqa: PLR0913, PLR0917 - whoever has verbs
    visits: Visits, talks: Talks, openings: Openings, uploads: Uploads, vouched: Vouched, reviewing: Reviewing | None = None,
    forms: Forms | None = None, playing: Playing | None = None, comparing: Comparing | None = None,
    digests: DigestPage | None = None, rooms: Sequence[Room] = (), sessions: Sessions | None = None,
) -> Pages:
    """All of them. reviewing to digests, sessions: None where there is nothing of the kind. rooms: of the admins."""

    def told(answer: Answers) -> Answers:
        async def without_lang(*, lang: Lang, **args: object) -> object:  # noqa: ARG001 - what is told there has no words of ours
            return await answer(**args)

        return without_lang

    def as_it_comes(stream: Streams) -> Streams:
        def without_lang(*, lang: Lang, **args: object) -> AsyncIterator[Json]:  # noqa: ARG001 - the same
            return stream(**args)

        return without_lang

    answers: Mapping[str, Answers] = {
        "sign_in": visits.sign_in, "sign_out": visits.sign_out, "threads": talks.threads, "thread": talks.thread, "ask": talks.ask,
        "press": talks.press, "tap": talks.tap, "words": talks.words, "stop": talks.stop, "answer": talks.answer, "why": talks.why,
        "judge": talks.judge, "copied": talks.copied, "confide": talks.confide, "send": uploads.send, "enclosed": talks.enclosed,
        "source": talks.source, "chart": talks.chart, "audiences": uploads.audiences, "upload": uploads.begin, "upload_part": uploads.part,
        "upload_drop": uploads.drop,
    }
    return Pages(
        {
            **{name: told(answer) for name, answer in answers.items()}, "openings": openings.openings,
            **vouched.verbs(),
            **(reviewing.verbs() if reviewing else {}),
            **({name: told(verb) for name, verb in playing.verbs().items()} if playing else {}),
            **({name: told(verb) for name, verb in digests.verbs().items()} if digests else {}),
            **(comparing.verbs() if comparing else {}),
            **(sessions.verbs() if sessions else {}),
            **{name: verb for room in rooms for name, verb in room.verbs().items()},
            **({"draft_form": forms.form, "draft_fill": forms.fill} if forms else {}),
        },
        {"follow": as_it_comes(talks.follow), "take_in": uploads.end},
    )
