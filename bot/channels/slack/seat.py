"""Where somebody speaks on Slack: the lane, the place of the answer, and whether others read along. Knows ids; knows no payload."""

from dataclasses import dataclass

from bot.channels.slack.team import Team
from bot.domain.talk import Handle, Origin, direct_thread, group_thread

SLACK = "slack"


@dataclass(frozen=True, slots=True)
class Seat:
    """Who speaks, and where.

    channel: Slack's id of the conversation, empty where there is none yet. thread: ts of the message that the answer hangs below, empty
    for none. home: the workspace that the person belongs to. shared: people of other firms read along. alone: only this person will see
    the answer, wherever it was asked for.
    """

    user: str
    channel: str
    thread: str = ""
    home: str = ""
    shared: bool = False
    alone: bool = False

    def origin(self, team: Team, handle: Handle | None = None) -> Origin:
        """The same for the house.

        A stranger (of another workspace) keeps the workspace that they come from, so nobody takes them for one of ours. What one of ours
        asks for where strangers read along is answered to them alone.
        """
        ours = not self.home or team.has(self.home)
        workspace = team.id if ours else self.home
        direct = direct_thread(SLACK, workspace, self.user)
        if not self.channel or self.channel.startswith("D"):
            return Origin(SLACK, workspace, self.user, direct, place_of(self.channel, self.thread), handle=handle)
        if self.alone or (self.shared and ours):
            return Origin(SLACK, workspace, self.user, direct, handle=handle)
        place = place_of(self.channel, self.thread)
        return Origin(SLACK, workspace, self.user, group_thread(SLACK, workspace, place), place, group=True, handle=handle)


def place_of(channel: str, thread: str) -> str:
    """Channel and thread as an `Origin` carries them."""
    return f"{channel}:{thread}" if thread else channel


def read_place(place: str) -> tuple[str, str]:
    """Channel and thread out of what `place_of` wrote; both empty for the person."""
    channel, _, thread = place.partition(":")
    return channel, thread
