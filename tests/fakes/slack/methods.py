"""Slack's methods by name: what each asks for, how often it may be called, and whether it takes JSON. Knows no HTTP.

Tiers are calls a minute in a workspace (docs.slack.dev/apis/web-api/rate-limits); chat.postMessage has its own pace, a channel's.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.slack import chats, rooms
from tests.fakes.slack.arguments import Arguments
from tests.fakes.slack.shapes import Json
from tests.fakes.slack.workspace import Workspace

TIER_2, TIER_3, TIER_4, UNBOUND = 20, 50, 100, 0


@dataclass(frozen=True, slots=True)
class Method:
    """scope: what the token needs, where that does not depend on the place. json: whether it reads a JSON body, too."""

    run: Callable[[Workspace, Arguments], Json]
    scope: str = ""
    calls_per_minute: int = UNBOUND
    json: bool = True


METHODS = {
    "auth.test": Method(rooms.auth_test),
    "chat.postMessage": Method(chats.post, "chat:write"),
    "chat.postEphemeral": Method(chats.post_ephemeral, "chat:write", TIER_4),
    "chat.update": Method(chats.update, "chat:write", TIER_3),
    "chat.delete": Method(chats.delete, "chat:write", TIER_3),
    "chat.startStream": Method(chats.start_stream, "chat:write", TIER_2),
    "chat.appendStream": Method(chats.append_stream, "chat:write", TIER_4),
    "chat.stopStream": Method(chats.stop_stream, "chat:write", TIER_2),
    "conversations.open": Method(rooms.open_chat, "", TIER_3),
    "conversations.history": Method(rooms.history, "", TIER_3, json=False),
    "conversations.replies": Method(rooms.replies, "", TIER_3, json=False),
    "conversations.members": Method(rooms.members, "", TIER_4, json=False),
    "conversations.info": Method(rooms.info, "", TIER_3, json=False),
    "users.info": Method(rooms.user_info, "users:read", TIER_4, json=False),
    "files.info": Method(rooms.file_info, "files:read", TIER_4, json=False),
    "files.getUploadURLExternal": Method(rooms.upload_url, "files:write", TIER_4, json=False),
    "files.completeUploadExternal": Method(rooms.complete_upload, "files:write", TIER_4),
    "views.open": Method(rooms.open_view, "", TIER_4),
    "views.push": Method(rooms.push_view, "", TIER_4),
    "views.update": Method(rooms.update_view, "", TIER_4),
    "views.publish": Method(rooms.publish_view, "", TIER_4),
    "agents.sessions.setStatus": Method(rooms.agent_status, "chat:write", TIER_3),
    "assistant.threads.setStatus": Method(rooms.thread_status, "chat:write"),
}
