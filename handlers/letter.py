"""Who a report is from and to, as the commune has set it: agencies, sign, place, addressees, signer, recipients."""

from collections.abc import Mapping
from dataclasses import dataclass

from content.messages import Messages

PREFIX = "bao_cao."
"""Commune settings of reports begin with this; province defaults too."""
FIELDS = ("co_quan_tren", "co_quan", "ky_hieu", "dia_danh", "kinh_gui", "chuc_vu", "nguoi_ky", "noi_nhan", "ten_to")
LISTS = ("kinh_gui", "chuc_vu", "noi_nhan")
"""Fields of several lines, kept with ";" between them."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The parts of an official letter that are not its text (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""

    co_quan_tren: str
    """The agency above, in capitals."""
    co_quan: str
    """The agency that issues, in capitals."""
    ky_hieu: str
    """Sort and agency, "BC-VHXH"; the number is the clerk's."""
    dia_danh: str
    """Where it is issued."""
    kinh_gui: tuple[str, ...]
    chuc_vu: tuple[str, ...]
    """The signer's office, line by line."""
    nguoi_ky: str
    noi_nhan: tuple[str, ...]
    """Recipients; the last is where the copy is kept."""
    ten_to: str
    """What the teams are called here, in the middle of a sentence."""


def letter_of(messages: Messages, settings: Mapping[str, str], place: str, *, whole_province: bool = False) -> Letter:
    """The commune's own choices; what it has not set is as usual (content/messages/letter.j2)."""
    found = {name: settings.get(PREFIX + name) or usual(messages, name, place, whole_province) for name in FIELDS}
    lists = {name: tuple(part.strip() for part in found.pop(name).split(";") if part.strip()) for name in LISTS}
    return Letter(**found, **lists)  # type: ignore[arg-type]


def usual(messages: Messages, name: str, place: str, whole_province: bool) -> str:
    """What a field says when nobody set it; `place` is "Xã Vị Thủy"."""
    return messages.render(f"letter.{name}", place=place, whole_province=whole_province)
