"""Which people belong to which contents and results, within one assistance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from content.logline.counting import DOING
from content.logline.drafts import ORDER, Bunch, Draft, Part
from content.logline.mentions import Mention
from content.logline.pieces import Piece

LAST = {"not_yet": "hen_lai", "could": "xong", "could_not": "khong_duoc", "moved": "chuyen"}
"""What a short word means that a piece about people ends with: "2 người được, 1 người chưa"."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a piece says: of whom, what was done, how it went."""

    piece: Piece
    mentions: Sequence[Mention]
    codes: list[str]
    result: str | None
    subset: bool
    """Whether its people were counted before: "trong đó"."""


def said(piece: Piece, mentions: Sequence[Mention], codes: list[str], draft: Draft, *, subset: bool) -> Said:
    """What the piece says that was not said before."""
    result = _result(piece, mentions)
    failed = result not in (None, "xong") and piece.has("hindrance", "could_not", "not_yet")
    if codes and failed and any(b.codes for b in draft.bunches):
        codes = []  # "chưa có sim chính chủ" tells why, not what was done
    return Said(piece, mentions, codes, result, subset)


def join(draft: Draft, this: Said) -> None:
    """Adds what a piece says to the assistance."""
    again = [m for m in this.mentions if m.who and m.who in draft.known]
    pointed = bool(this.result) and all(m.weak for m in this.mentions)
    mentions = _first_told([m for m in this.mentions if m not in again], draft, this, pointed=pointed)
    if this.piece.has("each") and any((m.n or 0) > 1 for m in mentions) and this.piece.has("help"):
        draft.doubts.add("people")
    draft.kins |= {m.kin for m in mentions if m.kin}
    this = replace(this, mentions=mentions)
    if again and not mentions:
        _told_again(draft, again, this)
    elif this.piece.has("total") and mentions and not this.codes:
        draft.total, draft.total_roughly = mentions[0].n, mentions[0].roughly
    elif mentions and this.codes:
        _people_and_codes(draft, this)
    elif mentions and this.result:
        _people_and_result(draft, this)
    elif mentions:
        _people_alone(draft, this)
    elif this.piece.has("rest") and this.codes:
        draft.bunches.append(Bunch(None, told=True, rest=True, codes=this.codes, result=this.result))
    elif this.codes:
        _codes_alone(draft, this)
    elif this.result:
        _result_alone(draft, this)
    draft.known |= {m.who for m in mentions if m.who}
    for mention in mentions:
        if mention.of is not None:
            draft.parts.append(Part(mention.of, this.result or "xong"))


def _told_again(draft: Draft, mentions: Sequence[Mention], this: Said) -> None:
    """More of people named before: "bà Năm và ông Bảy ..., ông Bảy xong"."""
    n = sum(m.n or 0 for m in mentions)
    if this.result:
        draft.parts.append(Part(n, this.result))
    elif this.codes and draft.bunches:
        _codes_alone(draft, this)


def _people_and_codes(draft: Draft, this: Said) -> None:
    current = draft.bunches[-1] if draft.bunches else None
    new = _bunch(this)
    if current is not None and not draft.codes and not this.subset and _the_same(draft, new):
        draft.bunches = [new]  # "bà Tư, ông Năm, cài cho hai ông bà"
        return
    if current is not None and not current.told and this.piece.before != "\n":
        new.codes = [*current.codes, *(c for c in new.codes if c not in current.codes)]
        draft.bunches[-1] = new
        return
    if current is not None and current.told and not current.codes and _goes_on(this, current, new):
        current.n = None if current.n is None or new.n is None else current.n + new.n
        current.codes, current.result, current.several = new.codes, new.result, True
        return
    if current is not None and current.told and this.piece.inside and set(new.codes) <= set(current.codes):
        return  # "10 người nộp hồ sơ (khai sinh 4, tạm trú 6)"
    if current is not None and current.codes and current.told and not new.named:
        fewer = new.n is not None and current.n is not None and new.n < current.n
        same = set(new.codes) <= set(current.codes)
        failed = this.result not in (None, "xong") and not current.result
        if (this.subset or this.piece.has("having")) and fewer:
            new.subset = True
        if fewer and same and this.result and (new.subset or failed):
            draft.parts.append(Part(new.n, this.result, bunch=current))
            return
        if fewer and same and new.subset:
            return
    if current is not None and current.told and not current.codes and this.piece.has("agreed"):
        current.attended = True
    draft.bunches.append(new)


