"""Know: who speaks, and what they may do."""

from bot.domain.ids import UserId
from bot.domain.people import Role, Speaker, speaker_of
from bot.domain.talk import Origin
from bot.errors import NotAllowed
from bot.ports import Users

CONSOLE = "console"
WEB = "web"
API = "api"
OWNER = UserId("owner")


async def know(origin: Origin, users: Users, zone: str) -> Speaker:
    """The speaker behind `origin`. On the console, the page and the API the sender is a user id that the house vouches for.

    A home without users has one person, its owner, admin of one, in `zone`.  Raises: NotAllowed for anyone unknown.
    """
    if origin.channel in {CONSOLE, WEB, API}:
        user = await users.by_id(UserId(origin.sender))
        if user is None and origin.sender == OWNER:
            return Speaker(OWNER, OWNER, Role.ADMIN, "", zone)
    else:
        user = await users.by_handle(origin.channel, origin.sender)
    if user is None:
        raise NotAllowed("unknown_person")
    return speaker_of(user)
