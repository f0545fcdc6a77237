"""The table of transports: what each can show and do, and how much of it. Knows limits; decides nothing.

Sources, read 2026-11. WeCom: developer.work.weixin.qq.com/document/path/90236 (the app: 2,048 bytes of text or Markdown; a card's texts
past 26, 112, 5, 26 and 10 characters are cut on the screen), 101138 and 100719 (the AI bot: 20,480 bytes, lists and tables), 91770 (the
group webhook: 4,096 bytes). Slack: docs.slack.dev/reference/block-kit (a Markdown block 12,000 characters, a section 3,000, 25 elements
in an actions block, 75 characters on a button, about 13,200 in a message).
"""

from collections.abc import Mapping

from bot.channels.form.dialects import RICH, STANDARD, SUBSET
from bot.domain.transport import Capabilities

SLACK = Capabilities(
    "slack", stream=True, edit=True, thread=True, files_in=True, files_out=True, audio=True, images=True, speaks_first=True, markdown=True,
    tables=True, rows=15, buttons=25, button_chars=75, title_chars=150, text_bytes=None, text_chars=11_500, links_on_buttons=True,
    dialect=STANDARD, card_chars=6_000, quote_chars=1_800, key_chars=35, row_chars=120, thumbs=True,
)  # fmt: skip
"""All texts of the fullest card together take less than 13,200 characters. Its text stands in a Markdown block."""
WECOM = Capabilities(
    "wecom", stream=False, edit=True, thread=False, files_in=False, files_out=True, audio=True, images=True, speaks_first=True,
    markdown=True, tables=False, rows=6, buttons=6, button_chars=10, title_chars=26, text_bytes=2_048, text_chars=None,
    links_on_buttons=True, dialect=SUBSET, card_chars=112, quote_chars=112, key_chars=5, row_chars=26,
)  # fmt: skip
WECOM_BOT = Capabilities(
    "wecom_bot", stream=True, edit=True, thread=False, files_in=True, files_out=True, audio=False, images=True, speaks_first=False,
    markdown=True, tables=True, rows=6, buttons=6, button_chars=10, title_chars=26, text_bytes=20_480, text_chars=None,
    links_on_buttons=True, dialect=RICH, card_chars=112, quote_chars=112, key_chars=5, row_chars=26,
)  # fmt: skip
WECOM_WEBHOOK = Capabilities(
    "wecom_webhook", stream=False, edit=False, thread=False, files_in=False, files_out=True, audio=False, images=True, speaks_first=True,
    markdown=True, tables=False, rows=0, buttons=0, button_chars=0, title_chars=0, text_bytes=4_096, text_chars=None,
    links_on_buttons=False, dialect=SUBSET, hears=False,
)  # fmt: skip
WEB = Capabilities(
    "web", stream=True, edit=True, thread=True, files_in=True, files_out=True, audio=False, images=True, speaks_first=False, markdown=True,
    tables=True, rows=100, buttons=25, button_chars=75, title_chars=150, text_bytes=None, text_chars=None, links_on_buttons=True,
    dialect=STANDARD, thumbs=True,
)  # fmt: skip
CONSOLE = Capabilities(
    "console", stream=False, edit=False, thread=True, files_in=False, files_out=False, audio=False, images=False, speaks_first=False,
    markdown=False, tables=False, rows=0, buttons=0, button_chars=0, title_chars=0, text_bytes=None, text_chars=None,
    links_on_buttons=False,
)  # fmt: skip
CAPABILITIES: Mapping[str, Capabilities] = {one.name: one for one in (SLACK, WECOM, WECOM_BOT, WECOM_WEBHOOK, WEB, CONSOLE)}
"""Transport -> what it can do."""
