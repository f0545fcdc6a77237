"""What the inside asks of the outside. Adapters fulfil these; `bootstrap` hands them over; nothing here knows a vendor."""

from bot.ports.arriving import Inbox, Kept, Users
from bot.ports.asking import Reader, RecordQueries, SeenRecords
from bot.ports.choosing import Capability, Catalogue, Choice, Chooser, Memory, Prompt
from bot.ports.delivering import Channel, Ledger, Outbox, Verdicts
from bot.ports.dossiers import Dossiers
from bot.ports.hearing import Mender, Player, Recordings, Transcriber
from bot.ports.keeping import Content, Drafts, Letters, OwnDrafts, Records
from bot.ports.knowledge import Document, Embedder, Library, Passages, Progress
from bot.ports.meeting import Knocks, LinkCodes
from bot.ports.models import ChatModel, KnownNames, Schema, Spending, Tool, ToolCall
from bot.ports.passing import Tokens
from bot.ports.reminding import Reminders
from bot.ports.reviewing import OwnReviews, Reviews, WorkCalendar
from bot.ports.senses import Clock, Ids, Words
from bot.ports.skill import Skill
from bot.ports.speech import SpokenReader
from bot.ports.transports import Belongings, Directory, Homepage, MediaSource
from bot.ports.voices import OwnVoice, Voices
from bot.ports.working import Bus, Engine, Events, Firings, Interruptions, JobKind, JobStates, OwnSchedules, Subscriber

__all__ = [
    "Belongings", "Bus", "Capability", "Catalogue", "Channel", "ChatModel", "Choice", "Chooser", "Clock", "Content", "Directory",
    "Document", "Dossiers", "Drafts", "Embedder", "Engine", "Events", "Firings", "Homepage", "Ids", "Inbox", "Interruptions", "JobKind",
    "JobStates", "Kept", "Knocks", "KnownNames", "Ledger", "Letters", "Library", "LinkCodes", "MediaSource", "Memory", "Mender", "Outbox",
    "OwnDrafts", "OwnReviews", "OwnSchedules", "OwnVoice", "Passages", "Player", "Progress", "Prompt", "Reader", "RecordQueries",
    "Recordings", "Records", "Reminders", "Reviews", "Schema", "SeenRecords", "Skill", "Spending", "SpokenReader", "Subscriber", "Tokens",
    "Tool", "ToolCall", "Transcriber", "Users", "Verdicts", "Voices", "Words", "WorkCalendar",
]  # fmt: skip
