"""Codes somebody reads from one screen and types at another within a quarter of an hour."""

import datetime as dt
import secrets

LASTS = dt.timedelta(minutes=15)
LETTERS = "ABCDEFGHKLMNPQRSTUVXY"
"""No digits, so that it cannot be taken for an OTP; no letters that are easily mistaken for others."""
LENGTH = 6


def new_short_code() -> str:
    """By chance nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
