"""Know: who speaks, and what they may do."""

from bot.domain.acquaintance import alias_of
from bot.domain.ids import TurnId, UserId
from bot.domain.people import Role, Speaker, User, speaker_of
from bot.domain.talk import Lang, Origin
from bot.errors import NotAllowed
from bot.ports import Users
from bot.turns.strangers import Strangers

CONSOLE = "console"
WEB = "web"
MAIL = "mail"
API = "api"
OWNER = UserId("owner")
NO_TURN = TurnId("")


async def know(
    origin: Origin, users: Users, zone: str, strangers: Strangers | None = None, *, turn_id: TurnId = NO_TURN, lang: Lang = Lang.ZH,
    spoke: bool = True,
) -> Speaker:
    """The speaker behind `origin`. On the console, the page, the API and in mail to our own the sender is an id the house vouches for.

    A home without users has one person, its owner, admin of one, in `zone`. strangers: who meets those that nobody named; None where
    they are only refused. turn_id, lang: of what they sent. spoke: False where they only looked in, or stopped us.
    Raises: NotAllowed for anyone unknown; Unheard for one who was told so lately; Upstream.
    """
    user: User | None
    if origin.channel in {CONSOLE, WEB, API, MAIL}:
        user = await users.by_id(UserId(origin.sender))
        if user is None and origin.sender == OWNER:
            return Speaker(OWNER, OWNER, Role.ADMIN, "", zone)
    else:
        user = await users.by_handle(alias_of(origin))
        if user is None and strangers is not None:
            user = await strangers.met(turn_id, origin, lang, spoke=spoke)
    if user is None:
        raise NotAllowed("unknown_person")
    return speaker_of(user)
