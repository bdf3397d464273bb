"""Somebody's child or wife beside those told of: helped as well, put off, called, or only spoken of."""

from collections.abc import Sequence
from dataclasses import replace

from content.logline.counting import DOING
from content.logline.lot import half_of
from content.logline.lots import Lots
from content.logline.mention import Mention
from content.logline.pieces import Piece
from content.logline.roles import same_for

DESCRIBED = ("age", "groups", "hamlet", "kin", "num", "people")
"""What may be told of somebody in a list of people."""
BUT = "con"
"""The joining word before another one for whom it went otherwise."""
DESCENDANTS = ("con", "chau")
"""Words that tell of no owner behind another one: "con cháu"."""
CALLS = ("goi", "nhan", "noi", "lien", "ket")
"""What is done with somebody who is far away begins so."""


def with_relatives(
    piece: Piece, before: Piece | None, mentions: list[Mention], codes: Sequence[str], told: Lots
) -> list[Mention]:
    """Somebody's child or wife who was helped too: "cho bà Ngọ và cháu bà", "con dâu bà cài sổ sức khỏe"."""
    lots, aside = told.lots, told.aside
    first = mentions[0] if mentions else None
    known = lots[-1].pointing if lots else bool(aside and aside.named)
    theirs = not lots and aside is not None and first is not None and first.kin == aside.kin  # "thẻ của chị"
    if first is not None and first.weak and first.bare and piece.joined and known and not theirs:
        told.doubts.add("people")  # "quán bà Ba, chỉ bả với đứa con gái"
    if first is None or not lots or not (first.bare and first.n == 1):
        return mentions
    if not (first.weak or (piece.joined and " " in first.kin)):
        return mentions
    new = first.kin not in told.kins
    if new and same_for(piece, lots[-1]):
        return [_another(first)]  # "rồi cài luôn cho vợ anh ấy"
    if new and told.codes and codes and _given(piece):
        return [_another(first)]  # "cài VNeID cho bạn Tín, cài VssID cho mẹ bạn ấy"
    return _relative(piece, before, mentions, codes, told)


def _another(mention: Mention) -> Mention:
    return replace(mention, weak=False, named=True, bare=False, topic=True)


def _given(piece: Piece) -> bool:
    """Whether something that each has for himself was done for somebody's relative, who is told by whose he is."""
    at = piece.index("people")
    given = at > 0 and piece.items[at - 1].has("on_behalf", "help")
    owner = piece.items[at + 1] if at + 1 < len(piece.items) else None
    theirs = owner is not None and owner.has("people") and owner.value.bare and owner.value.kin not in DESCENDANTS
    return (
        given
        and theirs
        and not piece.has("procedure")
        and not any(item.tags.get("thing") in ("dossier", "wallet", "licence", "card") for item in piece.items)
    )


def _calls(piece: Piece) -> bool:
    """Whether it ends with calling somebody who is far away."""
    return piece.items[-1].tokens[:1] != () and piece.items[-1].tokens[0].key in CALLS


def _relative(
    piece: Piece, before: Piece | None, mentions: list[Mention], codes: Sequence[str], told: Lots
) -> list[Mention]:
    """One of somebody's family with those told of before, who may have been helped as well."""
    lots, first = told.lots, mentions[0]
    if codes and any(half_of(lot, {first.kin}) for lot in lots) and piece.index("people") < piece.index(*DOING):
        return [replace(first, weak=False, named=True, bare=False)]  # "hai mẹ con, mẹ lên mức 2, con cài mức 1"
    new = first.kin not in told.kins
    if not new and not codes:
        return mentions  # "bà Sáu với con dâu ..., con dâu hẹn thứ 7"
    begins = piece.items[0].has("people") and not piece.items[0].has("me")
    more = any(not item.has("people", *DESCRIBED) for item in piece.items)  # "con mới cho máy cảm ứng"
    if lots[-1].bare and lots[-1].named and new and begins and first.kin and not more and piece.before == ",":
        told.doubts.add("people")  # "anh Lực, chị Bông, con gái 15 tuổi"
    if piece.joined and lots[-1].pair and not lots[-1].named:
        told.doubts.add("people")  # "hai vợ chồng với đứa cháu"
    if not lots[-1].named and lots[-1].n != 1:
        return mentions
    if piece.joined and any(item.has("people") for item in piece.items[: 2 + piece.has("together")]):
        apart = not (piece.chained or codes) and bool(lots[-1].codes)  # "ong cu cai lon voi ba"
        if apart and piece.before == BUT and piece.has("results"):
            return [_another(first)]  # "bác xong, còn vợ bác hẹn mai"
        if apart and before is not None and _calls(before):
            return mentions  # "cách gọi Zalo với cháu"
        if apart or piece.has("came", "along"):
            told.doubts.add("people")
        elif not (lots[-1].codes and codes):
            return [replace(first, weak=False, named=True, bare=False)]
    spoken = any(i.has("me") for i in piece.items[:1])
    does = not spoken and codes and lots[-1].codes and piece.index("people") < piece.index("help", *DOING)
    if does and piece.index("people") == 0 and not set(codes) <= set(lots[-1].codes):
        return [replace(first, weak=False, named=True, bare=False)]
    return mentions
