"""What each channel can show, for those who render without its network: the terminal, the preview, the tests."""

from collections.abc import Mapping

from bot.channels.rendering import Capabilities
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.web.channel import WebChannel
from bot.channels.zalo_oa.channel import ZaloOaChannel

ZALO_BOT = Capabilities(
    buttons=False, numbered_text=True, max_buttons=0, max_label=100, max_text=2000, bold=False, photo=True,
    file=False, typing=True, edit=False, can_initiate=True,
)  # fmt: skip

CAPABILITIES: Mapping[str, Capabilities] = {
    "web": WebChannel.capabilities,
    "telegram": TelegramChannel.capabilities,
    "zalo_oa": ZaloOaChannel.capabilities,
    "zalo_bot": ZALO_BOT,
}
