"""Reads a member's message into cards: one an assistance, none when it is no log."""

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from content.logline.ages import with_ages
from content.logline.card import Card
from content.logline.codes import HOME
from content.logline.correcting import corrected
from content.logline.counting import numbers_left, sums, with_counts
from content.logline.days import DayReader
from content.logline.describing import Describer
from content.logline.doing import DoingReader
from content.logline.drafts import Draft
from content.logline.efforts import efforts
from content.logline.frames import framed
from content.logline.hamlets import HamletReader
from content.logline.hours import HourReader
from content.logline.households import told_apart
from content.logline.items import Item, Lexicon, without_fillers
from content.logline.kinsfolk import children_put_in, without_kinsfolk
from content.logline.matters import matters
from content.logline.mention import Names, NameWords, counts
from content.logline.mentions import MentionReader
from content.logline.neighbours import REMOVED, settled
from content.logline.numerals import with_numbers
from content.logline.outcomes import OutcomeReader
from content.logline.pieces import cut, gathered
from content.logline.placing import PlaceReader
from content.logline.restoring import Restorer
from content.logline.scenes import without_scenes
from content.logline.settling import Settling
from content.logline.shares import shared
from content.logline.speaking import named_so
from content.logline.talk import gave_help, plans, spoken
from content.logline.tokens import BREAK, Spelling, Token, key_of, one_way, same, tokenise, typed_with_marks
from content.logline.trades import Classes, TradeReader
from content.logline.words import Vocabulary

MAX_TEXT = 4000
"""Characters of a message that are read."""
CLOSING = (BREAK, ".", "!", "…", "(")
"""Before these a line, or a part of it, has its end."""
_PERSONAL = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\d)|\d{7,}|\S+@\S+\.\S+|https?://\S+")
_NUMBERED = re.compile(r"(?:(?<=\s)|^)\(?(\d{1,2})[.)/](?=\s*[^\W\d])")
_BULLET = re.compile(r"(?m)^[ \t]*[-+*•·>–]+[ \t]*")


