"""Puts the pieces of a message together: which people belong to which contents and results, and where one
assistance ends and the next begins.
"""

import copy
from collections.abc import Sequence

from content.logline.doing import DoingReader
from content.logline.drafts import ORDER, Bunch, Draft, Part
from content.logline.items import Item
from content.logline.mentions import Mention
from content.logline.pieces import DOING, Piece
from content.logline.roles import helped

LISTED = (",", "", "+", "&", "/", ":")
"""Marks after which a list goes on."""


class Settling:
    """Reads the pieces of one message one after the other."""

    def __init__(self, doing: DoingReader, pieces: Sequence[Piece]) -> None:
        self._doing = doing
        self._pieces = pieces
        self._line = -1
        self._kept: set[str] = set()
        self._header = Draft()
        self.drafts: list[Draft] = []
        self._all_done: str | None = None

    @property
    def _draft(self) -> Draft:
        if not self.drafts:
            self.drafts.append(Draft())
        return self.drafts[-1]

    def settle(self) -> list[Draft]:
        """The assistances that the pieces tell of."""
        for piece in self._pieces:
            self._take(piece)
            self._line = piece.line
        return self._finish()

    def _named_in(self, line: int) -> list[Mention]:
        return [m for p in self._pieces if p.line == line for m in p.mentions if m.named]

    def _full_entry(self, line: int) -> bool:
        """Whether a line tells both of people and of what was done."""
        pieces = [p for p in self._pieces if p.line == line]
        return any(p.mentions for p in pieces) and any(p.has(*DOING) for p in pieces)

    def _take(self, piece: Piece) -> None:
        mentions = helped(piece, anybody=any(b.told for b in self._draft.bunches))
        goes_on = piece.before in LISTED or piece.joined
        codes, self._kept = self._doing.codes(piece.items, self._kept if goes_on else set())
        strong = [m for m in mentions if not m.weak]
        if self._parts_here(piece, strong, codes):
            self._open(piece)
        draft = self._draft
        draft.line = draft.line if draft.bunches else piece.line
        self._set(draft, piece, spoken=bool(strong or codes))
        draft.helped = draft.helped or piece.has("help")
        draft.groups |= {g for m in mentions for g in m.groups} | _groups(piece)
        if "nop_ho_so" in codes:
            draft.procedures += [i.tags["procedure"] for i in piece.all("procedure")]
        for mention in mentions:
            if mention.weak and not draft.weak_told:
                draft.weak, draft.weak_told = mention.n, True
        self._people(draft, piece, strong, codes)

    # --- one assistance or the next -------------------------------------------------------------------------

    def _parts_here(self, piece: Piece, mentions: Sequence[Mention], codes: Sequence[str]) -> bool:
        """Whether the piece begins another assistance."""
        draft = self._draft
        if not draft.bunches:
            return False
        first = piece.index("people", *DOING)
        early = [i for n, i in enumerate(piece.items) if n < first or not mentions]
        day = next((i.value for i in piece.all("day")), None)
        if day is not None and draft.day is not None and day.date != draft.day.date:
            return True
        if any(_part(i) and draft.part and _part(i) != draft.part for i in early):
            return True
        if mentions and (any(_part(i) for i in early) and not draft.part and not draft.clock):
            return True
        hamlets, places = [i.value for i in piece.all("hamlet")], [i.tags["places"] for i in _places(piece)]
        if mentions and (hamlets or places) and draft.located:
            return hamlets != draft.hamlets[-1:] or (bool(places) and places[:1] != draft.places[:1])
        if (
            any(h not in draft.hamlets for h in hamlets)
            and draft.hamlets
            and (piece.line > draft.line or not draft.bunches)
        ):
            return True
        if (
            piece.line > self._line
            and self._full_entry(piece.line)
            and any(b.told and b.codes for b in draft.bunches)
        ):
            return any(m.named for m in self._named_in(piece.line)) or any(b.named for b in draft.bunches)
        clock = next((i for i in early if i.has("clock")), None)
        return bool(mentions and clock is not None and draft.clock and clock.value != draft.clock)

    def _open(self, piece: Piece) -> None:
        """Begins the next assistance; what was told before all of them holds for it too."""
        before = self._draft
        new = copy.deepcopy(self._header) if len(self.drafts) else Draft()
        new.bunches, new.parts, new.line = [], [], piece.line
        new.day = before.day
        if piece.has("day"):
            new.day, new.part, new.clock = None, None, None
        if piece.has("hamlet") or _places(piece):
            new.hamlets, new.places, new.unlisted = [], [], False
        if any(_part(i) for i in piece.items):
            new.part, new.clock = None, None
        self.drafts.append(new)

    def _set(self, draft: Draft, piece: Piece, *, spoken: bool) -> None:
        """Day, time, place, minutes and numbers of the piece."""
        for item in piece.items:
            if item.has("day") and (draft.day is None or item.value.exact):
                draft.day = item.value
            if _part(item) and draft.part is None:
                draft.part = _part(item)
            if item.has("clock") and draft.clock is None:
                draft.clock = item.value
            if item.has("hamlet"):
                draft.hamlets.append(item.value)
                draft.unlisted = draft.unlisted or item.has("unlisted")
            if item.has("dossiers"):
                draft.dossiers = (draft.dossiers or 0) + item.value
            if item.has("payments"):
                draft.payments = (draft.payments or 0) + item.value
        draft.places += [i.tags["places"] for i in _places(piece)]
        told = piece.has("day", "part", "clock", "hamlet", "minutes", "dossiers", "payments") or bool(_places(piece))
        draft.settings += told
        if spoken and (piece.has("hamlet") or _places(piece)):
            draft.located = True
        minutes = next((i for i in piece.all("minutes")), None)
        if minutes is not None:
            self._minutes(draft, minutes)
        if not spoken and not draft.bunches:
            self._header = copy.deepcopy(draft)

    def _minutes(self, draft: Draft, item: Item) -> None:
        if draft.minutes is not None and len(draft.bunches) > draft.minutes_at:
            new = copy.deepcopy(draft)
            new.bunches = draft.bunches[draft.minutes_at :]
            draft.bunches = draft.bunches[: draft.minutes_at]
            new.parts, new.minutes = [], None
            self.drafts.append(new)
            draft = new
        if draft.minutes is None:
            draft.minutes, draft.minutes_at = int(item.value), len(draft.bunches)
            draft.each = item.has("each")

    # --- people, contents, results --------------------------------------------------------------------------

    def _people(self, draft: Draft, piece: Piece, mentions: Sequence[Mention], codes: list[str]) -> None:
        result = _result(piece, mentions)
        mentions = _first_told(mentions, draft)
        draft.kins |= {m.kin for m in mentions if m.kin}
        if piece.has("total") and mentions and not codes:
            draft.total, draft.total_roughly = mentions[0].n, mentions[0].roughly
        elif mentions and codes:
            self._people_and_codes(draft, piece, mentions, codes, result)
        elif mentions:
            self._people_alone(draft, piece, mentions, result)
        elif piece.has("rest") and codes:
            draft.bunches.append(Bunch(None, told=True, rest=True, codes=codes, result=result))
        elif codes:
            self._codes_alone(draft, codes, result)
        elif result:
            self._result_alone(draft, piece, result)

    def _people_and_codes(
        self, draft: Draft, piece: Piece, mentions: Sequence[Mention], codes: list[str], result: str | None
    ) -> None:
        current = draft.bunches[-1] if draft.bunches else None
        new = _bunch(mentions, codes, result, attended=piece.has("attended"))
        if current is not None and not current.told and piece.before != "\n":
            new.codes = [*current.codes, *(c for c in codes if c not in current.codes)]
            draft.bunches[-1] = new
            return
        if current is not None and current.codes and current.told:
            smaller = new.n is not None and current.n is not None and new.n < current.n
            if piece.has("subset") and smaller and not new.named:
                new.subset = True
                if set(codes) <= set(current.codes):
                    if result:
                        draft.parts.append(Part(new.n, result))
                    return
            elif (
                smaller
                and set(codes) <= set(current.codes)
                and result not in (None, "xong")
                and not current.result
                and not new.named
            ):
                draft.parts.append(Part(new.n, result or ""))
                return
        draft.bunches.append(new)

    def _people_alone(self, draft: Draft, piece: Piece, mentions: Sequence[Mention], result: str | None) -> None:
        current = draft.bunches[-1] if draft.bunches else None
        new = _bunch(mentions, [], result, attended=piece.has("attended"))
        if result is not None:
            self._people_with_result(draft, new, result)
        elif current is None or (piece.before == "\n" and not current.told):
            draft.bunches.append(new)
        elif not current.told:
            for bunch in draft.bunches:
                if not bunch.told:
                    new.codes = [*new.codes, *(c for c in bunch.codes if c not in new.codes)]
            draft.bunches = [b for b in draft.bunches if b.told]
            draft.bunches.append(new)
        elif (
            piece.has("subset") or piece.before == "(" or (current.n is not None and not current.named and new.named)
        ):
            return  # some of those just counted
        elif piece.has("adding") or (new.named and current.named) or (new.specific and current.specific):
            current.n = None if current.n is None or new.n is None else current.n + new.n
            current.roughly = current.roughly or new.roughly
        elif new.n is not None and current.n is not None and any(m.groups for m in mentions) and new.n <= current.n:
            return
        elif new.n is not None and new.n >= sum(b.n or 0 for b in draft.bunches if b.told):
            draft.total, draft.total_roughly = new.n, new.roughly
        else:
            draft.doubts.add("people")

    @staticmethod
    def _people_with_result(draft: Draft, new: Bunch, result: str) -> None:
        current = next((b for b in reversed(draft.bunches) if b.told), None)
        loose = draft.bunches[-1] if draft.bunches and not draft.bunches[-1].told else None
        if current is None and loose is not None and new.named:
            loose.n, loose.told, loose.named, loose.result = new.n, True, True, result
        elif current is not None and (
            (new.named and current.named) or (current.result and current.n is not None and not draft.parts)
        ):
            new.codes, new.result = list(current.codes), result
            draft.bunches.append(new)
        elif current is None and new.named:
            new.result = result
            draft.bunches.append(new)
        else:
            draft.parts.append(Part(new.n, result, rest=new.rest))

    @staticmethod
    def _codes_alone(draft: Draft, codes: Sequence[str], result: str | None) -> None:
        if not draft.bunches:
            draft.bunches.append(Bunch())
        draft.bunches[-1].add_codes(codes)
        if result:
            draft.bunches[-1].result = result

    def _result_alone(self, draft: Draft, piece: Piece, result: str) -> None:
        """ "xong hết", "còn lại hẹn mai", "hẹn thứ 5" after "1 người chưa xong"."""
        current = draft.bunches[-1] if draft.bunches else None
        if piece.has("rest"):
            draft.parts.append(Part(None, result, rest=True))
        elif draft.parts and not piece.has("everybody"):
            if ORDER.index(result) < ORDER.index(draft.parts[-1].result):
                draft.parts[-1].result = result
        elif current is not None and current.result and not piece.has("everybody"):
            if ORDER.index(result) < ORDER.index(current.result):
                current.result = result
        elif current is not None and len(draft.bunches) > 1 and any(b.result for b in draft.bunches):
            current.result = result
        else:
            draft.parts.append(Part(None, result))
            if piece.has("everybody"):
                self._all_done = result

    def _finish(self) -> list[Draft]:
        """The assistances that were told, contents shared where they were told once for several."""
        told = [
            d
            for d in self.drafts
            if d.bunches or d.parts or d.total is not None or d.dossiers or d.weak_told or d.payments
        ]
        for n, draft in enumerate(told):
            if not draft.codes:
                near = next((d for d in (*told[n + 1 :], *reversed(told[:n])) if d.codes), None)
                if near is not None and draft.bunches:
                    draft.bunches[-1].add_codes(near.codes)
            if self._all_done and not draft.parts and not any(b.result for b in draft.bunches):
                draft.parts.append(Part(None, self._all_done))
        return told


