"""Telegram: the only room that knows python-telegram-bot."""

from bot.channels.telegram.channel import Patience, TelegramChannel

__all__ = ["Patience", "TelegramChannel"]
