"""A strict stand-in for Zalo's Official Account API: refuses what Zalo refuses, tells the hook what Zalo tells it.

In tests use `ZaloEmulator`; as a program: `python -m tests.emulators.zalo_oa --port 8082`. What nobody knows of Zalo
is a switch (`Switches`); both values have to be survived.
"""

from .errors import ControlError
from .face import Person, Shown, ZaloEmulator
from .faults import Fault
from .switches import Switches

__all__ = ["ControlError", "Fault", "Person", "Shown", "Switches", "ZaloEmulator"]
