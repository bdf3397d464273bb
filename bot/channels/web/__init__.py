"""The web chat: the channel people need no account for, and its one page."""

from bot.channels.web.channel import WebChannel

__all__ = ["WebChannel"]
