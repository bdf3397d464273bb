"""A story: what is told of somebody before the writer says what he did for him. It tells who that is and how he
fares, and those it names besides were not helped: "chị Mận bận quá, con trai đi học, em kê khai thuế cho chị".
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from content.logline.counting import DOING
from content.logline.items import Item
from content.logline.mention import Mention
from content.logline.pieces import TOWARDS_ME, Piece

SOON = 4
"""Words after the writer's own within which he tells what he did."""
OTHERS = ("people", "num", "results", "along", "brings")
"""What a story tells beside of others, and of what was before."""
WHEN = ("day", "part", "clock", "minutes")


def did(piece: Piece) -> bool:
    """Whether the writer tells what he did himself: "tui bày cho nó nộp hồ sơ"."""
    if piece.has("planned", "coming", "next_week", "question", "request"):
        return False
    for n, me in enumerate(piece.items):
        if me.has("people") or not me.has("me", "speaker") or (n and piece.items[n - 1].has(*TOWARDS_ME)):
            continue
        after = piece.items[n + 1 : n + 1 + SOON]
        speaks = me.has("speaker") or any(m.bare and not m.weak and m.kin != me.key for m in piece.mentions)
        if any(item.has("help") or (item.has("act") and speaks) for item in after):  # "e khai thuế cho c"
            return piece.has(*DOING, "people")
    return False


def told_of(story: Sequence[Piece], doing: Piece, after: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """The pieces of the story before the writer's doing and those after it, of the one alone for whom he did it, when
    he only points to him; all as they are when it is not plain who that is.
    """
    whom = _pointed_to(story, doing)
    if whom is None and _named_alone(doing) and not any(p.has("help", "asks", *DOING) for p in story):
        return [_without_vague(p) for p in story], list(after)
    helps = any(p.has("help") and not p.has("bystander", "heard") for p in story)
    if whom is None or helps:
        return list(story), list(after)
    others = {item.value.kin.partition(" ")[0] for p in story for item in p.all("people") if item is not whom}
    words = others - set(whom.value.kin.split())
    if any(p.has("help", *DOING) and any(item.key in words for item in p.items) for p in after):
        return list(story), list(after)  # "..., rốt cuộc tui cài cho thím, còn chú thì ..."
    return [_of_him(p, whom, doing) for p in story], [_without(p, words) for p in after]


def _pointed_to(story: Sequence[Piece], doing: Piece) -> Item | None:
    """Who was told of in the story and is helped by the word for him alone: "tối nay tui tới nhà cài cho chú"."""
    pointed = [m for m in doing.mentions if m.bare and m.n == 1 and not m.weak]
    if len(pointed) != 1 or any(m is not pointed[0] and not m.weak for m in doing.mentions):
        return None
    known = [item for p in story for item in p.all("people") if _may_be(item.value, pointed[0].kin)]
    known = [item for item in known if item.value.cased] or known
    return known[0] if len(known) == 1 else None


def _named_alone(doing: Piece) -> bool:
    """Whether it was done for one called by name: "tui cài VNeID cho ông Bảy"."""
    given = [b.has("on_behalf") and i.has("people") and i.value.named for b, i in pairwise(doing.items)]
    return any(given) and len(doing.mentions) == 1


def _without_vague(piece: Piece) -> Piece:
    """A piece of the story without those whose number was not told: "mấy đứa nhỏ bu lại coi"."""
    return replace(piece, items=[i for i in piece.items if not (i.has("people") and i.value.n is None)])


def _may_be(mention: Mention, kin: str) -> bool:
    return mention.n == 1 and mention.named and not mention.owned and kin in mention.kin.split()


def _of_him(piece: Piece, whom: Item, doing: Piece) -> Piece:
    """A piece of the story without the others in it; what is told of them alone tells nothing but when it was."""
    first = next((item for item in piece.items if not item.has(*WHEN)), None)
    again = first is not None and not (first.has("people") and first.value.cased)  # "chi than quen mat khau"
    leads = first is not None and again and first.tokens[:1] != () and first.tokens[0].key in whom.value.kin.split()
    here = any(item is whom for item in piece.items)
    if here or leads or not piece.has("people", "relative"):
        no = piece.index("could_not", "not_yet")  # "không ra nhà văn hóa được"
        told = [item for n, item in enumerate(piece.items) if n < no or not item.has("places")]
        return replace(piece, items=[item for item in told if item is whom or not item.has(*OTHERS)])
    if piece.has(*DOING) and not doing.has("thing", "procedure"):
        return piece
    return replace(piece, items=piece.all(*WHEN))


def _without(piece: Piece, others: set[str]) -> Piece:
    """A later piece without those told of in the story: "... mà ba đứa phá quá trời"."""
    if piece.has(*DOING, "help", "results", "adding", "everybody"):
        return piece
    gone = {id(item) for item in piece.all("people") if item.value.kin.partition(" ")[0] in others}
    return replace(piece, items=[item for item in piece.items if id(item) not in gone])