def _the_same(draft: Draft, new: Bunch) -> bool:
    """Whether a number is that of those named before, told once more."""
    told = [b for b in draft.bunches if b.told]
    by_the_way = (draft.weak or 0) if draft.weak_told else 0
    several = len(told) > 1 or any(b.several for b in told) or (told and by_the_way)
    total = sum(b.n or 0 for b in told) + by_the_way
    return bool(several) and not new.named and new.n is not None and new.n == total


def _goes_on(this: Said, current: Bunch, new: Bunch) -> bool:
    """Whether people joined to those before are more of them: "3 cụ và 2 chị cài VNeID"."""
    alike = (current.named and new.named) or (current.specific and new.specific and this.piece.joined)
    return alike and not current.attended and not this.subset and this.piece.before not in (":", "(")


def _people_and_result(draft: Draft, this: Said) -> None:
    """ "1 người chưa xong": some of those before, or another one with the same done for him."""
    new = _bunch(this)
    current = next((b for b in reversed(draft.bunches) if b.told), None)
    loose = draft.bunches[-1] if draft.bunches and not draft.bunches[-1].told else None
    if current is None and loose is not None and new.named:
        new.codes = loose.codes
        draft.bunches[-1] = new
    elif current is None and new.named:
        draft.bunches.append(new)
    elif current is not None and (new.named and current.named):
        new.codes = list(current.codes)
        draft.bunches.append(new)
    elif current is not None and current.result and current.n is not None and not draft.parts:
        if draft.total is None and current.n + (new.n or 0) > _told_before(draft, current):
            new.codes = list(current.codes)
            draft.bunches.append(new)
        else:
            draft.parts.append(Part(new.n, this.result or ""))
    else:
        fits = current is not None and draft.total is None and (new.n or 0) <= (current.n or 0)
        draft.parts.append(Part(new.n, this.result or "", bunch=current if fits else None))


def _told_before(draft: Draft, current: Bunch) -> int:
    """How many were told of before the last, as the whole of all: a first number without contents."""
    first = draft.bunches[0]
    return first.n or 0 if first is not current and not first.codes and first.told else 0


def _people_alone(draft: Draft, this: Said) -> None:
    current = draft.bunches[-1] if draft.bunches else None
    piece, new = this.piece, _bunch(this)
    if current is None or (piece.before == "\n" and not current.told):
        draft.bunches.append(new)
    elif not current.told:
        for bunch in draft.bunches:
            if not bunch.told:
                new.add_codes(bunch.codes)
        draft.bunches = [*(b for b in draft.bunches if b.told), new]
    elif not (this.subset or piece.has("having") or piece.before == "("):
        _more_people(draft, this, current, new)


def _more_people(draft: Draft, this: Said, current: Bunch, new: Bunch) -> None:
    """People told after others: those again, some more, or all of them."""
    if _the_same(draft, new) or (current.n is not None and not current.named and new.named):
        return  # "3 người: bà Tư, ông Năm, chị Lan"
    if current.bare and not new.named and new.n is not None:
        current.n, current.bare = new.n, False  # "cô giáo nhờ chỉ ký số, em chỉ 3 cô"
    elif current.n is None and new.n is not None and not new.named:
        current.n, current.roughly = new.n, new.roughly  # "chỉ các cụ gọi video, 14 cụ"
    elif this.piece.has("adding") or (new.named and current.named) or (new.specific and current.specific):
        current.n = None if current.n is None or new.n is None else current.n + new.n
        current.roughly, current.several = current.roughly or new.roughly, True
    elif new.n is None or current.n is None:
        draft.doubts.add("people")
    elif any(m.groups for m in this.mentions) and new.n <= current.n:
        return
    elif new.n >= sum(b.n or 0 for b in draft.bunches if b.told):
        draft.total, draft.total_roughly = new.n, new.roughly
    else:
        draft.doubts.add("people")