def _part(item: Item) -> str | None:
    return item.tags.get("part") or None


def _places(piece: Piece) -> list[Item]:
    """The places of a piece, but for those that only tell the way."""
    out = []
    for i, item in enumerate(piece.items):
        if item.has("places") and not item.has("people", "results") and not (i and piece.items[i - 1].has("beside")):
            out.append(item)
    return out


def _bunch(mentions: Sequence[Mention], codes: list[str], result: str | None, *, attended: bool) -> Bunch:
    n: int | None = 0
    for mention in mentions:
        n = None if n is None or mention.n is None else n + mention.n
    return Bunch(
        n, told=True, roughly=any(m.roughly for m in mentions), named=any(m.named for m in mentions),
        specific=all(bool(m.kin) for m in mentions), attended=attended, codes=list(codes), result=result,
    )  # fmt: skip


def _result(piece: Piece, mentions: Sequence[Mention]) -> str | None:
    """How it went, if the piece says so."""
    results = [i.tags["results"] for i in piece.all("results")]
    if results:
        return min(results, key=ORDER.index)
    last = piece.items[-1] if piece.items else None
    if last is not None and mentions and not piece.has(*DOING):
        for tag, result in (("not_yet", "hen_lai"), ("could", "xong"), ("could_not", "khong_duoc")):
            if last.has(tag):
                return result
        if piece.has("hindrance"):
            return "khong_duoc"
    return None


def _first_told(mentions: Sequence[Mention], draft: Draft) -> list[Mention]:
    """Without those only pointed to ("chị", "bà") after they were named."""
    known = set(draft.kins) if any(b.told for b in draft.bunches) or draft.weak_told else set()
    out: list[Mention] = []
    for mention in mentions:
        if mention.bare and not mention.named and (known or any(b.told for b in draft.bunches)):
            continue
        known |= {mention.kin} if mention.kin else set()
        out.append(mention)
    return out


def _groups(piece: Piece) -> set[str]:
    """Groups told beside the people; selling things is no group when it is what was taught."""
    items = [i for i in piece.all("groups") if not (i.has("act", "thing") and piece.has("thing"))]
    return {i.tags["groups"] for i in items}
