"""The guard at the door: finds secrets, bad links and cries for help in a message, and blanks people out of notes."""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from math import inf
from pathlib import Path

from content.folding import clean
from content.safety.disclosures import Disclosures
from content.safety.links import Links
from content.safety.names import Names
from content.safety.numbers import Number, Numbers, What
from content.safety.scams import Scams
from content.safety.text import Letters, Message, Span
from content.safety.words import PACKAGED, Words, one_of, word

NOTE_LIMIT = 300
"""Characters a stored note may have."""

NUMBERS_AWAITED = frozenset({"number", "commune_code"})
"""What a conversation may be waiting for when a bare number is the answer, and no secret."""

_MAIL = re.compile(r"(?<![a-z0-9._%+\-])[a-z0-9._%+\-]{1,64}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,4}")
_DOSSIER = re.compile(r"(?<![a-z0-9.])[a-z0-9][a-z0-9.]{1,24}-\d{6}-\d{3,6}(?!\d)")
_PAYMENT_QR = re.compile(r"(?<!\d)000201\d\d.{20,600}?6304[0-9a-f]{4}(?![0-9a-z])")
_LETTERED = re.compile(r"(?<![a-z])[a-z]{1,8}-?\d{6,}")
_LONG = re.compile(r"\d{9,}")
_PERSONAL = frozenset({What.CARD, What.IDENTITY, What.TWELVE, What.NINE, What.PHONE})
_NEAR = 40
"""Characters between a number and the word that says what it is."""


