"""Secrets told in words and digits: one-time codes, passcodes, passwords, bank cards and accounts."""

import re
from collections.abc import Iterator, Sequence

from content.safety.numbers import Number, What, is_year
from content.safety.text import Span
from content.safety.words import Words, folded, one_of, word

_SIGNS = re.compile(r"[\s,.;:=\-–—>\"'“”()\[\]*|/]{0,6}")
_TOKEN = re.compile(r"\S{1,64}")
_TRAIL = ".,;!?)\"'”"
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|gh|gi|qu|kh|ph|th|tr|ch|[bcdghklmnprstvxfwzj])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnptkz])?"
)
_LONE_PASSWORD = re.compile(r"(?=(?:.*[a-z]){3})(?=(?:.*\d){2})[a-z0-9]+[@#$%&!][a-z0-9@#$%&!]*$")
_MARK = re.compile(r"[@#$%^&*!_+~?<>]")
_ADDRESS_LIKE = re.compile(r"\S+@\S+\.\S+|\S+\.(?:vn|com|net|org)\b|https?:|\[")
_NAMED = re.compile(r"[a-z ]{1,30}(?: la|[:=]) ?([a-z0-9@#$%^&*!_+~?<>]{6,64})(?![^\s,.;)!?])")
"""Somebody's name, or whatever it is the password of, then the password itself."""
_FIGURES = re.compile(r"[\d.\-/]+")
_CARD_DIGITS = re.compile(r"\d(?:[ .\-]?\d){12,18}(?![ .\-]?\d)")
_ACCOUNT_DIGITS = re.compile(r"\d(?:[ .\-]?\d){5,18}(?![ .\-]?\d)")
_CARD_CODE = re.compile(r"\d{3,4}(?![0-9a-z]|[.,/\-]\d)")
_TO_DIGITS = re.compile(r"[a-z :=\"]{1,100}(?=\d)")
_PREFIX = "g-"
"""Google writes its codes "G-582914"."""
_SPELLED_NEAR = 140
"""Characters after a word for a secret in which spelled digits are looked for."""
_SPELLED_SURE = 6
"""So many spelled digits right after such a word are a secret; fewer only after "là"."""
_CODE_LENGTHS = frozenset({4, 5, 7, 8})
_LONE = 80
"""A message longer than this is more than a bare code."""
_STEPS = 10


