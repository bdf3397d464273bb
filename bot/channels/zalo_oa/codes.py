"""What each error code of the Official Account API means for us (Zalo's table of codes, November 2026)."""

from enum import Enum
from typing import Final


class Meaning(Enum):
    """What is to be done about an answer."""

    DONE = "done"
    RENEW = "renew"
    """The access token is not (any more) one: fetch the next, once, and repeat."""
    SWITCH = "switch"
    """This kind of account is served at the other endpoint."""
    SIMPLER = "simpler"
    """Something in the message is not taken: once more without its buttons, if it had any."""
    UPLOAD = "upload"
    """The attachment has been forgotten: carry it there again."""
    RATE = "rate"
    """Too many calls this minute."""
    TOMORROW = "tomorrow"
    """The day's or month's quota is used up."""
    MORNING = "morning"
    """Not at night."""
    WAIT = "wait"
    CLOSED = "closed"
    """The person has not written for too long: not before his next word."""
    GONE = "gone"
    """This person cannot be written to."""
    REFUSED = "refused"
    """Never, for this message."""
    ACCOUNT = "account"
    """Nothing can be sent for the account before somebody has mended it at Zalo."""
    DOUBTFUL = "doubtful"
    """An error, but the message may have been delivered all the same: never repeated blindly."""


MEANINGS: Final[dict[int, Meaning]] = {
    0: Meaning.DONE,
    -32: Meaning.RATE,
    -100: Meaning.UPLOAD,
    -200: Meaning.DOUBTFUL,
    -201: Meaning.SIMPLER, -210: Meaning.SIMPLER, -233: Meaning.SIMPLER,
    -211: Meaning.TOMORROW,
    -213: Meaning.GONE, -217: Meaning.GONE, -227: Meaning.GONE, -244: Meaning.GONE,
    -214: Meaning.WAIT,
    -216: Meaning.RENEW, -220: Meaning.RENEW,
    -218: Meaning.REFUSED, -248: Meaning.REFUSED, -249: Meaning.REFUSED,
    -230: Meaning.CLOSED, -232: Meaning.CLOSED,
    -234: Meaning.MORNING,
    -235: Meaning.SWITCH, -240: Meaning.SWITCH,
    **dict.fromkeys(
        (-204, -205, -209, -212, -219, -221, -223, -224, -237, -242, -320, -321, -403), Meaning.ACCOUNT
    ),
}  # fmt: skip


def meaning(code: int) -> Meaning:
    """A code nobody told us of may stand on a message that arrived."""
    return MEANINGS.get(code, Meaning.DOUBTFUL)