class Danger(StrEnum):
    """What is dangerous in a message, the most pressing first."""

    OTP = "otp"
    PASSWORD = "password"
    PASSCODE = "passcode"
    IDENTITY_NUMBER = "identity_number"
    BANK_CARD = "bank_card"
    APK_LINK = "apk_link"
    FAKE_LINK = "fake_link"
    SHORT_LINK = "short_link"
    SCAM_REPORT = "scam_report"
    BANK_ACCOUNT = "bank_account"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in a dangerous message."""

    kind: Danger
    """The most pressing danger."""
    spans: tuple[Span, ...]
    """Where all dangers are in the text as given, in order, never overlapping."""
    also: frozenset[Danger] = frozenset()
    """The other dangers of the message: somebody who gave his code away and lost his money has two."""


class Safety:
    """Recognises dangerous messages by the given words. Keeps nothing of what it reads."""

    def __init__(self, words: Words) -> None:
        self._letters = Letters()
        self._numbers = Numbers(frozenset(words.identity_provinces))
        self._told = Disclosures(words)
        self._links = Links(words.addresses)
        self._scams = Scams(words.scam)
        self._blank = words.blank
        self._named = re.compile(rf"\b(?:{'|'.join(words.families)})(?: [^\W\d_a-z][^\W\d_]*){{1,4}}")
        self._names = Names.load(words.families)
        self._identity = re.compile(word(one_of(words.identity), digits_may_follow=True))
        self._account = re.compile(rf"(?<![a-z0-9]){one_of(words.account)}(?![a-z])[^\d]{{0,20}}$")

    @classmethod
    def load(cls, path: Path = PACKAGED) -> "Safety":
        """A guard with the words of a file. Raises what Words.load raises."""
        return cls(Words.load(path))

    def inspect(self, text: str, *, expects: frozenset[str] = frozenset()) -> Finding | None:
        """The dangers of a message, or None. Pure; never raises.

        `expects` is what the conversation has just asked for: with a name of NUMBERS_AWAITED a bare number is an
        answer. A secret called by its name, an identity number, a card and an account are found all the same.
        """
        message = Message(text, self._letters)
        found: dict[Danger, list[Span]] = {}
        for danger, span in self._dangers(message, bool(expects & NUMBERS_AWAITED)):
            found.setdefault(danger, []).append(span)
        if not found:
            return None
        kind = min(found, key=list(Danger).index)
        spans = message.places(span for several in found.values() for span in several)
        return Finding(kind, spans, frozenset(found) - {kind})

    def _dangers(self, message: Message, number_awaited: bool) -> Iterator[tuple[Danger, Span]]:
        shape = message.shape
        closed: list[Span] = []
        if "." in shape:
            yield from ((Danger.APK_LINK, span) for span in self._links.programs(shape))
            for link in self._links.find(shape):
                closed.append((link.start, link.end))
                if link.fake or link.short:
                    yield Danger.FAKE_LINK if link.fake else Danger.SHORT_LINK, (link.start, link.end)
        numbers = self._find_numbers(shape, closed)
        yield from self._secret_numbers(shape, numbers, number_awaited)
        if numbers:
            yield from ((Danger.BANK_CARD, span) for span in self._told.cards(shape))
            yield from ((Danger.BANK_ACCOUNT, span) for span in self._told.accounts(shape, numbers))
        yield from ((Danger.PASSWORD, span) for span in self._told.passwords(shape, numbers))
        if scam := self._scams.find(shape):
            yield Danger.SCAM_REPORT, scam

    def _find_numbers(self, shape: str, closed: list[Span]) -> list[Number]:
        """The numbers outside of links, dossier codes and payment codes, whose digits are nobody's secret."""
        numbers = self._numbers.find(shape)
        if not numbers:
            return []
        if "-" in shape:
            closed += [m.span() for m in _DOSSIER.finditer(shape)]
        closed += [m.span() for m in _PAYMENT_QR.finditer(shape)]
        if not closed:
            return numbers
        closed.sort()
        reach = list(accumulate((end for _, end in closed), max))
        return [n for n in numbers if (i := bisect(closed, (n.start, inf))) == 0 or reach[i - 1] <= n.start]

    def _secret_numbers(
        self, shape: str, numbers: Sequence[Number], number_awaited: bool
    ) -> Iterator[tuple[Danger, Span]]:
        codes, passcodes = self._told.otp(shape, numbers), self._told.passcode(shape, numbers)
        if not (codes or passcodes or number_awaited):
            codes = self._told.bare(shape, numbers)
        yield from ((Danger.OTP, span) for span in codes)
        yield from ((Danger.PASSCODE, span) for span in passcodes)
        for number in numbers:
            if number.what is What.CARD:
                yield Danger.BANK_CARD, (number.start, number.end)
            elif self._is_identity(shape, number):
                yield Danger.IDENTITY_NUMBER, (number.start, number.end)

    def _is_identity(self, shape: str, number: Number) -> bool:
        before = shape[max(0, number.start - _NEAR) : number.start]
        match number.what:
            case What.IDENTITY:
                return True
            case What.TWELVE:
                return not self._account.search(before) and not before[-1:].isalpha()
            case What.PLAIN if 11 <= len(number.digits) <= 13:
                # A digit too few or too many, yet said to be an identity number.
                return self._identity.search(before) is not None
            case What.NINE:
                after = shape[number.end : number.end + _NEAR]
                return bool(self._identity.search(before) or self._identity.search(after))
        return False

    def dossier(self, text: str) -> str | None:
        """The code of the one dossier a text names; None when it names none, or several."""
        found = {m.group() for m in _DOSSIER.finditer(Message(text, self._letters).shape)}
        return found.pop() if len(found) == 1 else None

    def mask(self, text: str) -> str:
        """A note as it may be stored: at most NOTE_LIMIT characters, and a blank for each identity-like number, card,
        account, phone, e-mail, dossier or transaction code, and told secret. Masking again changes nothing.
        """
        note = clean(text)[:NOTE_LIMIT].rstrip()
        while spans := self._personal(note):
            for start, end in reversed(spans):
                note = note[:start] + self._blank + note[end:]
            note = clean(note)[:NOTE_LIMIT].rstrip()
        return note

    def mask_question(self, text: str) -> str:
        """A question as it may be stored: masked like a note, and names of people blanked too."""
        named = self._named.sub(self._blank, self.mask(text))
        return self.mask(self._names.blanked(named, self._blank))

    def has_full_name(self, text: str) -> bool:
        """Whether somebody's family and given name stand in it, written with capitals."""
        return self._named.search(text) is not None

    def without_phones(self, text: str) -> str:
        """The text, its lines kept, with a blank for each telephone number of a person; hotlines stay."""
        message = Message(text, self._letters)
        phones = [(n.start, n.end) for n in self._numbers.find(message.shape) if n.what is What.PHONE]
        for start, end in reversed(message.places(phones) if phones else ()):
            text = text[:start] + self._blank + text[end:]
        return text

    def _personal(self, note: str) -> tuple[Span, ...]:
        message = Message(note, self._letters)
        shape = message.shape
        numbers = self._numbers.find(shape)
        spans = [m.span() for known in (_MAIL, _DOSSIER, _LETTERED, _LONG) for m in known.finditer(shape)]
        for n in numbers:
            before = shape[max(0, n.start - _NEAR) : n.start]
            if n.what in _PERSONAL or (len(n.digits) >= 6 and n.what is What.PLAIN and self._account.search(before)):
                spans.append((n.start, n.end))
        spans += self._told.otp(shape, numbers) + self._told.passcode(shape, numbers)
        spans += self._told.passwords(shape, numbers)
        spans += [*self._told.cards(shape), *self._told.accounts(shape, numbers)]
        return message.places(spans) if spans else ()
