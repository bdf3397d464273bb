"""What each channel can show, for those who render without its network: the terminal, the preview, the tests."""

import datetime as dt
from collections.abc import Mapping

from bot.channels.rendering import Capabilities
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.web.channel import WebChannel

ZALO_OA = Capabilities(
    buttons=True, numbered_text=True, max_buttons=5, max_label=96, max_text=1900, bold=False, photo=True,
    file=True, typing=False, edit=False, can_initiate=False, window=dt.timedelta(hours=48), shared=True,
    file_types=frozenset({".pdf", ".doc", ".docx", ".csv"}), max_file=5 * 1024 * 1024,
    photo_types=frozenset({".jpg", ".jpeg", ".png"}), max_photo=1024 * 1024,
)  # fmt: skip
ZALO_BOT = Capabilities(
    buttons=False, numbered_text=True, max_buttons=0, max_label=100, max_text=2000, bold=False, photo=True,
    file=False, typing=True, edit=False, can_initiate=True,
)  # fmt: skip

CAPABILITIES: Mapping[str, Capabilities] = {
    "web": WebChannel.capabilities,
    "telegram": TelegramChannel.capabilities,
    "zalo_oa": ZALO_OA,
    "zalo_bot": ZALO_BOT,
}
