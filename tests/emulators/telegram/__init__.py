"""A strict stand-in for Telegram's Bot API: refuses what Telegram refuses, delivers the way Telegram delivers.

In tests use `TelegramEmulator`; as a program: `python -m tests.emulators.telegram --port 8081`.
"""

from .errors import ControlError
from .face import Group, Person, Shown, TelegramEmulator
from .faults import Fault
from .rates import Limits

__all__ = ["ControlError", "Fault", "Group", "Limits", "Person", "Shown", "TelegramEmulator"]