class Disclosures:
    """Finds told secrets in texts in small letters without marks."""

    def __init__(self, words: Words) -> None:
        self._otp = re.compile(word(one_of(words.otp), digits_may_follow=True))
        self._passcode = re.compile(word(one_of(words.passcode), digits_may_follow=True))
        self._code = re.compile(word(one_of(words.code), digits_may_follow=True))
        self._password = re.compile(word(one_of(words.password)))
        self._or_me = folded(words.password_or_me)
        self._between = re.compile(word(one_of(words.between), digits_may_follow=True))
        self._here = re.compile(word(one_of(words.here_it_comes), digits_may_follow=True))
        self._unit = re.compile(rf" ?{one_of(words.units)}(?![a-z0-9])")
        self._no_secret = re.compile(rf"(?<![a-z0-9]){one_of(words.not_secret_after)}[ :]{{0,2}}$")
        chatter = rf"(?:{one_of(words.chatter)}(?![a-z0-9])\W*)*"
        self._chatter = re.compile(rf"\W*{chatter}")
        itself = r" (?:chinh )?la (?:cai |so )?(?:ma )?"
        self._is_code = re.compile(rf"{itself}{one_of(words.otp, words.passcode)}(?![a-z0-9])")
        self._is_password = re.compile(rf"{itself}{one_of(words.password)}(?![a-z0-9])")
        self._is_some_code = re.compile(rf" (?:chinh )?la {one_of(words.code)}(?: cua(?![a-z0-9])|\W*$)")
        self._harmless = folded(words.harmless)
        spelled = one_of(words.spelled)
        self._spelled = re.compile(word(rf"{spelled}(?:[ ,.\-]{{1,2}}{spelled}){{3,7}}"))
        self._described = re.compile(word(one_of(words.described)))
        self._asking = re.compile(word(one_of(words.asking)))
        self._card = re.compile(word(one_of(words.card), digits_may_follow=True))
        self._card_code = re.compile(word(one_of(words.card_code)))
        self._bank_account = re.compile(word(one_of(words.bank_account), digits_may_follow=True))
        self._whose_account = re.compile(word(one_of(words.whose_account)))

    def otp(self, shape: str, numbers: Sequence[Number]) -> list[Span]:
        """One-time codes beside a word that says so."""
        return self._codes(self._otp, shape, numbers)

    def passcode(self, shape: str, numbers: Sequence[Number]) -> list[Span]:
        """Passcodes and PINs beside a word that says so."""
        return self._codes(self._passcode, shape, numbers)

    def bare(self, shape: str, numbers: Sequence[Number]) -> list[Span]:
        """Six digits alone, or with no more than small talk or the word "mã" before them."""
        starts = {n.start: n for n in numbers if n.what is What.SIX}
        found = [
            starts[at]
            for m in self._code.finditer(shape)
            if (at := self._past_prefix(shape, m.end())) in starts and self._may_be_code(shape, starts[at])
        ]
        found += [n for n in starts.values() if self._is_some_code.match(shape, n.end)]
        if len(numbers) == 1 and starts and len(shape) <= _LONE:
            only = numbers[0]
            before, after = shape[: only.start].removesuffix(_PREFIX), shape[only.end :]
            dotted = "." in shape[only.start : only.end]  # "482.913" is a sum of money.
            if not dotted and self._chatter.fullmatch(before) and self._chatter.fullmatch(after):
                found.append(only)
        return [(n.start, n.end) for n in found]

    def _codes(self, words: re.Pattern[str], shape: str, numbers: Sequence[Number]) -> list[Span]:
        ends = [m.end() for m in words.finditer(shape)]
        if not ends:
            return []
        found = {n for n in numbers if n.what is What.SIX and self._may_be_code(shape, n)}
        starts = {n.start: n for n in numbers}
        for end in ends:
            at, linked = self._after(shape, end)
            number = starts.get(at)
            if number and self._fits(number, linked) and (linked or not self._counts(shape, number)):
                found.add(number)
        lengths = _CODE_LENGTHS | {6}
        found.update(n for n in numbers if len(n.digits) in lengths and self._is_code.match(shape, n.end))
        return [(n.start, n.end) for n in found] + list(self._spelled_after(ends, shape))

    def _spelled_after(self, ends: Sequence[int], shape: str) -> Iterator[Span]:
        """Digits in words right after a word for a secret."""
        if not self._spelled.search(shape):
            return
        for end in ends:
            told = self._spelled.search(shape, end, end + _SPELLED_NEAR)
            at, linked = self._after(shape, end) if told else (0, False)
            if told and at >= told.start():  # "ba" is a father too, and may have been skipped
                sure = len(told[0].split()) >= _SPELLED_SURE
                if sure or (linked and not self._unit.match(shape, told.end())):
                    yield told.span()

    def _fits(self, number: Number, linked: bool) -> bool:
        if number.what is What.PLAIN and len(number.digits) in _CODE_LENGTHS:
            return linked or not is_year(number.digits)
        return number.what is What.SIX

    def _may_be_code(self, shape: str, number: Number) -> bool:
        """Whether six digits in a message about codes can be one: no part of more, no sum, no count."""
        before = shape[max(0, number.start - 20) : number.start]
        part = before[-1:].isalpha() or re.search(r"[0-9][.\-]$|[/#]$", before)
        part = part or re.match(r"[.\-/:]?[0-9]|[.\-/][a-z0-9]", shape[number.end : number.end + 2])
        return not (part or self._no_secret.search(before) or self._counts(shape, number))

    def _counts(self, shape: str, number: Number) -> bool:
        return self._unit.match(shape, number.end) is not None

    def _after(self, shape: str, at: int) -> tuple[int, bool]:
        """Where what is told begins after a word for a secret, and whether a "là" or a colon announced it."""
        linked = False
        for _ in range(_STEPS):
            signs = _SIGNS.match(shape, at)
            if signs:
                at = signs.end()
                linked = linked or any(s in signs[0] for s in ":=>")
            here = self._here.match(shape, at)
            skipped = here or self._between.match(shape, at)
            if skipped is None:
                break
            linked = linked or here is not None
            at = skipped.end()
        return at, linked

    def _past_prefix(self, shape: str, at: int) -> int:
        at, _ = self._after(shape, at)
        return at + len(_PREFIX) * shape.startswith(_PREFIX, at)

    def cards(self, shape: str) -> Iterator[Span]:
        """Card numbers that are called so, though their check digit be wrong, and the codes on the back of cards."""
        for m in self._card.finditer(shape):
            if told := _CARD_DIGITS.match(shape, self._after(shape, m.end())[0]):
                yield told.span()
        for m in self._card_code.finditer(shape):
            told = _CARD_CODE.match(shape, self._after(shape, m.end())[0])
            if told and not self._unit.match(shape, told.end()):
                yield m.start(), told.end()

    def accounts(self, shape: str, numbers: Sequence[Number]) -> Iterator[Span]:
        """Numbers of bank accounts that are called so, unless it is asked whose they are."""
        other = {n.start for n in numbers if n.what in {What.MONEY, What.DATE, What.HOTLINE}}
        for m in self._bank_account.finditer(shape):
            told = _ACCOUNT_DIGITS.match(shape, self._after(shape, m.end())[0])
            if told is None or told.start() in other or self._unit.match(shape, told.end()):
                continue
            if not self._whose_account.search(shape, told.end(), told.end() + _LONE):
                yield told.span()

    def passwords(self, shape: str, numbers: Sequence[Number]) -> list[Span]:
        """Passwords beside a word that says so, or alone and of a shape nothing else has."""
        return list(self._passwords(shape, {n.start: n for n in numbers}))

    def _passwords(self, shape: str, numbers: dict[int, Number]) -> Iterator[Span]:
        ends = [m.end() for m in self._password.finditer(shape)]
        if ends:
            yield from self._spelled_after(ends, shape)
        for m in self._password.finditer(shape):
            if number := self._described_password(shape, m.end(), numbers):
                yield number.start, number.end
            at, linked = self._after(shape, m.end())
            token = _TOKEN.match(shape, at)
            if token is None:
                continue
            if not linked and (named := _NAMED.match(shape, at)) and _is_mixed(named[1], marked=False):
                yield named.span(1)
            told = token[0].rstrip(_TRAIL) or token[0]
            number = numbers.get(at)
            if number and told[0].isdigit() and _FIGURES.fullmatch(told):
                if self._is_digit_password(shape, number, linked):
                    yield number.start, number.end
            elif self._is_password_token(told, linked, m[0] not in self._or_me):
                yield at, at + len(told)
        for m in self._is_password.finditer(shape):
            start = shape.rfind(" ", 0, m.start()) + 1
            if self._is_password_token(shape[start : m.start()], linked=False, sure=True):
                yield start, m.start()
        lone = shape.rstrip(_TRAIL)
        if 6 <= len(lone) <= 32 and " " not in lone and _LONE_PASSWORD.match(lone) and _is_mixed(lone, marked=True):
            yield 0, len(lone)

    def _described_password(self, shape: str, at: int, numbers: dict[int, Number]) -> Number | None:
        """The digits at the end of "... là sinh nhật con gái tôi 12081990"."""
        told = _TO_DIGITS.match(shape, at)
        number = numbers.get(told.end()) if told else None
        if told is None or number is None or len(number.digits) < min(_CODE_LENGTHS):
            return None
        here = self._here.search(told[0]) or re.search("[:=]", told[0])
        if here is None or not self._described.search(told[0], here.end()) or self._asking.search(told[0]):
            return None
        no_secret = number.what in {What.MONEY, What.HOTLINE, What.PROCEDURE} or self._counts(shape, number)
        return None if no_secret else number

    def _is_digit_password(self, shape: str, number: Number, linked: bool) -> bool:
        if self._counts(shape, number) or number.what in {What.MONEY, What.DATE, What.HOTLINE, What.PROCEDURE}:
            return linked and number.what is What.DATE
        if linked:
            return 4 <= len(number.digits) <= 16
        return number.what in {What.SIX, What.PLAIN} and 6 <= len(number.digits) <= 8

    def _is_password_token(self, told: str, linked: bool, sure: bool) -> bool:
        plain = re.sub(r"\d+$", "", told)
        if len(told) < 4 or _ADDRESS_LIKE.match(told) or told in self._harmless or plain in self._harmless:
            return False
        if _is_mixed(told, marked=True) or (_is_mixed(told, marked=False) and (linked or len(told) >= 6)):
            return True
        if not linked or not sure:
            return False
        strange = told.isascii() and told.isalpha() and len(told) >= 6 and not _SYLLABLE.fullmatch(told)
        return strange or (_MARK.search(told[1:]) is not None and told[0].isalnum())


def _is_mixed(token: str, *, marked: bool) -> bool:
    """Letters and digits together; with `marked` also a sign like @ or # inside. Addresses are not."""
    letters = re.search(r"[a-z]", token) and re.search(r"\d", token) and not _ADDRESS_LIKE.match(token)
    return bool(letters) and (not marked or _MARK.search(token[1:]) is not None)
