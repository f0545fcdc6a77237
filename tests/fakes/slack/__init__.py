"""Slack as a fake that speaks real HTTP and WebSockets and enforces what the platform enforces. It knows nothing of Tandem.

Begin with `slack_platform`; what people do and what may be looked at is `Slack`.
"""

from tests.fakes.slack.conduct import Pace
from tests.fakes.slack.platform import Slack, slack_platform
from tests.fakes.slack.sender import SIGNING_SECRET, Delivery
from tests.fakes.slack.server import APP_TOKEN, BOT_TOKEN
from tests.fakes.slack.workspace import APP, BOT, TEAM, Person, Place, Posted, Refusal, View

__all__ = [
    "APP",
    "APP_TOKEN",
    "BOT",
    "BOT_TOKEN",
    "SIGNING_SECRET",
    "TEAM",
    "Delivery",
    "Pace",
    "Person",
    "Place",
    "Posted",
    "Refusal",
    "Slack",
    "View",
    "slack_platform",
]
