"""Telegram: the only room that knows python-telegram-bot."""

from bot.channels.telegram.channel import LIMITS, Patience, TelegramChannel

__all__ = ["LIMITS", "Patience", "TelegramChannel"]
