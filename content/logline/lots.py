"""The people of one assistance, gathered in lots: who was told of together, with what was done for them."""

from collections.abc import Sequence
from dataclasses import replace

from content.logline.accounts import left_over
from content.logline.counting import DOING
from content.logline.doing import BARE
from content.logline.lot import (
    Lot,
    Part,
    added,
    given_again,
    goes_on,
    half_of,
    lot_of,
    not_each,
    only,
    other_kind,
    other_one,
    so_many_each,
    some_of_them,
    with_us,
)
from content.logline.mention import Mention
from content.logline.saying import Said, stronger
from content.logline.told import Told

APART = "rieng"
"""Before some of those told of."""


class Lots(Told):
    """Takes what the pieces of one assistance say, one after the other."""

    def take(self, this: Said) -> None:
        """Adds what a piece says."""
        if this.mentions or this.codes or not this.result:
            self.settle()
        self._note_asker(this)
        houses = next((m for m in this.weak if m.household and m.counted), None)
        self.aside = houses or self.aside or next(iter(this.weak), None)
        self.families = self.families or any(m.household for m in this.weak)
        self.doubts |= {"results"} if this.piece.has("mixed") else set()
        self.stray = self.stray or left_over(this.piece.items)
        if (this.piece.joined or this.piece.before in ("+", "&")) and this.piece.items[0].has("num") and self.lots:
            self.doubts.add("people")  # "3 cô giáo + 1 ...": one of somebody
        if this.codes and this.failed and self.codes:
            this = replace(this, codes=[])
        again = [m for m in this.mentions if m.who and m.who in self.names]
        mentions = self._new([m for m in this.mentions if m not in again], this)
        if so_many_each(this.piece, mentions, self.lots):
            self.doubts.add("people")
        mentions = not_each(this.piece, mentions, self.lots, went=bool(this.result))
        if mentions and mentions[0].topic and self._apart(mentions[0].kin, this):
            pass  # his lot has it now
        elif mentions:
            lot = lot_of(this, mentions)
            self.accounts.append(replace(lot, codes=list(lot.codes)))
            lot.subset = False
            self._people(lot, this)
            self.accounts[-1].subset |= lot.subset
        elif again and this.result:
            self.parts.append(Part(sum(m.n or 0 for m in again), this.result))
        elif this.piece.has("rest") and this.codes:
            self.lots.append(Lot(None, rest=True, codes=list(this.codes), result=this.result))
        elif this.codes:
            self._done(this)
        elif this.result:
            self.doubts |= {"results"} if some_of_them(this.piece) else set()
            self._went(this, this.result)
        self.names |= {m.who for m in mentions if m.who}.union(*(m.names for m in mentions))
        self.kins |= {m.kin for m in mentions if m.kin}
        self.parts += [Part(m.of, this.result or "xong") for m in mentions if m.of is not None]

    def _one_of_them(self, kin: str) -> Lot | None:
        """The one told of before whom that word can mean alone."""
        single = [lot for lot in self.lots if lot.n == 1 and lot.named]
        known = [lot for lot in single if any(kin in told.split() for told in lot.kins)]
        return known[0] if len(known) == 1 else None

    def _apart(self, kin: str, this: Said) -> bool:
        """Whether what was done for one told of apart belongs to somebody told of before: "còn chú thì ..."."""
        known = self._one_of_them(kin)
        if known is not None and this.codes:
            known.add_codes(this.codes)
            known.result = this.result or known.result
            return True
        if any(lot.codes and lot.n != 1 for lot in self.lots):
            self.doubts.add("people")  # "hai chị em: cô chị khai thuế, cô em thì lập shop"
        return False

    def _note_asker(self, this: Said) -> None:
        """Asks whether one only pointed to was helped as well: "ba hoi vssid, chi nga muc 2"."""
        if self.asker and any(m.named and m.kin != self.asker for m in this.mentions) and this.codes:
            self.doubts.add("people")
        if this.codes and not this.mentions and not self.lots and all(m.bare and m.n == 1 for m in this.weak):
            self.asker = next((m.kin for m in this.weak), "")

    def settle(self) -> None:
        """Asks who those are of whom nothing more was told."""
        if self.unsettled:
            self.doubts.add("people")
        self.waiting, self.unsettled = None, False

    def _new(self, mentions: Sequence[Mention], this: Said) -> list[Mention]:
        """Without those only pointed to ("chị", "bà") or told of vaguely ("các em ấy") after they were told of."""
        counted = any(lot.n is not None and lot.codes for lot in self.lots)
        new_codes = set(this.codes) - set(self.lots[-1].codes if self.lots else self.loose)
        pointed = bool(this.result) and all(m.weak for m in this.mentions)
        out: list[Mention] = []
        for n, mention in enumerate(mentions):
            if mention.n is None and not mention.unsure and any(m.n is not None for m in mentions[n + 1 :]):
                continue
            known = bool(self.lots or out)
            single = len(mentions) == 1 and bool(this.codes)
            if single and other_one(mention, self.kins) and all(lot.n == 1 and lot.codes for lot in self.lots):
                out.append(replace(mention, named=True, bare=False, topic=True))
                continue
            if mention.bare and not pointed and known and (not mention.named or mention.kin in self.kins):
                family = self.lots[-1] if self.lots and not mention.weak else None
                if family is not None and family.n is None and family.named and mention.kin in family.kins:
                    family.n = 1  # "gia đình bà Vẽ thuộc diện hộ nghèo; tôi mở giúp bà tài khoản"
                continue
            if mention.bare and not pointed and self.lots and self.lots[-1].pair:
                continue  # "hai vợ chồng, ông 80 bà 78"
            if mention.n is None and not mention.unsure and (out or (counted and not new_codes)):
                continue
            alike = mention.named and not mention.cased and mention.kin in self.kins
            listed = this.piece.chained and not (self.lots and self.lots[-1].cased)
            once_more = alike and not (mention.topic or listed)
            more = any(item.bare() for item in this.piece.items)
            told = len(this.piece.items) > 1 and (more or not mention.known)  # but "a son, a hai, c ly"
            if once_more and told and not (mention.counted or this.codes or this.piece.has("adding")):
                continue  # "bác suýt bấm link", "bác vui lắm"
            out.append(replace(mention, unsure=True) if once_more else mention)  # "hẹn ông quay lại", or another one
        return out

    # --- people ---------------------------------------------------------------------------------------------

    def _people(self, lot: Lot, this: Said) -> None:
        last = self.lots[-1] if self.lots else None
        if this.piece.has("total") and not lot.codes:
            self.total = lot
        elif last is None:
            if not lot.codes or this.piece.before != "\n":
                lot.codes, self.loose = [*self.loose, *(c for c in lot.codes if c not in self.loose)], []
            self.lots.append(lot)
        elif lot.unitless and any(other.named for other in self.lots):
            self.doubts.add("people")  # "chị Dậu nhờ nộp cho 3 con: 2 khai sinh, 1 bhyt"
            self.lots.append(lot)
        elif this.piece.has("agreed") and not last.bare and not lot.named and (lot.n or 0) <= (last.n or 0):
            lot.codes = lot.codes or list(last.codes)  # "vận động 5 người cài VNeID, có 3 người chịu làm"
            self.lots[-1] = lot
        elif this.piece.before == "(" and lot.named and last.named and lot.bare:
            return  # "cháu Minh (con chị Sâm)"
        elif self._among(lot, last, this):
            self._some(lot, last)
        elif given_again(lot, self.lots, this.piece):
            last.add_codes(lot.codes)  # "vợ chồng anh Hòa muốn tách hộ, mình nộp hồ sơ giúp hai người"
        elif lot.codes:
            self._with_codes(lot, last, this)
        elif lot.result:
            self._with_result(lot, last, lot.result)
        elif lot.could and last.codes and not (last.result or lot.named) and (lot.n or 0) <= (last.n or 0):
            self.parts.append(Part(lot.n, "xong", lot=last))  # "3 bác quên mật khẩu, lấy lại được 2"
        else:
            self._alone(lot, last, this)

    def _among(self, lot: Lot, last: Lot, this: Said) -> bool:
        """Whether these are some of those told of before: "trong đó 2 cụ", "có 1 người chưa xong"."""
        fewer = lot.n is not None and lot.n <= (self.whole() or 0)
        if this.subset:
            return not lot.named or fewer
        if (
            this.piece.inside
            and fewer
            and not last.inside
            and not last.bare
            and not lot.named
            and not self._lists(lot)
        ):
            return True  # "2 công dân nộp hồ sơ (1 người thanh toán xong, 1 người hẹn lại)"
        apart = this.piece.items[0].key == APART and not lot.named and fewer  # "cả 6 cụ ..., riêng 2 cụ học thêm ..."
        return apart or (this.piece.has("having") and fewer and not last.bare and not lot.named)

    def _lists(self, lot: Lot) -> bool:
        """Whether a list of those counted first goes on in brackets: "3 lượt (VNeID 2, QR 1)"."""
        return self.lots[0].bare and self.lots[0].n is not None and bool(lot.codes)

    def _some(self, lot: Lot, last: Lot) -> None:
        if not lot.result and not lot.codes:
            self.waiting = lot
        if lot.result and lot.n is None and not lot.rest:
            self.doubts.add("results")  # "trong đó vài người hẹn mai"
        elif lot.result:
            within = last.n is not None and lot.n is not None and lot.n <= last.n
            self.parts.append(Part(lot.n, lot.result, lot=last if within and not last.bare else None))
        elif set(lot.codes) - set(last.codes) or last.subset:
            lot.subset = True
            self.lots.append(lot)

    def _with_codes(self, lot: Lot, last: Lot, this: Said) -> None:
        run = self.run
        if run and self._joined_before(lot, run, this):
            last, run = run[-1], []
        if self._of_the_run(lot, run, this) if run else self._again(lot, last, this):
            return
        if last.bare and (this.piece.has("agreed") or last.met):
            last.attended = True
        if lot.result and (self._accounted or self._rest_of(last) == lot.n):
            self.parts.append(Part(lot.n, lot.result, lot=None if self._accounted else last))
            return
        self.lots.append(lot)

    def _joined_before(self, lot: Lot, run: list[Lot], this: Said) -> bool:
        """Whether those told of last had the same done as who stands before them: "làm sổ cho chị Hoa với chị
        Lan, chỉnh chữ cho cụ Lành".
        """
        first = self.lots[-len(run) - 1] if len(self.lots) > len(run) else None
        joined = run[0].chained and all(r.named for r in run) and not lot.chained
        given = this.piece.index(*DOING) < this.piece.index("people") and this.piece.before == ","
        if first is None or not (first.named and first.codes and joined and given):
            return False
        for told in (*run, *self.accounts[-len(run) - 1 : -1]):
            told.codes = list(first.codes)
        return True

    def _of_the_run(self, lot: Lot, run: list[Lot], this: Said) -> bool:
        """Whether these are those told of last, of whom nothing was said yet, or are joined to them."""
        n, _ = added(run)
        vague = run[0].n is None and not (run[0].named or lot.joined)
        if len(run) == 1 and n is None and (lot.listing or vague) and lot.n is not None:
            self.lots[-1] = lot  # "gia đình cụ Mão: cụ ông và cụ bà ...", "phụ các em, hướng dẫn 6 người"
            return True
        aside = self.aside.n or 0 if self.aside and self.aside.named else 0
        again = n is not None and (lot.n or 0) > 1 and not lot.named and lot.n in (n, n + aside)
        others = len(run) == 1 and other_kind(run[0], lot)
        if again and (not lot.joined or len(run) > 1) and not others:
            self.lots[-len(run) :] = [lot]  # "bà Tư, ông Năm, cài cho hai ông bà"
            return True
        one = len(run) == 1 and run[0].n == 1 and not (run[0].named or run[0].specific or run[0].attended)
        whole = lot.pair and not lot.named and n is not None and n < (lot.n or 0)  # "cài cho hai vợ chồng"
        alone = len(run) == 1 and half_of(run[0], lot.kins) and only(this.piece)  # "nhưng chỉ có cháu được cài"
        both = whole or alone or (len(run) == 1 and n == 1 and half_of(lot, run[0].kins))
        if both or (one and (lot.named or lot.specific) and not lot.joined):
            self.lots[-1] = lot  # "một ca khó: chú Đực ..."
            return True
        if goes_on(run, lot):
            lot.n = None if n is None or lot.n is None else n + lot.n
            lot.unsure = lot.unsure or not lot.chained
            self.lots[-len(run) :] = [lot]
            for told in self.accounts[-len(run) - 1 : -1]:
                told.codes = list(lot.codes)  # "bà Tư lên mức 2, anh Nam, anh Tú nộp hồ sơ"
            return True
        return False

    def _again(self, lot: Lot, last: Lot, this: Said) -> bool:
        """Whether more is told of those told of last, or of some of them."""
        same = set(lot.codes) <= set(last.codes)
        if this.piece.inside and same:
            return True  # "10 người nộp hồ sơ (khai sinh 4, tạm trú 6)"
        if lot.named or lot.n is None or last.n is None:
            return False
        if this.piece.has("everybody") and lot.n == last.n and not lot.result:
            last.add_codes(lot.codes)  # "9 người cài VNeID, 9 người đều đưa thẻ vào ví"
            return True
        if lot.n == last.n != 1 and lot.result and same:
            self.parts.append(Part(lot.n, lot.result, lot=last))  # "8 bác cài ví, quét thử được cả 8 người"
            return True
        went = lot.could or (lot.result is not None and (lot.result != "xong" or lot.unitless))
        if lot.n < last.n and same and went and not last.result:
            self.parts.append(Part(lot.n, lot.result or "xong", lot=last))  # "4 cô nộp hồ sơ, nộp được 3"
            return True
        return False

    def _with_result(self, lot: Lot, last: Lot, result: str) -> None:
        """ "1 người chưa xong": some of those before, or another one with the same done for him."""
        if lot.named and last.named and not last.bare:
            lot.codes = list(last.codes)
            self.lots.append(lot)
            return
        if last.result and last.n is not None and not self.parts and self.total is None:
            first = self.lots[0]
            before = first.n or 0 if first is not last and first.bare else 0
            if last.n + (lot.n or 0) > before:
                lot.codes = list(last.codes)
                self.lots.append(lot)
            else:
                self.parts.append(Part(lot.n, result))
            return
        if self._accounted:
            self.parts.append(Part(lot.n, result))
            return
        if last.could and result != "xong" and not lot.rest:
            self.beyond = last  # "cài được 7 người, 2 người chưa": of those, or two more
        if lot.n is None and not lot.rest and last.n is not None:
            self.doubts.add("results")  # "5 người nộp hồ sơ, có mấy người chưa gửi được"
        within = self.total is None and (lot.n or 0) <= (last.n or 0)
        self.parts.append(Part(lot.n, result, lot=last if within else None))

    def _alone(self, lot: Lot, last: Lot, this: Said) -> None:
        """People told after others, and nothing said of them: those again, some more, or all of them."""
        whole = self.whole()
        if last.bare or (this.heads and lot.named and not lot.listing and last.codes):
            self.lots.append(lot)  # also "12 người cài VNeID, chị Hoa với chị Lan lên mức 2"
        elif (lot.listing or self.everybody.kinds) and not lot.named and lot.n is not None:
            self.everybody.kinds.append(lot.n)
        elif with_us(lot, last, this.piece):
            lot.subset = True
        elif lot.pointing or (not lot.named and lot.n is not None and lot.n == whole):
            return
        elif last.pointing and not lot.named and lot.n is not None:
            last.n, last.pointing = lot.n, False  # "cô giáo nhờ chỉ ký số, em chỉ 3 cô"
        elif last.n is None and lot.n is not None and not lot.named:
            last.n, last.roughly = lot.n, lot.roughly  # "chỉ các cụ gọi video, 14 cụ"
        elif lot.named and last.named:
            self.lots.append(lot)
        elif this.piece.has("adding") or (
            lot.specific and last.specific and (lot.joined or not lot.kins & last.kins)
        ):
            last.n = None if last.n is None or lot.n is None else last.n + lot.n
            last.roughly, last.unsure = last.roughly or lot.roughly, not (lot.chained or this.piece.has("adding"))
        elif lot.named or (lot.grouped and lot.n is not None and whole is not None and lot.n <= whole):
            return  # "3 người nộp hồ sơ: bà Tư, ông Năm, chị Lan"
        else:
            self.waiting, self.unsettled = lot, True

    # --- without people -------------------------------------------------------------------------------------

    def _done(self, this: Said) -> None:
        """What was done, for those told of last, or for those who are told of next."""
        if this.codes == [BARE] and self.codes:
            return  # "quên mật khẩu: 4 người được, 1 người không, VNeID"
        if not self.lots:
            self.loose += [code for code in this.codes if code not in self.loose]
            if this.result:
                self.parts.append(Part(None, this.result))
            return
        if self.lots[-1].inside and not this.piece.inside:
            self.loose += [code for code in this.codes if code not in self.codes]
            return
        if not self.codes and not self.loose:  # "hai chị làm được, một anh không, kích hoạt mức 2"
            for lot in self.lots:
                lot.add_codes(this.codes if lot.result else [])
        run = self.run
        bare = [m for m in this.piece.mentions if m.bare]
        pointed = {m.kin for m in bare if not m.weak} or {m.kin for m in bare}  # "chỉ con chị làm mức 2"
        if len(run) == 1 and half_of(run[0], pointed):
            self.doubts |= set() if only(this.piece) else {"people"}  # "hai bà cháu ra, nhưng chỉ bà cài VNeID"
            self.lots[-1] = replace(run[0], n=1, pair=False)
        alone = self._one_of_them(*pointed) if len(run) > 1 and len(pointed) == 1 else None
        if alone is not None:  # "chú Năm với thím Năm ..., tui cài cho thím, còn chú thì ..."
            alone.add_codes(this.codes)
            alone.result = this.result
            self.passed = [lot for lot in run if lot is not alone]
            return
        if len(run) > 1:
            n, sure = added(run)
            self.doubts |= set() if sure else {"people"}
            kins = frozenset(k for lot in run for k in lot.kins)
            self.lots[-len(run) :] = [replace(run[0], n=n, kins=kins, named=all(r.named for r in run))]
        self.lots[-1].add_codes(this.codes)
        if len(run) == 1 and self.accounts:
            self.accounts[-1].add_codes(this.codes)  # "bà Mười, 82 tuổi, xuất hóa đơn"
        if this.result:
            self.lots[-1].result = this.result

    def _went(self, this: Said, result: str) -> None:
        """ "xong hết", "còn lại hẹn mai", "hẹn thứ 5" after "1 người chưa xong"."""
        last = self.lots[-1] if self.lots else None
        all_of_them = this.piece.has("everybody")
        if self.waiting is not None and not all_of_them:
            self.parts.append(Part(self.waiting.n, result, lot=last))  # "trong đó 2 người chưa đủ điều kiện, hẹn"
            self.waiting, self.unsettled = None, False
            return
        if this.piece.inside and last is not None and last.result is None and not all_of_them and len(self.lots) > 1:
            last.result = result  # "bà Tư (quên mật khẩu), ông Năm (khai sinh, hẹn mai)"
        elif this.piece.has("rest", "half_of"):
            rest = this.piece.has("rest")
            self.parts.append(Part(None, result, rest=rest, half=not rest))
        elif self.parts and not all_of_them:
            self.parts[-1].result = stronger(result, self.parts[-1].result)
        elif last is not None and last.result and not all_of_them:
            last.result = stronger(result, last.result)
        elif last is not None and len(self.lots) > 1 and any(lot.result for lot in self.lots):
            last.result = result
        else:
            self.parts.append(Part(None, result))
