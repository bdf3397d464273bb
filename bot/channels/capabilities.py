"""What each channel can show, for those who render without its network: the terminal, the preview, the tests."""

from collections.abc import Mapping

from bot.channels.rendering import Capabilities
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.web.channel import WebChannel
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_oa.channel import ZaloOaChannel

CAPABILITIES: Mapping[str, Capabilities] = {
    "web": WebChannel.capabilities,
    "telegram": TelegramChannel.capabilities,
    "zalo_oa": ZaloOaChannel.capabilities,
    "zalo_bot": ZaloBotChannel.capabilities,
}
