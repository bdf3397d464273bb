"""Whose word "em" is: the writer's for himself, or that of somebody named so: "Em Duyên hỏi, tôi ra chỉ em"."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, zip_longest

from content.logline.items import Item, Lexicon

OTHERS = ("em", "chau")
"""Words for himself by which he may call others too."""
MINE = ("toi", "tui", "minh", "tao")
"""Words for himself that nobody else is called by."""
SIBLINGS = ("trai", "gai", "re", "dau", "chong", "vo", "ruot")
"""Behind "em" these tell whose sibling that is."""
GIVEN = ("help", "on_behalf", "calls", "asks")
"""Before the title of somebody the writer helped."""


def named_so(items: Sequence[Item], lexicon: Lexicon) -> list[Item]:
    """The items, such a word without its meaning of the writer where somebody else is called by it, and no part of a
    phrase of asking then: "chỉ em".
    """
    items = _with_siblings(items, lexicon)
    titles, always = _titles(items)
    if not titles:
        return list(items)
    out: list[Item] = []
    for item, after in zip_longest(items, items[1:]):
        named = after is not None and _name(after) and item.tokens and item.tokens[-1].key in titles
        words = {token.key for token in item.tokens}
        apart = len(item.tokens) > 1 and item.has("request", *(["places"] if named else [])) and titles & words
        parts = _parted(item, titles, lexicon) if apart else [item]
        out += [p.without("me", "speaker") if p.key in titles and (always or named) else p for p in parts]
    return out


def _with_siblings(items: Sequence[Item], lexicon: Lexicon) -> list[Item]:
    """The items, a request taken apart where it is somebody's sibling who is guided: "hướng dẫn em trai chị Lan"."""
    out: list[Item] = []
    for item in items:
        asked = out[-1] if out and out[-1].has("request") and out[-1].tokens[-1].key == OTHERS[0] else None
        if asked is not None and item.key in SIBLINGS:
            out.pop()
            out += [*lexicon.items(asked.tokens[:-1], marked=True), *lexicon.items([asked.tokens[-1], *item.tokens])]
        else:
            out.append(item)
    return out


def _parted(item: Item, titles: set[str], lexicon: Lexicon) -> list[Item]:
    """A phrase as the title in it and the words beside: "em" and "hỗ trợ"."""
    runs = [list(run) for _, run in groupby(item.tokens, lambda token: token.key in titles)]
    return [part for run in runs for part in lexicon.items(run, marked=True)]


def _titles(items: Sequence[Item]) -> tuple[set[str], bool]:
    """Words by which somebody else is named, where the writer has another word for himself or gives him help; and
    whether the first is so, and that word is never his.
    """
    mine = any(item.has("me") and item.key in MINE for item in items)
    return {key for key, given in _called(items) if mine or given}, mine


def _called(items: Sequence[Item]) -> Iterator[tuple[str, bool]]:
    """Titles before names, and whether something was done for those."""
    for n, (item, name) in enumerate(pairwise(items)):
        title = item.tokens[-1].key if item.tokens else ""
        if title in OTHERS and _name(name) and (len(item.tokens) == 1 or item.has("places", "request")):
            yield title, len(item.tokens) > 1 or (n > 0 and items[n - 1].has(*GIVEN))


def _name(item: Item) -> bool:
    return item.capital and not item.shown.isupper() and not item.has("help", "hamlets", "thing")
