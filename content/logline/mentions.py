"""Who a sentence speaks of: "3 người", "mấy cụ", "bà Tư", "hai vợ chồng anh Nam". Names are dropped here."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from content.logline.calling import Calling, given_name
from content.logline.couples import Couples
from content.logline.items import Item, clause_start, made
from content.logline.mention import Mention, NameWords, counts
from content.logline.naming import listed_name
from content.logline.numerals import number_of
from content.logline.pointing import topic
from content.logline.rolls import couple, rolled
from content.logline.row import Row
from content.logline.titles import no_title, opens
from content.logline.untitled import Untitled

SOLD_ON = ("online", "net", "phone")
"""Where things are sold, when selling is what was taught."""
MOST_COMMON = 2
"""Words a kind of relatives has at least: "con" alone is also còn."""
ONE_OF = ("em", "ban", "chau", "anh")
"""Titles of one in front of what he is: "em học sinh"."""
PAIRS_OF = ("cap", "doi")
"""Before the word for two: so many times two."""
NEVER_COUNTED = ("noi", "ngoai", "gia", "lao")
"""Behind "ba" these tell who that is: "ba noi" is bà nội."""
UNMISTAKEN = (1, 2, 4, 9)
"""Numbers whose words mean nothing else when they are typed without marks."""


class MentionReader(Row):
    """Finds the people in a message."""

    def __init__(self, items: Sequence[Item], words: NameWords, *, plain: bool) -> None:
        """`plain` tells that the whole message was typed without marks."""
        super().__init__(items)
        self._known = words
        letters = [t for item in items for t in item.tokens if t.key.isalpha()]
        self._unmarked = plain
        capitals = sum(t.capital for t in letters)
        self._cased = any(t.shown.islower() for t in letters) and capitals * 5 < len(letters) * 4
        self._untitled = Untitled(items, words, cased=self._cased)
        self._name = Calling(items, words, cased=self._cased, unmarked=plain).name
        self._couples = Couples(items, self._name, cased=self._cased)

    def read(self) -> list[Item]:
        """The same items, people as one item each: tag `people`, value a Mention."""
        out: list[Item] = []
        i = 0
        while i < len(self._items):
            found = (
                self._counted(i)
                or couple(self._items, i, self._known)
                or self._vague(i)
                or self._couples.read(i)
                or topic(self._items, i)
                or self._person(i)
                or self._untitled.read(i)
            )
            if found is None:
                out.append(self._items[i])
                i += 1
            else:
                mention, length = found
                parts = self._items[i : i + length]
                names = [p for p in parts[1:] if mention.named and p.capital and not any(t.number for t in p.tokens)]
                taught = [p for p in self._items[i + length : i + length + 1] if p.has("thing") and p.has("act")]
                told = [p for p in parts if p.has("groups") and p not in names and not _while(parts, p)]
                told += [p for p in taught if p.has("groups")]  # "giúp bà Tư bán hàng online"
                groups = frozenset(p.tags["groups"] for p in told if not self._owner(i))
                tags = {"me": ""} if parts[0].has("me") and length == 1 else {}
                tags |= {"everybody": ""} if parts[0].has("everybody") else {}
                tags |= {"subset": ""} if any(p.has("subset") for p in parts) else {}
                tags |= {"listed": ""} if listed_name(self._items, i) == length else {}
                tags |= {"authority": ""} if mention.staff and parts[-1].has("authority") else {}
                unsure = mention.unsure or (self._unmarked and self._either(i, length, mention))
                mention = replace(mention, groups=groups | mention.groups, cased=bool(names), unsure=unsure)
                out.append(made("people", mention, parts, **tags))
                i += length
        return out

    def _owner(self, i: int) -> bool:
        """Whether it is only told whose child somebody is: "cháu đích tôn của cụ Khoan"."""
        start = clause_start(self._items, i)
        of = i > 1 and self._items[i - 1].key == "cua"
        return of and any(item.has("kin", "relative") for item in self._items[start : i - 1])

    def _either(self, i: int, length: int, mention: Mention) -> bool:
        """Whether what was typed without marks may be a number of people as well as a title: "ba co", "bay o"."""
        first, second, before = self._items[i], self._at(i + 1), self._at(i - 1)
        if mention.pair and mention.counted:
            return False  # "ba me con co Nguyet"
        if first.has("numerals", "spelled"):
            if first.has("num") and number_of(first) in UNMISTAKEN:
                return False
            if any(item.has("folk", "unit") for item in self._items[i + 2 : i + length]):
                return False  # "nam o hoi vien phu nu"
            counted = length > 1 and second is not None and counts(second) and not second.has("unit")
            return counted and not second.capital and not mention.pair if second is not None else False
        if len(first.tokens) > 1 and first.has("kin") and first.tokens[0].key == "ba":
            return not (mention.cased or first.tokens[-1].key in NEVER_COUNTED)  # "ba co": bà cô, or three
        plain = mention.n == 1 and not mention.cased and (mention.bare or bool(mention.groups))
        helps = before is not None and before.has("help") and self._at(i - 2, "me", "speaker")  # "toi bay bac"
        return plain and before is not None and before.has("numerals") and not helps

    # --- counted --------------------------------------------------------------------------------------------

    def _counted(self, i: int) -> tuple[Mention, int] | None:
        """ "3 người", "khoảng 10 bà con", "5-6 cụ", "2 vợ chồng anh Nam"."""
        start = i
        roughly = False
        while self._at(i, "approx") and (not self._at(i, "num") or self._at(i + 1, "num")):
            roughly, i = True, i + 1
        i += bool(self._at(i, "everybody") and self._items[i].key == "ca" and self._at(i + 1, "num"))
        number = self._at(i, "num")
        if number is None or self._grandmother(i, number):
            return None
        n: int | None = number_of(number)
        roughly = roughly or number.has("roughly")
        i += 1
        ratio = self._ratio(i, n or 0)
        if ratio is not None:
            end, mention = self._head(i + 2, ratio)
            return replace(mention, of=n), end - start
        upper = self._range(i, n or 0)
        if upper:
            n, i = None, i + upper
        elif self._at(i, "or_so") and self._counter(i + 1):
            roughly, i = True, i + 1
        if not self._counter(i):
            return None
        end, mention = self._head(i, n)
        if self._at(end, "or_so") and not self._at(end, "num") and not mention.pair:
            roughly, end = True, end + 1
        return replace(mention, roughly=roughly), end - start

    def _grandmother(self, i: int, number: Item) -> bool:
        """Whether a title stands at the head of a clause rather than a number: "Ba Be khuyet tat"."""
        name = self._at(i + 1)
        titled = number.has("spelled") and number.has("kin") and number.capital and opens(self._items, i)
        return titled and name is not None and name.capital

    def _ratio(self, i: int, part: int) -> int | None:
        """The whole of "7/10 người"."""
        slash, whole = self._at(i), self._at(i + 1, "num")
        if slash is None or slash.key != "/" or slash.gap or whole is None or whole.gap:
            return None
        return number_of(whole) if number_of(whole) >= part and self._counter(i + 2) else None

    def _counter(self, i: int) -> bool:
        item = self._at(i)
        if item is None or not (counts(item) or self._of_a_group(i, item)):
            return False
        if item.has("asks") and item.tokens[0].plain and not item.has("unit"):
            return False  # "hoc lop 12 nho chi": nhờ, no nhỏ
        after = self._at(i + 1)
        if item.key == "con" and after is not None and after.bare() and not after.capital:
            return False  # "4 con gà"
        # "5 còn 1 người": typed without marks, con may be a child.
        return not item.has("joins", "rest") or self._at(i + 1, "num") is None

    def _of_a_group(self, i: int, item: Item) -> bool:
        """ "6 khmer": people counted by their group."""
        figure = self._at(i - 1, "num")
        told = item.has("groups") and not item.has("act", "trade", "places", "thing")
        return told and figure is not None and not figure.has("spelled") and all(t.key.isalpha() for t in item.tokens)

    def _range(self, i: int, lower: int) -> int:
        """How many items the upper end of a range has ("5-6", "5 đến 7", "5 6")."""
        step = 1 if (self._at(i, "to") or (self._at(i) is not None and self._items[i].key in (",", "/"))) else 0
        upper = self._at(i + step, "num")
        if upper is None or not lower < number_of(upper) <= lower + 10 or not self._counter(i + step + 1):
            return 0
        if step and self._items[i].key == "," and (self._items[i].gap or self._items[i + 1].gap):
            return 0
        return step + 1 if step or number_of(upper) == lower + 1 else 0

    def _head(self, i: int, n: int | None) -> tuple[int, Mention]:
        """The counted word with what describes it, from item i on: where it ends, and the mention."""
        item = self._items[i]
        mention = Mention(
            n, counted=n is not None, staff=item.has("staff"), pair=item.has("pair"), account=item.has("account"),
            unsure=item.has("account"), child=item.has("relative") and item.has("kin"),
            household=item.has("household") and not item.has("folk"),
            family=item.has("folk") and item.tokens[0].key == "ho", kin=item.key if item.has("kin", "pair") else "",
        )  # fmt: skip
        i += 1
        if item.has("pair") and n is not None:
            told_twice = item.tokens[0].key in PAIRS_OF and len(item.tokens) > 1  # "2 cặp vợ chồng" are four
            mention = replace(mention, n=2 * n) if told_twice else replace(mention, unsure=n == 1)
        if item.has("pair"):
            end = i + self._couples.names(i)
            called = self._couples.each(i, end)
            i, mention = end, replace(mention, named=mention.named or end > i, names=mention.names | called)
        elif item.has("unit") and self._children(i):
            i += 1
        while (after := self._at(i, "folk", "groups", "kin", "staff", "unit")) is not None:
            if after.has("kin") and not after.has("folk", "groups") and (self._name(i + 1) or not item.has("kin")):
                break
            if after.has("places", "relative", "coming") or (after.has("help") and not after.has("kin")):
                break
            if self._sells(i) or (after.has("moving") and self._at(i + 1, "places", "hamlet", "hamlets")):
                break  # "5 chi o hoi truong": ở
            mention = replace(mention, staff=mention.staff or after.has("staff"))
            i += 1
        names, length = rolled(self._items, i, n, self._known) if n != 1 and counts(item) else ([], 0)
        if names and not mention.pair:
            titled = frozenset(name if " " in name else f"{item.key} {name}" for name in names)
            return i + length, replace(mention, n=len(names), counted=True, names=titled)
        if item.has("kin") and n == 1 and (name := self._name(i)):
            return i + name, replace(mention, named=True)
        return i, mention

    def _children(self, i: int) -> bool:
        """ "hai người con gái": what kind of people were counted, unless it is told whose they are."""
        kin, after = self._at(i, "relative"), self._at(i + 1)
        if kin is None or len(kin.tokens) < MOST_COMMON or not kin.has("kin"):
            return False
        return after is None or not (after.has("kin", "people", "relative") or after.capital)

    def _sells(self, i: int) -> bool:
        """Whether selling is what was taught there and no trade: "bán cam trên tiktok"; also "ngay xe hủ tiếu"."""
        if not self._items[i].has("act"):
            return self._items[i].has("places") and self._items[i].tokens[0].key in ("ngay", "o", "tai")
        if self._items[i].has("thing"):
            return True
        for later in self._words(i + 1):
            if later.has("act", "help"):
                return False
            if later.has("thing"):
                commerce = later.tags["thing"] == "commerce" and not self._items[i].has("trade")
                return commerce or later.tags["thing"] in SOLD_ON
        return False

    # --- without a number -----------------------------------------------------------------------------------

    def _vague(self, i: int) -> tuple[Mention, int] | None:
        """ "mấy cụ", "nhiều bà con", "cả thôn", "bà con"."""
        start = i
        i += bool(self._at(i, "approx"))
        if self._at(i, "each") and self._at(i + 1, "num"):
            return None  # "moi nguoi 2 bo": mỗi, no mọi
        if self._at(i, "vague"):
            if self._counter(i + 1) and (self._called(i + 2) or self._device_of(i)):
                return None
            if self._counter(i + 1):
                end, mention = self._head(i + 1, None)
                # Typed without marks, "may co" is "mấy cô" or "máy cô".
                device = self._items[i].key == "may" and self._items[i].tokens[0].plain and bool(mention.kin)
                weak = device and not self._at(i - 1, "help", "on_behalf")
                return replace(mention, weak=weak), end - start
            return (Mention(None, weak=True), i + 1 - start) if self._at(i, "whole_place") else None
        item = self._at(start, "whole_place", "folk", "unit")
        if item is not None and item.has("whole_place") and item.key.endswith(("nha", "gia dinh")):
            owner = self._person(start + 1)
            if owner is not None and owner[0].named:  # "cả nhà anh Sang"
                return replace(owner[0], n=None, weak=False, owned=True), 1 + owner[1]
        if item is None or item.has("num", "kin") or (self._at(i - 1) and self._items[i - 1].key in ("lam", "di")):
            return None  # "vợ anh Bính làm công nhân"
        if item.has("owner"):
            return Mention(1, weak=True, bare=True), 1
        peoples = item.has("unit") or item.tags.get("groups") == "dan_toc"  # "bà con dân tộc Mông"
        if item.has("folk") and not peoples and self._at(i + 1) and self._items[i + 1].capital and self._name(i + 1):
            return Mention(1, named=True), 1 + self._name(i + 1)  # "hộ kinh doanh Thanh Hương"
        if item.has("unit") and not item.has("whole_place", "folk"):
            return None
        return self._of_a_kind(i, item) or Mention(None, weak=True, staff=item.has("staff")), 1

    def _of_a_kind(self, i: int, item: Item) -> Mention | None:
        """One told of by what he is: "em hs lop 10 lap gmail"; or who is called so: "goi dt chu dat", chú Đạt."""
        first = item.tokens[0].key
        if self._unmarked and first == "chu" and len(item.tokens) > 1 and self._at(i - 1, "calls", "home"):
            return Mention(1, named=True, kin="chu", who=item.key)
        given = self._at(i - 1, "help", "on_behalf") is not None  # "chỉ em sinh viên lấy lại mật khẩu"
        single = len(item.tokens) > 1 and first in ONE_OF and item.has("folk") and (given or opens(self._items, i))
        single = single and item.tokens[1].key not in ONE_OF  # "chỉ anh em trong xóm"
        single = single or (item.has("single") and (given or opens(self._items, i)))
        return Mention(1, weak=True, bare=True, kin=first) if single else None

    def _device_of(self, i: int) -> bool:
        """ "may bac tam bi mat": máy of somebody with a name, and not mấy."""
        device = self._items[i].key == "may" and self._items[i].tokens[0].plain and self._at(i + 1, "kin") is not None
        called, number = self._at(i + 2), self._at(i + 2, "spelled")
        known = called is not None and called.bare() and called.tokens[0] in self._known.given
        named = called is not None and (called.capital or known or (number is not None and not self._counter(i + 3)))
        return device and named and not self._at(i - 1, "help", "on_behalf") and bool(self._name(i + 2))

    def _person(self, i: int) -> tuple[Mention, int] | None:
        """ "bà Tư", "chị bán cá", "con gái ông Năm", "anh Nam công an xã"."""
        item = self._at(i)
        if item is None or not item.has("kin", "staff", "relative") or item.has("speaker") or self._called(i + 1):
            return None
        if self._unmarked and no_title(self._items, i, self._known):
            return None
        related = self._related if item.has("relative", "staff") else self._titled_relative
        if (found := related(i, item)) is not None:
            return found
        if item.has("relative") and item.has("joins") and not self._at(i - 1, "help", "on_behalf"):
            return None  # typed without marks, con is also còn
        name = self._name(i + 1)
        known = name and self._items[i + 1].bare() and given_name(self._items[i + 1], self._known)
        called = name and (self._items[i + 1].capital or (len(item.tokens) > 1 and known))
        if item.has("folk") and not self._at(i + 1, "spelled") and not called:
            name = 0  # "cô giáo mầm non"; but "cụ bà lành"
        end = i + 1 + name
        pointed = False
        while (after := self._at(end, "folk", "groups", "staff", "that_one", "speaker")) is not None:
            if (after.has("speaker") and not name) or self._sells(end):
                break
            if after.has("staff") or (after.has("speaker") and len(after.tokens) > 1):
                return Mention(1, staff=True, named=True, kin=item.key), end + 1 - i
            if after.has("speaker"):
                break
            pointed = pointed or after.has("that_one")
            end += 1
        if pointed and not name:
            return Mention(1, bare=True, kin=item.key), end - i
        if end > i + 1 or item.has("groups"):
            return self._told_of(i, item, name, end)
        return self._pointed(i, item)

    def _titled_relative(self, i: int, item: Item) -> tuple[Mention, int] | None:
        """ "cô con dâu", "thằng cháu ngoại": one, told by a title as well."""
        kin = self._at(i + 1, "relative")
        if kin is None or item.has("me", "relative") or kin.has("joins") or len(kin.tokens) < 2:
            return None
        found = self._related(i + 1, kin)
        return (found[0], found[1] + 1) if found is not None else None

    def _told_of(self, i: int, item: Item, name: int, end: int) -> tuple[Mention, int]:
        """Somebody of whom a name or more is told; weak when only his house, or a place called so, is named."""
        who = " ".join(p.key for p in self._items[i : i + 1 + name]) if name else ""
        place = bool(name) and self._at(i - 1, "eponym") is not None  # "trước nhà thờ ông Thánh"
        owns = self._at(i - 1, "belongs") is not None and not self._at(i - 1, "home", "on_behalf")
        called = bool(name or end > i + 1) and not place
        named = self._items[i + 1 : i + 1 + name]
        known = any(p.has("num") or p.capital or p.tokens[0] in self._known.given for p in named)
        plainly = bool(named) and all(p.bare() and p.tokens[0] in self._known.given for p in named)
        mention = Mention(1, named=called, known=known, plainly=plainly, kin=item.key, bare=not name, who=who)
        return replace(mention, weak=owns or place), end - i

    def _pointed(self, i: int, item: Item) -> tuple[Mention, int] | None:
        """Somebody without a name or anything told of him: "giúp bà", "bác nhờ chỉ"."""
        before = self._at(i - 1, "help", "on_behalf", "belongs")
        if before is not None and before.has("belongs") and item.has("no_name") and item.tokens[0].plain:
            return None  # "goi cho con o nuoc ngoai": ở, no o
        if before is not None:
            return Mention(1, bare=True, weak=before.has("belongs"), kin=item.key), 1
        wants = any(word.has("asks") for word in self._words(i + 1)) and not item.has("me")
        return (Mention(1, bare=True, weak=True, kin=item.key), 1) if wants else None

    def _called(self, i: int) -> bool:
        """Whether somebody is spoken to: "anh ơi", but not "cài cho chị ạ"."""
        return self._at(i, "called") is not None and self._at(i - 2, "on_behalf") is None

    def _related(self, i: int, item: Item) -> tuple[Mention, int] | None:
        """ "con gái ông Năm" is one, told by her father; "con gái" alone may be nobody new; "anh công an" helps."""
        if item.has("staff"):
            return Mention(1, staff=True, named=True), 1 + self._name(i + 1)
        lives = self._at(i + 1, "kin", "moving") if self._unmarked else None  # "cho con o Dai Loan": ở
        lives = lives if lives is not None and lives.has("moving") else None
        owner = self._person(i + 1) if self._at(i + 1, "kin") and self._owns(i + 1) and lives is None else None
        if owner is not None and owner[0].named:
            n = None if item.has("household") else owner[0].n  # "gia đình cụ Mão" are nobody knows how many
            mention = replace(owner[0], n=n, weak=False, owned=True, who=f"{item.key} {owner[0].who}")
            return mention, 1 + owner[1]
        if item.has("joins") or (self._name(i + 1) and item.has("kin")):
            return None
        return Mention(1, weak=not self._at(i - 1, "help"), bare=True, kin=item.key), 1

    def _owns(self, i: int) -> bool:
        """Whether somebody may stand there to whom another belongs: "bà ngoại bé Na", "con ông Năm"."""
        return not self._at(i, "relative") or bool(self._name(i + 1))

    def _words(self, i: int) -> Iterator[Item]:
        while i < len(self._items) and not self._items[i].mark and not self._items[i].ends_line:
            yield self._items[i]
            i += 1


def _while(parts: Sequence[Item], part: Item) -> bool:
    """Whether a title without marks stands behind a name, where it is none: "chi Mui cu khoc" is cứ, no cụ."""
    first = parts[0]
    counted = first.has("num", "vague", "approx") and not first.has("kin")
    behind = part is not first and not counted and not first.has("pair")
    return behind and part.has("kin") and part.tokens[0].plain and len(part.tokens) == 1
