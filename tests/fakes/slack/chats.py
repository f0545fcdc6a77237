"""Slack's methods that write messages: post, update, ephemeral, and streams. Knows the rules; knows no HTTP."""

import json
import re
from collections.abc import Sequence

from tests.fakes.slack.arguments import Arguments
from tests.fakes.slack.shapes import MARKDOWN_CHARS, MOST_BLOCKS, Json, complaints_about_blocks, too_long_together
from tests.fakes.slack.workspace import BOT, Place, Posted, Refused, Stream, Workspace

TEXT_CHARS = 40_000  # of a message; Slack cuts there, and so that nobody's words are lost in silence this is a refusal here
UPDATED_TEXT_CHARS = 4_000  # docs.slack.dev/reference/methods/chat.update, msg_too_long
METADATA_CHARS = 8_000
TS = re.compile(r"\d+\.\d{6}")
CHUNKS = frozenset({"markdown_text", "task_update", "plan_update", "blocks"})


def post(space: Workspace, args: Arguments) -> Json:
    """chat.postMessage."""
    place = space.place(args.text("channel"), member=True)
    message = _written(space, place, args, TEXT_CHARS)
    message.metadata = metadata(args)
    space.post(message)
    return {"channel": place.id, "ts": message.ts, "message": message.told(metadata=True)}


def post_ephemeral(space: Workspace, args: Arguments) -> Json:
    """chat.postEphemeral: kept nowhere in Slack but on the screen of one person."""
    place = space.place(args.text("channel"), member=True)
    if args.text("user") not in place.members:
        raise Refused("user_not_in_channel")
    message = _written(space, place, args, TEXT_CHARS)
    message.receiver = args.text("user")
    space.ephemeral.append(message)
    return {"message_ts": message.ts}


def update(space: Workspace, args: Arguments) -> Json:
    """chat.update: the app's own messages only, and none that is still being streamed."""
    message = own(space, args, "cant_update_message")
    if space.streaming(message):
        raise Refused("streaming_state_conflict")
    before, place = message.kept(), space.places[message.channel]
    after = _written(space, place, args, UPDATED_TEXT_CHARS)
    message.text, message.blocks = after.text, after.blocks
    if args.values.get("metadata") in ({}, "{}"):
        message.metadata = None
    elif (told := metadata(args)) is not None:
        message.metadata = told
    message.edits.append(before)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": message.told(metadata=True)}


def delete(space: Workspace, args: Arguments) -> Json:
    """chat.delete: the app's own messages only, and for good."""
    message = own(space, args, "cant_delete_message")
    space.places[message.channel].messages.pop(message.ts)
    space.messages.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def start_stream(space: Workspace, args: Arguments) -> Json:
    """chat.startStream: in a thread that is there; in channels it must say for whom."""
    place = space.place(args.text("channel"), member=True)
    thread = args.text("thread_ts")
    if not thread:
        raise Refused("invalid_arguments", ["[ERROR] missing required field: thread_ts"])
    if not place.thread(thread):
        raise Refused("thread_not_found")
    if place.kind != "im":
        if not args.text("recipient_team_id"):
            raise Refused("missing_recipient_team_id")
        if not args.text("recipient_user_id"):
            raise Refused("missing_recipient_user_id")
    if args.text("recipient_user_id") and args.text("recipient_user_id") not in space.people:
        raise Refused("user_not_found")
    text, blocks = streamed(args)
    message = Posted(space.ts(), place.id, BOT, text, space.named(blocks), thread, stream=Stream(space.now()))
    space.post(message)
    return {"channel": place.id, "ts": message.ts}


def append_stream(space: Workspace, args: Arguments) -> Json:
    """chat.appendStream."""
    message = _open_stream(space, args)
    text, blocks = streamed(args)
    if not text and not blocks and args.json("chunks", "invalid_chunks") is None:
        raise Refused("no_text")
    message.text += text
    message.blocks += space.named(blocks)
    return {"channel": message.channel, "ts": message.ts}


