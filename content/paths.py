"""The ways through a guide: what is reached, what leads nowhere, and the guide drawn as a picture."""

from collections.abc import Iterable, Mapping

from content.guide import END, Guide, Step

_DRAWN = 60
"""Characters of a step's text that its box shows."""


def onward(guide: Guide, step: Step) -> list[str]:
    """The ids a person may come to by finishing the step, END among them; unknown ones as they are written."""
    return [choice.next for choice in step.choices] if step.choices else [guide.following(step)]


def reachable(guide: Guide) -> set[str]:
    """Steps somebody can come to from the first, by finishing steps and by remedies."""
    ways = {s.id: [*onward(guide, s), *(o.goto for o in s.obstacles if o.goto)] for s in guide.steps}
    return _closure([guide.steps[0].id], ways)


def finishing(guide: Guide) -> set[str]:
    """Steps from which somebody can come to the end by finishing steps, remedies not counted."""
    back: dict[str, list[str]] = {}
    for step in guide.steps:
        for place in onward(guide, step):
            back.setdefault(place, []).append(step.id)
    return _closure([END], back)


def circling(guide: Guide) -> set[str]:
    """Steps that somebody can come back to by finishing steps: the count of steps ahead would never end."""
    ways = {step.id: onward(guide, step) for step in guide.steps}
    return {step.id for step in guide.steps if step.id in _closure(ways[step.id], ways)}


def _closure(start: Iterable[str], ways: Mapping[str, Iterable[str]]) -> set[str]:
    seen: set[str] = set()
    todo = list(start)
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo += ways.get(here, ())
    return seen


def graph(guide: Guide) -> str:
    """The guide as a Mermaid flow chart: steps and choices in full lines, remedies in dotted ones."""
    number = {step.id: f"b{n}" for n, step in enumerate(guide.steps, 1)} | {END: "het_roi"}
    lines = ["flowchart TD"]
    for step in guide.steps:
        left, right = ("{", "}") if step.choices else ("[", "]")
        lines.append(f"  {number[step.id]}{left}{_quoted(_short(step.text))}{right}")
    lines.append(f"  {number[END]}([{_quoted(_short(guide.ending.text))}])")
    others: dict[str, str] = {}
    for step in guide.steps:
        here = number[step.id]
        labels = [choice.label for choice in step.choices] or [""]
        for label, place in zip(labels, onward(guide, step), strict=True):
            lines.append(f"  {here} -->{_label(label)} {number.get(place, place)}")
        for obstacle in step.obstacles:
            if obstacle.goto:
                lines.append(f"  {here} -.->{_label(obstacle.label)} {number.get(obstacle.goto, obstacle.goto)}")
            if obstacle.guide:
                other = others.setdefault(obstacle.guide, f"g{len(others) + 1}")
                lines.append(f"  {here} -.->{_label(obstacle.label)} {other}")
    for slug in guide.ending.next_guides:
        lines.append(f"  {number[END]} -.-> {others.setdefault(slug, f'g{len(others) + 1}')}")
    lines += [f"  {name}[[{_quoted(slug)}]]" for slug, name in others.items()]
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    return f"|{_quoted(text)}|" if text else ""


def _short(text: str) -> str:
    return text if len(text) <= _DRAWN else text[: _DRAWN - 1].rstrip() + "…"


def _quoted(text: str) -> str:
    """Text for Mermaid: in quotes, with its own quotes and tags written as codes."""
    for sign, code in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("**", "")):
        text = text.replace(sign, code)
    return f'"{text}"'
