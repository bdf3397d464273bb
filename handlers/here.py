"""What holds where a person lives, today: the files of his commune and province, and what its officers told."""

from content.local import NOWHERE, Here
from handlers.turn import Turn
from storage.announcements import Announcement

SETTINGS = {"centre": "trung_tam", "address": "dia_chi", "hotline": "duong_day", "hours": "gio_lam_viec"}
"""The rows of a commune's settings that are shown to people, by their names here."""


async def here(turn: Turn) -> Here:
    """Of the person's own commune; nothing when it is not known."""
    code = turn.chat.commune if turn.chat else None
    return await of_commune(turn, code) if code else NOWHERE


async def of_commune(turn: Turn, code: str) -> Here:
    """Of that commune."""
    kept = await turn.memory.settings.all(code)
    coming = await turn.memory.announcements.coming(code, turn.today)
    today = [told for told in coming if told.period.first <= turn.today]
    told = {name: kept[row] for name, row in SETTINGS.items() if kept.get(row)}
    for one in today:
        if one.kind == "gio" and one.text:
            told["hours"] = one.text
    commune = turn.knowledge.places.commune(code)
    notices = [said(turn, one) for one in today]
    return turn.knowledge.library.overrides.at(commune, turn.today, told, notices)


def said(turn: Turn, one: Announcement) -> str:
    """An announcement as people read it."""
    return turn.words(f"commune.said_{one.kind}", text=one.text, period=one.period)