def stop_stream(space: Workspace, args: Arguments) -> Json:
    """chat.stopStream: the last words, and blocks below them."""
    message = _open_stream(space, args)
    text, blocks = streamed(args)
    ending = _blocks(args)
    told = metadata(args)
    message.text += text
    if ending or message.blocks:
        message.blocks = [*space.named(_as_block(message.text)), *message.blocks, *space.named([*blocks, *ending])]
    message.metadata = told or message.metadata
    if message.stream is not None:
        message.stream.ended = "app"
    if args.text("session_status"):
        set_session(space, message.channel, message.thread_ts, args.text("session_status"))
    return {"channel": message.channel, "ts": message.ts, "message": message.told(metadata=True)}


def set_session(space: Workspace, channel: str, thread: str, status: str, title: str = "") -> Json:
    """The lifecycle of an agent's session in a thread.  Raises: Refused."""
    if status not in {"active", "processing", "suspended", "closed"}:
        raise Refused("invalid_arguments", ["[ERROR] must be a valid enum value [json-pointer:/status]"])
    known = space.sessions.setdefault((channel, thread), {"title": title})
    known["status"] = status
    return {"status": status, "agent_status": status, "title": known["title"]}


def own(space: Workspace, args: Arguments, not_own: str) -> Posted:
    """A message of the app's by channel and ts.  Raises: Refused."""
    place = space.place(args.text("channel"))
    message = place.messages.get(args.text("ts"))
    if message is None:
        raise Refused("message_not_found")
    if message.user != BOT:
        raise Refused(not_own)
    return message


def streamed(args: Arguments) -> tuple[str, list[Json]]:
    """The words and blocks that a call adds to a stream.  Raises: Refused."""
    text, blocks = args.text("markdown_text"), list[Json]()
    for chunk in args.json("chunks", "invalid_chunks") or ():
        if not isinstance(chunk, dict) or chunk.get("type") not in CHUNKS:
            raise Refused("invalid_chunks")
        text += chunk.get("text", "") if chunk["type"] == "markdown_text" else ""
        blocks += chunk.get("blocks", ()) if chunk["type"] == "blocks" else ()
    if len(text) > MARKDOWN_CHARS:
        raise Refused("msg_too_long")
    if blocks:
        _look_through(blocks)
    return text, blocks


def metadata(args: Arguments) -> Json:
    """What an app hangs on its message for itself.  Raises: Refused."""
    value = args.json("metadata", "invalid_metadata_format")
    if value is None:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("event_type"), str) or not value["event_type"]:
        raise Refused("invalid_metadata_format")
    if not isinstance(value.get("event_payload"), dict) or value.keys() - {"event_type", "event_payload", "entities"}:
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(value)) > METADATA_CHARS:
        raise Refused("metadata_too_large")
    return value


def _open_stream(space: Workspace, args: Arguments) -> Posted:
    message = own(space, args, "message_not_owned_by_app")
    if not space.streaming(message):
        stopped = message.stream is not None and message.stream.ended == "user"
        raise Refused("stopped_by_user" if stopped else "message_not_in_streaming_state")
    return message


def _written(space: Workspace, place: Place, args: Arguments, most: int) -> Posted:
    text, markdown, blocks = args.text("text"), args.text("markdown_text"), _blocks(args)
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if not (text or markdown or blocks or args.text("attachments")):
        raise Refused("no_text")
    if len(text) > most or len(markdown) > MARKDOWN_CHARS:
        raise Refused("msg_too_long")
    thread = args.text("thread_ts")
    if thread and not TS.fullmatch(thread):
        raise Refused("invalid_thread_ts")
    if thread in place.messages and place.messages[thread].thread_ts not in ("", thread):
        space.warnings.append(f"{place.id}: a reply hangs on a reply, {thread}")
    return Posted(space.ts(), place.id, BOT, text or markdown, space.named(blocks or _as_block(markdown)), thread)


def _blocks(args: Arguments) -> list[Json]:
    blocks = args.json("blocks", "invalid_blocks_format")
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    _look_through(blocks)
    return blocks


def _look_through(blocks: Sequence[Json]) -> None:
    if len(blocks) > MOST_BLOCKS:
        raise Refused("invalid_blocks", [f"[ERROR] no more than {MOST_BLOCKS} items allowed [json-pointer:/blocks]"])
    if found := complaints_about_blocks(blocks):
        raise Refused("invalid_blocks", [f"[ERROR] {each}" for each in found])
    if too_long_together(blocks):
        raise Refused("msg_blocks_too_long")


def _as_block(markdown: str) -> list[Json]:
    return [{"type": "markdown", "text": markdown}] if markdown else []
