"""WeCom as a fake on loopback: the app's API, what it calls back, and the long connection of the AI bot. Knows no adapter of ours."""

from tests.fakes.wecom.app import WecomApp
from tests.fakes.wecom.bot import WecomBot
from tests.fakes.wecom.calls import Caller, Posted
from tests.fakes.wecom.corp import CORP, Corp, Refusal, Sent

__all__ = ["CORP", "Caller", "Corp", "Posted", "Refusal", "Sent", "WecomApp", "WecomBot"]