class LogReader:
    """The vocabulary of the log, ready to read."""

    def __init__(self, words: Vocabulary) -> None:
        phrases = list(words.phrases())
        self._lexicon = Lexicon(phrases, words.combined())
        means = words.writing.means
        known = self._lexicon.keys | {t.key for whole in means.values() for t in tokenise(whole)} | _keys(means)
        titles = {key_of(one_way(w)) for w in (*words.people.kin, *words.places.hamlets) if " " not in w}
        self._spelling = Spelling(means, known, titles)
        self._places = words.places
        self._syllables = Names(words.places.hamlet_syllables)
        self._heads = Names(words.places.classes.get("hamlet_heads", ()))
        self._endings = [one_way(word) for word in words.writing.endings]
        asked = (phrase.split()[-2] for phrase in words.talk.question if " " in phrase)
        self._no_end = {key_of(one_way(w)) for w in (*asked, *words.places.moving)}
        """What such a word belongs to: "được chưa ạ", "toi nha"."""
        self._names = NameWords(words.people)
        self._describer = Describer(words.people.describing)
        self.odd = words.odd
        """From which numbers on an entry is asked about once more."""
        classes = self._classes = Classes(words.classes())
        self._restorer = Restorer(words.marks, words.people.given_names, self._lexicon)
        self._trades, self._sites = TradeReader(classes, self._names.given), PlaceReader(classes)
        self._doing = DoingReader(words.contents.rules)
        self._guessing = DoingReader(words.contents.rules, words.contents.guesses)
        self._outcomes = OutcomeReader(words.outcomes.phrases())

    @classmethod
    def load(cls, folder: Path) -> Self:
        """A reader with the words of a content folder. Raises KnowledgeError with the first mistake."""
        return cls(Vocabulary(folder))

    def read(self, text: str, now: dt.datetime, hamlets: Iterable[str] = ()) -> list[Card]:
        """The assistances a message tells of. `now` is when it was written, in Viet Nam's time; `hamlets` the names
        of the commune's hamlets, when they are known. Names and numbers of people do not come out again.
        """
        today = now.date()
        items = with_counts(self._items(text, today, self._hamlets(hamlets)))
        marked = typed_with_marks(tokenise(text[:MAX_TEXT]))
        pieces = gathered(self._outcomes.told(without_scenes(without_kinsfolk(cut(items))), marked=marked))
        told = framed(spoken(pieces))
        cards = [draft.card(today) for draft in Settling(self._doing, told).settle() if _is_log(draft)]
        if all(card.contents for card in cards) and (cards or not gave_help(told)):
            return cards
        guessed = [draft.card(today) for draft in Settling(self._guessing, told).settle() if _is_log(draft)]
        better = len(guessed) == max(len(cards), 1) and all(card.contents for card in guessed)
        return guessed if better else cards

    def planned(self, text: str, now: dt.datetime) -> bool:
        """Whether a message tells of help that is still to be given: "mai em đi thôn 3 giúp bà con cài VNeID"."""
        pieces = cut(self._items(text, now.date(), self._hamlets()))
        return plans(pieces)

    def day(self, text: str, now: dt.datetime) -> dt.date | None:
        """The day somebody names ("hôm kia", "thứ 5", "rằm"), when it is plain."""
        tokens = self._spelling.written_out(tokenise(text[:MAX_TEXT]))
        items = DayReader(with_numbers(self._lexicon.items(tokens)), now.date(), counts).read()
        days = [item.value.date for item in items if item.has("day")]
        return days[0] if len(days) == 1 else None

    def number(self, text: str) -> int | None:
        """The number somebody answers with ("ba người", "2 chục"), when it is plain."""
        typed = tokenise(text[:MAX_TEXT])
        items = with_numbers(self._lexicon.items(self._spelling.written_out(typed), marked=typed_with_marks(typed)))
        numbers = [int(item.value) for item in items if item.has("num") and not item.has("roughly")]
        return (
            numbers[0]
            if len(numbers) == 1 and not any(item.has("vague", "approx", "or_so", "half") for item in items)
            else None
        )

    def _hamlets(self, names: Iterable[str] = ()) -> HamletReader:
        return HamletReader(names, self._places, self._syllables, self._heads)

    def _without_endings(self, tokens: list[Token]) -> list[Token]:
        """The message without the words that only close its lines: "xong nha", "tại thôn Đoài ạ"."""
        out: list[Token] = []
        for i in range(len(tokens) - 1, -1, -1):
            token, before = tokens[i], tokens[i - 1] if i else None
            closes = (not out or out[-1].key in CLOSING) and any(same(token, w, key_of(w)) for w in self._endings)
            named = token.capital and before is not None and before.capital  # "ap My Loi A"
            put_off = token.key == "hen" and before is not None and before.number  # "3 xong 3 hen"
            given = i > 1 and tokens[i - 2].key == "cho"  # "làm lại cho cô nha"
            asks = before is not None and before.key in self._no_end and not given
            if not closes or before is None or asks or named or put_off:
                out.append(token)
        return out[::-1]

    def _items(self, text: str, today: dt.date, hamlets: HamletReader) -> list[Item]:
        text = text.lower() if _all_capitals(text) else text
        typed = self._without_endings(tokenise(_lines(_PERSONAL.sub(f" {REMOVED} ", text[:MAX_TEXT]))))
        marked = typed_with_marks(typed)
        plain = not marked and all(t.plain or t.capital for t in typed)  # "bac Ngữ xom Dau"
        written = self._spelling.written_out(typed)
        if not marked:
            written = self._restorer.restored(written)
        items = list(without_fillers(self._lexicon.items(written, marked=marked)))
        items = shared(with_ages(with_numbers(items), today.year))
        items = DayReader(items, today, counts).read()
        items = HourReader(items).read()
        items = self._trades.read(items, marked=marked)
        items = hamlets.read(items, counts, plain=plain)
        items = named_so(items, self._lexicon)
        items = settled(items, self._lexicon, self._names.given, self._names.families)
        items = self._sites.read(items, marked=marked)
        items = list(sums(efforts(matters(items, self._lexicon, self._classes, marked=marked))))
        items = self._describer.read(list(numbers_left(items)))
        return corrected(told_apart(children_put_in(MentionReader(items, self._names, plain=plain).read())))


def _keys(means: Iterable[str]) -> set[str]:
    return {t.key for short in means for t in tokenise(short)}


def _all_capitals(text: str) -> bool:
    """Whether it is written in capitals, which tell no name then; a word in small letters may stand among them."""
    words = [word for word in text.split() if any(c.isalpha() for c in word)]
    capitals = sum(word.isupper() for word in words)
    return 2 * capitals > len(words) and not any(word.istitle() and not word.isupper() for word in words)


def _lines(text: str) -> str:
    """A numbered list in one line as one with a line each, bullets taken off."""
    text = re.sub(r"(?:^|(?<=\s))/(?=\s|$)", "\n", text)
    numbers = [int(m[1]) for m in _NUMBERED.finditer(text)]
    if len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)):
        text = _NUMBERED.sub("\n", text)
    return _BULLET.sub("", text)


def _is_log(draft: Draft) -> bool:
    """Whether enough was told: people with contents or help, or contents with a time, a place or a result."""
    told = bool(draft.told.lots) or draft.told.total is not None or draft.told.everybody.said is not None
    told = told or draft.told.everybody.uncounted
    codes = bool(draft.told.codes)
    done = bool(draft.told.parts) or any(lot.result for lot in draft.told.lots) or draft.minutes is not None
    if told:
        counted = any(lot.n is not None and not lot.pointing for lot in draft.told.lots)
        return codes or done or (draft.helped and (draft.settings > 0 or counted))
    if draft.told.aside:
        if draft.told.aside.named and draft.helped and (done or HOME in draft.places):
            return True  # "qua nhà cô Bảy giúp cổ chút xíu"
        return codes and (draft.helped or draft.settings > 0 or done)
    if draft.dossiers or draft.payments:
        return draft.helped or draft.settings > 0 or done
    return codes and ((draft.settings > 0 and (done or draft.helped)) or draft.settings > 1)
