"""The check of payment codes and links: who would be paid, and whether the commune announced it."""

from content.qr.check import Codes
from content.qr.payment import Context
from content.qr.receivers import Receiver, announced
from content.qr.rules import Bank, Banks
from content.qr.verdict import Kind, Level, Note, Reason, Verdict

__all__ = ["Bank", "Banks", "Codes", "Context", "Kind", "Level", "Note", "Reason", "Receiver", "Verdict", "announced"]
