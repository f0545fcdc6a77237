"""Slack's methods that read: conversations, people, files; and those that open windows and show status. Knows the rules; knows no HTTP."""

import json
from collections.abc import Callable, Sequence
from mimetypes import guess_type

from tests.fakes.slack.arguments import Arguments
from tests.fakes.slack.chats import set_session
from tests.fakes.slack.shapes import Json, complaints_about_view
from tests.fakes.slack.workspace import APP, BOT, BOT_ID, TEAM, Place, Posted, Refused, View, Workspace

VIEW_BYTES = 250_000
ALT_CHARS = 1_000
DEEPEST_VIEW = 3
KINDS = {"im": "im", "channel": "channels", "group": "groups", "mpim": "mpim"}
FILE_FIELDS = frozenset({"id", "title", "highlight_type"})


def auth_test(_space: Workspace, _args: Arguments) -> Json:
    """auth.test."""
    told = {"team": "Tandem", "user": "tandem", "team_id": TEAM, "user_id": BOT, "bot_id": BOT_ID, "is_enterprise_install": False}
    return {**told, "url": "https://tandem.example/", "app_id": APP}


def open_chat(space: Workspace, args: Arguments) -> Json:
    """conversations.open, of one person."""
    users = [each for each in args.text("users").split(",") if each]
    if not users:
        if args.text("channel"):
            return {"channel": {"id": space.place(args.text("channel")).id}}
        raise Refused("users_list_not_supplied")
    if len(users) > 1:
        space.need("mpim:write")
    space.need("im:write")
    person = space.people.get(users[0])
    if person is None or person.bot:
        raise Refused("user_not_found")
    if person.deleted:
        raise Refused("user_disabled")
    return {"channel": {"id": space.direct(person.id).id}}


def history(space: Workspace, args: Arguments) -> Json:
    """conversations.history: newest first, what hangs in threads left out."""
    place = _readable(space, args, "history")
    if BOT not in place.members:
        raise Refused("not_in_channel")
    found = [each for each in place.messages.values() if each.thread_ts in ("", each.ts)]
    return _paged(list(reversed(_between(found, args))), args)


def replies(space: Workspace, args: Arguments) -> Json:
    """conversations.replies: a thread, oldest first."""
    place = _readable(space, args, "history")
    found = place.thread(args.text("ts"))
    if not found:
        raise Refused("thread_not_found")
    return _paged(_between(found, args), args)


def members(space: Workspace, args: Arguments) -> Json:
    """conversations.members."""
    place = _readable(space, args, "read")
    some, cursor = _page(place.members, args, 100)
    return {"members": some, "response_metadata": {"next_cursor": cursor}}


def info(space: Workspace, args: Arguments) -> Json:
    """conversations.info."""
    place = _readable(space, args, "read")
    told = {"id": place.id, "name": place.name, "is_im": place.kind == "im", "is_archived": place.archived, "is_ext_shared": place.shared}
    kinds = {"is_channel": place.kind == "channel", "is_group": place.kind == "group", "is_mpim": place.kind == "mpim"}
    return {"channel": {**told, **kinds, "is_member": BOT in place.members, "num_members": len(place.members)}}


def user_info(space: Workspace, args: Arguments) -> Json:
    """users.info; the e-mail only with its scope."""
    person = space.people.get(args.text("user"))
    if person is None:
        raise Refused("user_not_found")
    profile: dict[str, Json] = {"real_name": person.name, "display_name": person.name, "team": person.team}
    if "users:read.email" in space.scopes and person.email:
        profile["email"] = person.email
    stranger = {"is_stranger": True} if person.team != TEAM else {}
    told = {"id": person.id, "team_id": person.team, "name": person.id.lower(), "real_name": person.name, "deleted": person.deleted}
    marks = {"is_bot": person.bot, "is_restricted": person.guest, "is_ultra_restricted": False, "is_email_confirmed": person.confirmed}
    locale = {"locale": person.locale} if args.flag("include_locale") else {}
    return {"user": {**told, **marks, **stranger, **locale, "is_app_user": False, "tz": "Asia/Shanghai", "profile": profile}}


def file_info(space: Workspace, args: Arguments) -> Json:
    """files.info."""
    if args.text("file") not in space.files:
        raise Refused("file_not_found")
    return {"file": space.files[args.text("file")]}


def upload_url(space: Workspace, args: Arguments) -> Json:
    """files.getUploadURLExternal; the server writes the whole address."""
    if not args.text("filename") or not args.whole("length", 0):
        raise Refused("missing_argument")
    if len(args.text("alt_txt")) > ALT_CHARS:
        raise Refused("alt_txt_too_large")
    mimetype = guess_type(args.text("filename"))[0] or "application/octet-stream"
    file = space.share(args.text("filename"), b"", mimetype, user=BOT, alt_txt=args.text("alt_txt"), waiting=True)
    file["size"] = args.whole("length", 0)
    return {"upload_url": file["id"], "file_id": file["id"]}


