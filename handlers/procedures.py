"""Procedures: browsed by group, asked about by variant, answered in short, then each part in full."""

from collections.abc import Sequence
from typing import get_args

from content.guide import Guide
from content.procedure import Group, Procedure, Variant
from content.telling import Telling
from handlers import guiding
from handlers.here import here
from handlers.steps import CHECK
from handlers.turn import Choice, Turn

FILING_GUIDE = "dvc-nop-ho-so"
"""Walks through filing on the portal, for procedures that have no guide of their own."""
ANY = "-"
"""In a button: no variant was chosen."""
PARTS = ("papers", "fee", "steps", "rejects", "sources", "acts")


async def groups(turn: Turn) -> None:
    """The groups procedures are browsed by."""
    choices = [turn.choice("procedure.group", f"p:g:{code}", code=code) for code in get_args(Group)]
    turn.say("procedure.ask_group", choices=[*choices, turn.choice("common.menu", "m:menu")])


async def press(turn: Turn, args: list[str]) -> None:
    """p:m groups, p:g:<group> its procedures, p:o:<id> asks or answers, p:v:<id>:<variant> answers,
    p:i:<part>:<id>:<variant> a part in full, p:q:<clarify> asks, p:a:<clarify>:<option> answers that."""
    turn.state.leave()
    match args:
        case ["g", group] if group in get_args(Group):
            _list(turn, group)
        case ["o", slug]:
            await show(turn, slug)
        case ["v", slug, variant]:
            await answer(turn, slug, variant)
        case ["i", part, slug, variant] if part in PARTS:
            await _part(turn, part, slug, variant)
        case ["q", clarify]:
            await ask_which(turn, clarify)
        case ["a", clarify, option]:
            await _chosen(turn, clarify, option)
        case _:
            await groups(turn)


def _list(turn: Turn, group: str) -> None:
    procedures = turn.knowledge.library.in_group(group, turn.today)
    choices = [Choice(p.menu, f"p:o:{p.id}") for p in procedures]
    name = turn.words("procedure.group", code=group)
    turn.say("procedure.group_list", name=name, choices=[
        *choices, turn.choice("procedure.other_group", "p:m"), turn.choice("common.menu", "m:menu"),
    ])  # fmt: skip


async def show(turn: Turn, slug: str) -> None:
    """The short answer about a procedure; what it depends on is asked first."""
    procedure = turn.knowledge.library.procedure(slug, turn.today)
    if procedure is None or procedure.question is None:
        await answer(turn, slug, ANY)
        return
    options = [Choice(v.label, f"p:v:{slug}:{v.id}") for v in procedure.question.options]
    unsure = turn.choice("procedure.not_sure", f"p:v:{slug}:{ANY}")
    turn.say("procedure.no_answer", text=procedure.question.ask, choices=[*options, unsure])


async def answer(turn: Turn, slug: str, variant_id: str) -> None:
    """The short answer for that variant, or wherever the variant leads."""
    procedure = turn.knowledge.library.procedure(slug, turn.today)
    if procedure is None:
        turn.say("procedure.gone")
        await groups(turn)
        return
    variant = procedure.variant(variant_id)
    if variant is not None and not variant.stays:
        await _lead(turn, variant)
        return
    telling = await _telling(turn, procedure, variant)
    if beside := telling.beside():
        turn.say("procedure.no_answer", text=beside, choices=[turn.choice("common.human", "m:nguoi")])
    turn.say("procedure.no_answer", text=telling.card(), choices=_after_card(turn, telling))


async def ask_which(turn: Turn, clarify_id: str) -> None:
    """Asks which of several matters a word means."""
    clarify = turn.knowledge.library.clarifies.get(clarify_id)
    if clarify is None:
        await groups(turn)
        return
    choices = [Choice(v.label, f"p:a:{clarify_id}:{v.id}") for v in clarify.options]
    turn.say("procedure.no_answer", text=clarify.ask, choices=[*choices, turn.choice("common.other", "m:menu")])


