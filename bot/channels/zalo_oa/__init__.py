"""Zalo Official Accounts: citizens write to their commune's own account."""

from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.config import OaConfig

__all__ = ["OaConfig", "ZaloOaChannel"]
