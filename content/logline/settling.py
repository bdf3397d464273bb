"""Puts the pieces of a message together: which people belong to which contents and results, and where one
assistance ends and the next begins.
"""

import copy
from collections.abc import Sequence
from itertools import pairwise

from content.logline.codes import FROM_AFAR
from content.logline.counting import DOING
from content.logline.doing import MATTER, DoingReader
from content.logline.drafts import Draft, without_heading
from content.logline.items import Item
from content.logline.lot import Part
from content.logline.lots import Lots
from content.logline.mention import Mention
from content.logline.pieces import Piece
from content.logline.relatives import with_relatives
from content.logline.roles import at_home, done_by_us, helped
from content.logline.saying import Said, here, result_of, went_on_to
from content.logline.whereabouts import part_of, places_of, subjects_of

APART = (";", "\n", ".")
"""Marks after which somebody in the same hamlet is told of for himself."""
ALL = "deu"
"""Begins what came of it for everybody: "đều xong"."""
LISTED = (",", "", "+", "&", "/", ":")
"""Marks after which a list goes on."""


class Settling:
    """Reads the pieces of one message one after the other."""

    def __init__(self, doing: DoingReader, pieces: Sequence[Piece]) -> None:
        self._doing = doing
        self._pieces = pieces
        self._place = {id(piece): n for n, piece in enumerate(pieces)}
        self._line = self._subset = -1
        self._kept: set[str] = set()
        self._header = Draft()
        self._of_all = True
        """Whether the head was told before everything else."""
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

    def _after(self, piece: Piece) -> Piece | None:
        later = self._place[id(piece)] + 1
        return self._pieces[later] if later < len(self._pieces) else None

    def _before(self, piece: Piece) -> Piece | None:
        at = self._place[id(piece)]
        return self._pieces[at - 1] if at else None

    def _was_the_matter(self, piece: Piece) -> bool:
        """Whether what failed is what help was asked for: "không vào được VNeID, em lấy lại cho"."""
        if piece.has("help", "everybody", "rest") or any((m.n or 2) > 1 for m in piece.mentions):
            return False
        after = self._after(piece)
        while after is not None and after.line == piece.line:
            if after.has("help") or (after.items[0].has("me") and after.has(*DOING)):
                return True
            if after.has("results"):
                more = after.mentions or after.has("rest", "everybody") or (piece.mentions and self._draft.told.lots)
                return not more and result_of(after, []) == "xong"
            after = self._after(after)
        return False

    def _bracket_of_us(self, piece: Piece) -> bool:
        """Whether the brackets tell who helped: "tổ 3 (em, chị Hoa, anh Bình)"."""
        at = self._place[id(piece)]
        while at and self._pieces[at].inside and self._pieces[at].before != "(":
            at -= 1
        return self._pieces[at].inside and len(self._pieces[at].items) == 1 and self._pieces[at].has("me")

    def _with_us(self, piece: Piece) -> bool:
        """Whether those it begins with are joined to the writer, who helped: "em và anh Dũng"."""
        at = self._place[id(piece)]
        us = self._pieces[at - 1].items if at and piece.joined and piece.items[0].has("people") else []
        return bool(us) and us[-1].has("me", "speaker") and not any(i.has("help", "on_behalf", "belongs") for i in us)

    def _sum_of_all(self, this: Said) -> bool:
        """Whether the sum of several assistances is told: "thôn 3 4 người, thôn 5 2 người, tổng 6"."""
        told = [draft.told.whole() for draft in self.drafts if draft.told.lots]
        if len(told) < 2 or this.codes or not (this.piece.has("total") and this.mentions):
            return False
        if None in told or sum(n or 0 for n in told) != this.mentions[0].n:
            self._draft.told.doubts.add("people")
        return True

    def _leads(self, piece: Piece) -> bool:
        """Whether a piece that tells only where or when is the head of what comes next."""
        following = self._after(piece)
        return following is not None and following.has("people", *DOING) and not following.has("hamlet", "subset")

    def _named_in(self, line: int) -> list[Mention]:
        return [m for p in self._pieces if p.line == line for m in p.mentions if m.named]

    def _full_entry(self, line: int) -> bool:
        """Whether a line tells both of people and of what was done."""
        pieces = [p for p in self._pieces if p.line == line]
        return any(p.mentions for p in pieces) and any(p.has(*DOING) for p in pieces)

    def _take(self, piece: Piece) -> None:
        draft = self._draft
        mentions = helped(piece, self._after(piece), anybody=bool(draft.told.lots), families=draft.families)
        if mentions and mentions[0].named and self._with_us(piece) and mentions[0] is piece.mentions[0]:
            mentions = mentions[1:]
        known = draft.told.lots or draft.told.total or piece.index("people") < piece.index("subset")
        if piece.has("subset") and known:  # but "mức 2 hôm nay gồm: bác Tính, chị Gấm"
            self._subset = piece.sentence
        goes_on = piece.before in LISTED or piece.joined
        codes, self._kept = self._doing.codes(here(piece), self._kept if goes_on else set())
        if self._parts_here(piece, [m for m in mentions if not m.weak or m.named or at_home(piece, m)], codes):
            self._open(piece)
        this = self._said(piece, with_relatives(piece, self._before(piece), mentions, codes, self._draft.told), codes)
        draft = self._draft
        draft.line = draft.line if draft.told.any else piece.line
        draft.told.everybody.take(piece, alone=len(self.drafts) == 1)
        self._set(draft, piece, spoken=bool(this.mentions or this.codes))
        draft.helped = draft.helped or piece.has("help", "act") or done_by_us(piece)
        owners = this.mentions or draft.told.lots  # "cháu đích tôn của cụ Khoan"
        draft.take_groups(piece, [*this.mentions, *(m for m in this.weak if not (owners and m.kin and m.n == 1))])
        draft.take_keeper(piece, this.mentions)
        if {"nop_ho_so", MATTER} & set(this.codes):
            draft.procedures += [i.tags["procedure"] for i in piece.all("procedure")]
        draft.subjects |= subjects_of(piece)
        if len(draft.subjects) > 1 and not draft.told.lots:
            draft.told.doubts.add("people")  # "nhà bác Tám: bác trai cài VNeID, bác gái cài VssID"
        if this.codes and not mentions and (piece.has("hamlet") or places_of(piece)):
            draft.place_of_all = True
        if not self._sum_of_all(this):
            draft.told.take(this)
        everybody = piece.has("everybody") or any(i.tokens[0].key == ALL for i in piece.all("results"))
        everybody = everybody and not self._all_of_these(piece)
        if everybody and not this.mentions and draft.told.parts and draft.told.parts[-1].n is None:
            self._all_done = draft.told.parts[-1].result

    def _all_of_these(self, piece: Piece) -> bool:
        """Whether all of so many are meant who were told of last: "hôm nay 2 người nộp hồ sơ, xong cả 2"."""
        figures = [int(t.key) for i in piece.all("everybody") for t in i.tokens if t.number]
        return bool(figures) and figures[-1] == self._draft.told.whole()

    def _said(self, piece: Piece, mentions: list[Mention], codes: list[str]) -> Said:
        """What the piece says of those who were helped."""
        stood_by = bool(piece.mentions) and not mentions and piece.has("bystander")
        refused = stood_by and any(m.n is not None for m in piece.mentions)
        if refused and any(lot.urged for lot in self._draft.told.lots[-1:]):
            self._draft.told.doubts.add("people")  # "vận động 10 người cài VNeID, 2 người không chịu"
        ours = piece.inside and self._bracket_of_us(piece)
        detail = bool(self._draft.dossiers) and piece.inside and piece.has("counting", "told_after")
        strong = [] if ours or detail else [m for m in mentions if not m.weak]  # "11 hồ sơ (8 khai sinh, 3 khai tử)"
        weak = [] if ours else [m for m in mentions if m.weak]
        sent = self._draft.told.lots and any(m.counted for m in mentions) and went_on_to(piece)
        codes = [] if stood_by or sent else codes
        mine = [i.value for i, then in pairwise(piece.items) if i.has("people") and i.has("me") and then.has("help")]
        couple = [m for m in weak if m.bare and m.n == 1 and m not in mine]
        if couple and not strong and not codes and any((lot.n or 0) > 1 for lot in self._draft.told.lots):
            strong = couple  # one of those told before
        result = None if stood_by else result_of(piece, strong)
        if result not in (None, "xong") and self._was_the_matter(piece):
            result = None
        heads = self._heads(piece)
        return Said(piece, strong, weak, codes, result, self._subset == piece.sentence, heads)

    def _heads(self, piece: Piece) -> bool:
        """Whether what was done for those it ends with is told behind others of a row, or behind their age: "chị Hoa
        với chị Lan cài", "bà Mười, 82 tuổi, cài".
        """
        if piece.chained:
            return False  # the row has its head before
        after = self._after(piece)
        while after is not None and after.chained and not after.has(*DOING):
            after = self._after(after)
        if after is not None and after.chained:
            return True
        while after is not None and all(item.has("groups") and not item.has("people") for item in after.items):
            after = self._after(after)
        if after is None or after.before != "," or not after.has(*DOING) or after.has("people", "me", "help"):
            return False
        return piece.items[-1].has("people") and not piece.has(*DOING)

    # --- one assistance or the next -------------------------------------------------------------------------

    def _parts_here(self, piece: Piece, mentions: Sequence[Mention], codes: Sequence[str]) -> bool:
        """Whether the piece begins another assistance."""
        draft = self._draft
        if not draft.told.any or self._all_again(mentions, codes):
            return False
        if self._another_time(piece, mentions) or self._another_place(piece, mentions, codes):
            return True
        if piece.line > self._line and self._full_entry(piece.line) and draft.told.codes:
            named = any(lot.named for lot in draft.told.lots) or bool(draft.told.aside and draft.told.aside.named)
            return named or any(m.named for m in self._named_in(piece.line))
        return False

    def _all_again(self, mentions: Sequence[Mention], codes: Sequence[str]) -> bool:
        """Whether the sum of those told of is told: "app tỉnh 4, gọi video 3, ở nhà văn hóa, 7 bà"."""
        lots, whole = self._draft.told.lots, self._draft.told.whole()
        return len(lots) > 1 and not codes and len(mentions) == 1 and whole is not None and mentions[0].n == whole

    def _another_time(self, piece: Piece, mentions: Sequence[Mention]) -> bool:
        """Whether another day, part of the day or hour is told of before anybody."""
        draft, first = self._draft, piece.index("people", *DOING)
        pointed = bool(mentions) and all(m.bare and m.kin in draft.told.kins for m in mentions)
        timed = draft.part or draft.clock or draft.day
        if pointed and (not draft.told.codes or (not timed and piece.has("me", "speaker"))):
            return False  # "chú Thìn mới vô bờ, tối nay tui tới nhà cài cho chú"
        if piece.has("minutes") and draft.minutes and draft.told.codes and mentions and piece.has(*DOING):
            return True  # "ông Năm 20 phút, rồi bà Tư 15 phút"
        early = [i for n, i in enumerate(piece.items) if n < first or not mentions]
        day = next((i.value for i in piece.all("day")), None)
        if day is not None and draft.day is not None and day.date != draft.day.date:
            return True
        if any(part_of(i) and draft.part and part_of(i) != draft.part for i in early):
            return True
        again = len(mentions) == 1 and piece.has("everybody") and mentions[0].n == draft.told.whole()
        if mentions and not again and any(part_of(i) for i in early) and not draft.part and not draft.clock:
            return True
        hour = next((i.value for i in piece.all("clock")), None)
        next_hour = hour is not None and draft.clock and hour != draft.clock and draft.told.codes
        if next_hour and self._leads(piece):
            return True
        others = any(m.n == 1 and m.kin and m.kin not in draft.told.kins for m in piece.mentions)
        if next_hour and others and piece.has(*DOING):
            return True  # "9h chi nga muc 2; 10h ba hoi vssid"
        clock = next((i for i in early if i.has("clock")), None)
        return bool(mentions and clock is not None and draft.clock and clock.value != draft.clock)

    def _another_place(self, piece: Piece, mentions: Sequence[Mention], codes: Sequence[str]) -> bool:
        """Whether another hamlet, house or place is told of, with somebody or at the head of what comes next."""
        draft = self._draft
        hamlets, places = [i.value for i in piece.all("hamlet")], [i.tags["places"] for i in places_of(piece)]
        new = [m for m in mentions if not (m.who and m.who in draft.told.names)]
        whom = any(m.named or (m.n is not None and not m.bare) or at_home(piece, m) for m in new)
        if whom and (hamlets or places) and draft.located:
            if hamlets != draft.hamlets[-1:] or (bool(places) and places[:1] != draft.places[:1]):
                return True
            owner = draft.told.aside if draft.told.codes and codes and places else None
            if owner is not None and any(m.weak and (m.who, m.kin) != (owner.who, owner.kin) for m in mentions):
                return True  # "nhà bà Tư cài VNeID, nhà ông Năm cài VssID"
        own = whom and codes and draft.told.codes
        if own and hamlets and draft.hamlets and hamlets[0] not in draft.hamlets:
            return True  # "hai việc ở thôn 3: chỉ cô Vóc ..., rồi qua thôn 4 cài VNeID cho cậu Thạo"
        if own and hamlets == draft.hamlets[-1:] != [] and mentions[0].named and piece.before in APART:
            return True  # "ấp 3 chị Thảo ...; ấp 3 anh Tín ..."
        if (
            own
            and mentions[0].named
            and piece.before in APART
            and places
            and draft.places
            and places[0] not in draft.places
        ):
            return True  # "Một cửa: 5 người nộp hồ sơ. Nhà bà Út: mức 2"
        again = piece.joined and bool(mentions) and mentions[0].named  # "gọi anh Khải ... rồi gọi chị Thơ"
        if own and FROM_AFAR in places and (again or FROM_AFAR not in draft.places):
            return True  # "mức 2 cho 2 bác, gọi điện thêm 1 chị chỉ cách lấy lại mật khẩu"
        if not self._leads(piece):
            return False
        if draft.hamlets and any(h not in draft.hamlets for h in hamlets):
            return True
        there = places[:1] != draft.places[:1] and places and draft.places
        return bool(there and draft.told.codes and not codes and piece.before in APART)  # "Chợ: ... Một cửa: ..."

    def _open(self, piece: Piece) -> None:
        """Begins the next assistance; what was told before all of them holds for it too."""
        before = self._draft
        new = copy.deepcopy(self._header) if len(self.drafts) else Draft()
        new.told, new.line = Lots(), piece.line
        new.day = before.day
        if piece.has("day") and before.hamlet_leads:
            new.hamlets, new.unlisted, new.hamlet_leads = list(before.hamlets), before.unlisted, True
        if piece.has("day"):
            new.day, new.part, new.clock = None, None, None
        if (
            piece.has("hamlet")
            or places_of(piece)
            or (piece.has("day") and not self._of_all and not new.hamlet_leads)
        ):
            new.hamlets, new.places, new.unlisted = [], [], False
        if any(part_of(i) or i.has("clock") for i in piece.items):
            new.part, new.clock = None, None
        elif piece.line == before.line and not piece.has("day") and before.clock is None:
            new.part = new.part or before.part  # "sáng nay 5 người ở thôn 3, 2 người ở thôn 5"
        self.drafts.append(new)

    def _of_the_head(self, draft: Draft) -> bool:
        """Whether its hamlet is only that of the first one: "sáng - ấp Kinh - ...; chiều - ấp Rạch - ..."."""
        return len(self.drafts) > 1 and not draft.told.any and draft.hamlets == self._header.hamlets

    def _set(self, draft: Draft, piece: Piece, *, spoken: bool) -> None:
        """Day, time, place, minutes and numbers of the piece."""
        for item in piece.items:
            if item.has("day") and (draft.day is None or item.value.exact):
                draft.day = item.value
            anew = not draft.told.any and spoken
            if part_of(item) and (draft.part is None or anew):
                draft.part = part_of(item)
            if item.has("clock") and (draft.clock is None or anew):
                draft.clock = item.value
            if item.has("hamlet"):
                draft.hamlets = [] if self._of_the_head(draft) else draft.hamlets
                draft.hamlet_leads = draft.day is None and not draft.hamlets
                draft.hamlets.append(item.value)
                draft.unlisted = draft.unlisted or item.has("unlisted")
            if item.has("dossiers") and not (draft.dossiers and piece.has("results")):  # "22 hồ sơ, 2 hồ sơ trả lại"
                draft.dossiers = (draft.dossiers or 0) + item.value
                draft.each |= {"dossiers"} if piece.has("each") else set()
            if item.has("payments"):
                draft.payments = (draft.payments or 0) + item.value
                draft.each |= {"payments"} if piece.has("each") else set()
        if spoken and piece.index("people", *DOING) < piece.index("part"):
            draft.time_of_all = True
        draft.places += [i.tags["places"] for i in places_of(piece)]
        told = piece.has("day", "part", "clock", "hamlet", "minutes", "dossiers", "payments") or bool(
            places_of(piece)
        )
        draft.settings += told
        if spoken and (piece.has("hamlet") or places_of(piece)):
            draft.located = True
        minutes = next((i for i in piece.all("minutes")), None)
        if minutes is not None:
            self._minutes(draft, minutes, own=spoken and piece.has("people"))
        if not spoken and not draft.told.any:
            self._header, self._of_all = copy.deepcopy(draft), len(self.drafts) == 1

    def _minutes(self, draft: Draft, item: Item, *, own: bool) -> None:
        """How long it took; told again, of those told of since. `own`: told together with those it took."""
        told = draft.told
        if draft.minutes is not None and len(told.lots) > draft.minutes_at:
            new = copy.copy(draft)
            new.told = Lots()
            new.told.lots = told.lots[draft.minutes_at :]
            new.told.parts = [p for p in told.parts if p.lot in new.told.lots]
            told.lots = told.lots[: draft.minutes_at]
            told.parts = [p for p in told.parts if p not in new.told.parts]
            new.minutes = None
            self.drafts.append(new)
            draft = new
        if draft.minutes is None:
            draft.minutes, draft.minutes_at = int(item.value), len(draft.told.lots) + own
            draft.each |= {"minutes"} if item.has("each") else set()

    def _finish(self) -> list[Draft]:
        """The assistances that were told, contents shared where they were told once for several."""
        told = [d for d in self.drafts if d.told.any or d.dossiers or d.payments]
        if len(told) > 1:  # "làm được hai việc: sáng ..., chiều ..."
            told = [d for d in told if d.told.lots or d.told.codes or d.told.aside or d.dossiers or d.payments]
            without_heading(told)
        for n, draft in enumerate(told):
            if not draft.told.codes:
                near = next((d for d in (*told[n + 1 :], *reversed(told[:n])) if d.told.codes), None)
                if near is not None:
                    if not draft.settings and all(lot.named for lot in draft.told.lots):
                        draft.told.doubts.add("people")  # "nghe cô Ba nói, ...": perhaps not helped at all
                    draft.told.share(near.told.codes)
                    if near.place_of_all and not draft.hamlets and not draft.places:
                        draft.hamlets, draft.places = list(near.hamlets), list(near.places)
            self._share_time(told, n)
            if self._all_done and not draft.told.parts and not any(lot.result for lot in draft.told.lots):
                draft.told.parts.append(Part(None, self._all_done))
        return told

    @staticmethod
    def _share_time(told: Sequence[Draft], n: int) -> None:
        """A time told once after several assistances of a sentence holds for all of them."""
        draft, later = told[n], told[n + 1 :]
        last = next((d for d in later if d.time_of_all), None)
        if last is None or draft.day not in (None, last.day):
            return
        if all(d.part is None and d.clock is None for d in told[n:] if d is not last):
            draft.part, draft.day = last.part, last.day
