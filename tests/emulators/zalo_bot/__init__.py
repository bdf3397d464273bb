"""A strict stand-in for Zalo's Bot Platform: refuses what it refuses, delivers the way it delivers."""

from .server import Switches, ZaloBotEmulator

__all__ = ["Switches", "ZaloBotEmulator"]