def _codes_alone(draft: Draft, this: Said) -> None:
    if not draft.bunches:
        draft.bunches.append(Bunch())
    draft.bunches[-1].add_codes(this.codes)
    if this.result:
        draft.bunches[-1].result = this.result


def _result_alone(draft: Draft, this: Said) -> None:
    """ "xong hết", "còn lại hẹn mai", "hẹn thứ 5" after "1 người chưa xong"."""
    result = this.result or ""
    current = draft.bunches[-1] if draft.bunches else None
    if this.piece.has("rest"):
        draft.parts.append(Part(None, result, rest=True))
    elif draft.parts and not this.piece.has("everybody"):
        draft.parts[-1].result = _stronger(result, draft.parts[-1].result)
    elif current is not None and current.result and not this.piece.has("everybody"):
        current.result = _stronger(result, current.result)
    elif current is not None and len(draft.bunches) > 1 and any(b.result for b in draft.bunches):
        current.result = result
    else:
        draft.parts.append(Part(None, result))


def _stronger(result: str, other: str) -> str:
    return min(result, other, key=ORDER.index)


def _bunch(this: Said) -> Bunch:
    n: int | None = 0
    for mention in this.mentions:
        n = None if n is None or mention.n is None else n + mention.n
    part = next((m for m in this.mentions if m.of is not None), None)
    return Bunch(
        n, told=True, roughly=any(m.roughly for m in this.mentions), named=any(m.named for m in this.mentions),
        specific=all(bool(m.kin) for m in this.mentions), several=len(this.mentions) > 1,
        pair=any(m.pair for m in this.mentions), bare=all(m.bare for m in this.mentions), attended=_attended(this),
        codes=list(this.codes), result=None if part else this.result,
    )  # fmt: skip


def _result(piece: Piece, mentions: Sequence[Mention]) -> str | None:
    """How it went, if the piece says so."""
    results = [i.tags["results"] for i in piece.all("results")]
    results += _in_parts(piece)
    if results:
        return min(results, key=ORDER.index)
    last = piece.items[-1] if piece.items else None
    if last is None:
        return None
    if piece.has("everybody") and last.has("could"):
        return "xong"
    if piece.has("all_done") and (mentions or piece.has(*DOING)):
        return "xong"
    if mentions and (last.has("could") or not piece.has(*DOING)):
        for tag, result in LAST.items():
            if last.has(tag):
                return result
        if piece.has("hindrance"):
            return "khong_duoc"
    return None


def _attended(this: Said) -> bool:
    """Whether it is only said that they were there."""
    last = this.piece.items[-1] if this.piece.items else None
    return this.piece.has("attended") or (last is not None and last.has("came") and not this.codes)


def _in_parts(piece: Piece) -> list[str]:
    """ "chưa ký được", "không tải về được": a word of not, and later that it could be done."""
    could = max((n for n, item in enumerate(piece.items) if item.has("could")), default=-1)
    for tag, result in (("not_yet", "hen_lai"), ("could_not", "khong_duoc")):
        if piece.index(tag) < could:
            return [result]
    return []


def _first_told(mentions: Sequence[Mention], draft: Draft, this: Said, *, pointed: bool) -> list[Mention]:
    """Without those only pointed to ("chị", "bà") after they were named."""
    known = any(b.told for b in draft.bunches) or draft.weak_told
    counted = any(b.told and b.n is not None and b.codes for b in draft.bunches)
    new_codes = set(this.codes) - set(draft.bunches[-1].codes if draft.bunches else ())
    out: list[Mention] = []
    for mention in mentions:
        if mention.bare and not mention.named and (known or out) and not pointed:
            continue
        if mention.bare and not pointed and draft.bunches and draft.bunches[-1].pair:
            continue  # "hai vợ chồng, ông 80 bà 78"
        if mention.n is None and not mention.unsure and (out or (counted and not new_codes)):
            continue  # "các em ấy" after "4 em"
        out.append(mention)
    return out