async def _chosen(turn: Turn, clarify_id: str, option_id: str) -> None:
    clarify = turn.knowledge.library.clarifies.get(clarify_id)
    option = next((v for v in clarify.options if v.id == option_id), None) if clarify else None
    if option is None:
        await ask_which(turn, clarify_id)
    else:
        await _lead(turn, option)


async def _lead(turn: Turn, variant: Variant) -> None:
    """To another procedure, a guide, or a person."""
    if variant.procedure is not None:
        await show(turn, variant.procedure)
    elif variant.guide is not None:
        await guiding.open_guide(turn, variant.guide)
    else:
        choices = [turn.choice("common.human", "m:nguoi"), turn.choice("common.menu", "m:menu")]
        turn.say("procedure.no_answer", text=variant.instead, choices=choices)


async def _part(turn: Turn, part: str, slug: str, variant_id: str) -> None:
    """One part in full, and the ways on."""
    procedure = turn.knowledge.library.procedure(slug, turn.today)
    if procedure is None:
        await answer(turn, slug, variant_id)
        return
    telling = await _telling(turn, procedure, procedure.variant(variant_id))
    text = telling.texts().get(part)
    if text is None:
        await answer(turn, slug, variant_id)
        return
    turn.say("procedure.no_answer", text=text, choices=_after_part(turn, telling, part))


async def _telling(turn: Turn, procedure: Procedure, variant: Variant | None) -> Telling:
    knowledge = turn.knowledge
    return Telling(knowledge.messages, knowledge.library, procedure, turn.today, variant, await here(turn))


def _after_card(turn: Turn, telling: Telling) -> list[Choice]:
    parts = [p for p in ("papers", "fee", "steps", "rejects", "sources") if p in telling.texts()]
    return [
        *_guides(turn, telling),
        *(turn.choice(f"procedure.see_{part}", _value(telling, part)) for part in parts),
        *([turn.choice("gap.not_it", f"o:n:{telling.procedure.id}")] if turn.chat is not None else []),
        turn.choice("common.human", "m:nguoi"),
        turn.choice("common.menu", "m:menu"),
    ]


def _after_part(turn: Turn, telling: Telling, part: str) -> list[Choice]:
    p, choices = telling.procedure, list[Choice]()
    waiver = telling.quote().waiver if part == "fee" else None
    if waiver is not None and waiver.guide and _guide(turn, waiver.guide):
        choices.append(turn.choice("procedure.waiver_guide", f"g:o:{waiver.guide}"))
    if part == "fee":
        choices.append(
            turn.choice("qr.fee_offer", f"{CHECK}:{p.id}:{telling.variant.id if telling.variant else ANY}")
        )
    if part == "steps":
        choices += _guides(turn, telling)
    if part == "sources" and p.legal:
        choices.append(turn.choice("procedure.see_acts", _value(telling, "acts")))
    back = f"p:v:{p.id}:{telling.variant.id if telling.variant else ANY}"
    choices.append(turn.choice("procedure.back_to_card", back, title=p.menu))
    return [*choices, turn.choice("common.human", "m:nguoi"), turn.choice("common.menu", "m:menu")]


def _guides(turn: Turn, telling: Telling) -> Sequence[Choice]:
    """The guides that walk through it; the general one for what is filed on the portal and has none."""
    own = turn.knowledge.library.guides_for(telling.procedure.id, turn.today)
    general = _guide(turn, FILING_GUIDE) if not own and "dvcqg" in telling.procedure.channels else None
    return [
        turn.choice("procedure.see_guide", f"g:o:{g.id}", style="main", title=g.menu)
        for g in (own or ([general] if general else []))
    ]


def _guide(turn: Turn, slug: str) -> Guide | None:
    guide = turn.knowledge.library.get(slug)
    return guide if guide is not None and guide.in_force(turn.today) else None


def _value(telling: Telling, part: str) -> str:
    return f"p:i:{part}:{telling.procedure.id}:{telling.variant.id if telling.variant else ANY}"
