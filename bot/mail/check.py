"""Does the mail server let us in? Connects and signs in, sends nothing."""

from bot.config import Mail as Setting
from bot.errors import Upstream
from bot.mail.channel import Line, told
from bot.mail.replies import NeedsAdmin
from bot.mail.server import MailServer


async def looked_over(server: MailServer, setting: Setting) -> Line:
    """What `tandem check --online` says of it."""
    try:
        await server.tried()
    except NeedsAdmin as trouble:
        return told(trouble, setting)
    except Upstream as err:
        return "wrong", "check_mail_away", {"host": setting.host, "port": setting.port, "why": str(err)}
    return "on", "check_mail_lets_in", {"host": setting.host}
