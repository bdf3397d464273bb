"""Kinds of pictures and lists people send: told by their first bytes or their names; nothing here opens one."""

from typing import Final

LARGEST: Final = 20 * 1024 * 1024
"""Bytes of a file we look at: what Telegram lets a bot download, and more than any telephone's photo needs."""
ENDINGS: Final = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".heic", ".heif")
SHEETS: Final = (".xlsx", ".xlsm", ".xls", ".ods")
"""Spreadsheets: one of another kind than .xlsx is opened too, only to say how it can be made one."""
_HEIF: Final = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")


def kind_of(data: bytes) -> str | None:
    """The kind of picture as Pillow calls it; None for anything else, whatever it is called."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF:
        return "HEIF"
    return None


def named_so(name: str | None, mime: str | None = None) -> bool:
    """Whether a file says of itself that it is such a picture, and so is worth fetching."""
    if mime is not None and mime.startswith("image/"):
        return mime != "image/svg+xml"
    return name is not None and name.lower().endswith(ENDINGS)


def sheet_named(name: str | None) -> bool:
    """Whether a file says of itself that it is a spreadsheet."""
    return name is not None and name.lower().endswith(SHEETS)