def complete_upload(space: Workspace, args: Arguments) -> Json:
    """files.completeUploadExternal: files that are there become a message, or stay the app's own."""
    wanted = args.json("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted or any(not isinstance(each, dict) or each.keys() - FILE_FIELDS for each in wanted):
        raise Refused("invalid_arguments")
    files = [_arrived(space, each) for each in wanted]
    if args.text("channel_id"):
        if args.text("channel_id") not in space.places:
            raise Refused("channel_not_found")
        place = space.place(args.text("channel_id"), member=True)
        space.post(Posted(space.ts(), place.id, BOT, args.text("initial_comment"), [], args.text("thread_ts"), files=files))
    return {"files": files}


def open_view(space: Workspace, args: Arguments) -> Json:
    """views.open: one window for one trigger."""
    body = checked_view(space, args.json("view", "invalid_arguments"), "modal")
    return _shown(space, space.spend_trigger(args.text("trigger_id")), body, "")


def push_view(space: Workspace, args: Arguments) -> Json:
    """views.push: a window over the one that is open."""
    body = checked_view(space, args.json("view", "invalid_arguments"), "modal")
    user = space.spend_trigger(args.text("trigger_id"))
    below = [view for view in space.modals.values() if view.user == user and not view.closed]
    if not below:
        raise Refused("not_found")
    if len(below) >= DEEPEST_VIEW:
        raise Refused("push_limit_reached")
    return _shown(space, user, body, below[0].root)


def update_view(space: Workspace, args: Arguments) -> Json:
    """views.update: a window that is open, by its id."""
    view = space.modals.get(args.text("view_id"))
    if view is None or view.closed:
        raise Refused("not_found")
    if args.text("hash") not in ("", view.hash):
        raise Refused("hash_conflict")
    view.body = checked_view(space, args.json("view", "invalid_arguments"), "modal")
    view.hash = space.ts()
    return {"view": view.told()}


def publish_view(space: Workspace, args: Arguments) -> Json:
    """views.publish: what somebody sees in the app's home."""
    if not space.home_tab:
        raise Refused("not_enabled")
    user = args.text("user_id")
    if user not in space.people:
        raise Refused("invalid_arguments", ["[ERROR] invalid user_id [json-pointer:/user_id]"])
    body, known = checked_view(space, args.json("view", "invalid_arguments"), "home"), space.homes.get(user)
    if known is not None and args.text("hash") not in ("", known.hash):
        raise Refused("hash_conflict")
    name = known.id if known else space.id("V")
    space.homes[user] = View(name, user, body, space.ts(), name)
    return {"view": space.homes[user].told()}


def checked_view(space: Workspace, body: Json, kind: str) -> Json:
    """A view as Slack keeps it.  Raises: Refused."""
    if len(json.dumps(body)) > VIEW_BYTES:
        raise Refused("view_too_large")
    found = complaints_about_view(body)
    if not found and body["type"] != kind:
        found = [f"unsupported type: {body['type']} [json-pointer:/view]"]
    if found:
        raise Refused("invalid_arguments", [f"[ERROR] {each}" for each in found])
    return {**body, "blocks": space.named(body["blocks"])}


def agent_status(space: Workspace, args: Arguments) -> Json:
    """agents.sessions.setStatus: in a thread; without the event of the stop button there is a warning and no button."""
    place = space.place(args.text("channel_id"), member=True)
    if not place.thread(args.text("thread_ts")):
        raise Refused("invalid_thread_ts")
    told = set_session(space, place.id, args.text("thread_ts"), args.text("status"), args.text("title")[:200])
    if "agent_session_stopped" not in space.subscribed:
        told["warning"] = "missing_agent_session_stopped_event_subscription"
    return told


def thread_status(space: Workspace, args: Arguments) -> Json:
    """assistant.threads.setStatus: a line under a thread until the app posts there, or sets it empty."""
    place = space.place(args.text("channel_id"))
    if not place.thread(args.text("thread_ts")):
        raise Refused("invalid_thread_ts")
    space.statuses[place.id, args.text("thread_ts")] = args.text("status")
    return {}


def _shown(space: Workspace, user: str, body: Json, root: str) -> Json:
    external = body.get("external_id")
    if external and any(view.body.get("external_id") == external and not view.closed for view in space.modals.values()):
        raise Refused("duplicate_external_id")
    name = space.id("V")
    space.modals[name] = View(name, user, body, space.ts(), root or name)
    return {"view": space.modals[name].told()}


def _arrived(space: Workspace, wanted: Json) -> Json:
    file = space.files.get(wanted.get("id"))
    if file is None:
        raise Refused("file_not_found")
    if len(space.contents[file["id"]]) != file["size"]:
        raise Refused("file_update_failed")
    file.pop("waiting", None)
    file["title"] = wanted.get("title", file["name"])
    return file


def _readable(space: Workspace, args: Arguments, right: str) -> Place:
    place = space.place(args.text("channel"))
    space.need(f"{KINDS[place.kind]}:{right}")
    return place


def _between(messages: list[Posted], args: Arguments) -> list[Posted]:
    oldest, latest = args.text("oldest") or "0", args.text("latest") or "9999999999"
    try:
        low, high = float(oldest), float(latest)
    except ValueError as err:
        raise Refused("invalid_ts_oldest" if latest == "9999999999" else "invalid_ts_latest") from err
    inclusive: Callable[[float], bool] = (lambda ts: low <= ts <= high) if args.flag("inclusive") else (lambda ts: low < ts < high)
    return [each for each in messages if inclusive(float(each.ts))]


def _paged(messages: list[Posted], args: Arguments) -> Json:
    some, cursor = _page(messages, args, 100)
    told = [each.told(metadata=args.flag("include_all_metadata")) for each in some]
    return {"messages": told, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def _page(values: Sequence[Json], args: Arguments, usual: int) -> tuple[list[Json], str]:
    cursor = args.text("cursor")
    if cursor and not cursor.isdecimal():
        raise Refused("invalid_cursor")
    begin, limit = int(cursor or 0), args.whole("limit", usual)
    end = begin + limit
    return list(values[begin:end]), str(end) if end < len(values) else ""
