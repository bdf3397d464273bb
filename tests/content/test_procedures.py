"""The words of the procedures: short enough to be read aloud, whole, and honest about what is not known."""

import datetime as dt
from collections.abc import Iterator

import pytest

from content.guide import Confidence
from content.knowledge import FOLDER, Knowledge
from content.procedure import Online
from content.reading import read
from content.telling import LONGEST, Telling

DAYS = (dt.date(2026, 11, 21), dt.date(2027, 1, 5), dt.date(2027, 3, 2))


def tellings(knowledge: Knowledge, day: dt.date) -> Iterator[Telling]:
    """Every procedure in every variant that may be shown on that day."""
    for procedure in knowledge.library.procedures.values():
        if procedure.in_force(day):
            yield Telling(knowledge.messages, knowledge.library, procedure, day)
            for variant in procedure.question.options if procedure.question else ():
                if variant.stays:
                    yield Telling(knowledge.messages, knowledge.library, procedure, day, variant)


@pytest.mark.parametrize("day", DAYS)
def test_no_message_of_a_procedure_is_too_long(knowledge: Knowledge, day: dt.date) -> None:
    for telling in tellings(knowledge, day):
        for name, text in telling.texts().items():
            assert len(text) <= LONGEST, (telling.procedure.id, telling.variant, name)
            assert "\n\n\n" not in text
            assert "{" not in text
            assert "None" not in text


def test_every_short_answer_tells_what_where_papers_fee_time_and_whether_on_the_net(knowledge: Knowledge) -> None:
    for telling in tellings(knowledge, DAYS[0]):
        card = telling.card()
        for part in (
            "- Nơi làm: ",
            "- Cần: ",
            "- Phí: ",
            "- Bao lâu: ",
            "- Trên mạng: ",
            "Nguồn: ",
            "kiểm tra 21/11/2026",
        ):
            assert part in card, (telling.procedure.id, part)


def test_what_nobody_confirmed_is_told_as_unknown_or_marked(knowledge: Knowledge) -> None:
    for telling in tellings(knowledge, DAYS[0]):
        p, card = telling.procedure, telling.card()
        lines = {line.split(":")[0].removeprefix("- "): line for line in card.splitlines() if line.startswith("- ")}
        for part, name in (("papers", "Cần"), ("time", "Bao lâu"), ("where", "Nơi làm")):
            sure = p.sure(part)  # type: ignore[arg-type]
            known = "chưa rõ" not in lines[name]
            assert sure is not Confidence.CHUA_RO or not known, (p.id, part)
            if known and sure in (Confidence.MOT_NGUON, Confidence.SUY_LUAN):
                assert "*" in lines[name], (p.id, part)
        assert ("*" in card.replace("**", "")) is ("(*)" in card), p.id
        unknown = any("chưa rõ" in line for line in lines.values())
        assert not unknown or f"Chỗ chưa rõ, bác hỏi {p.ask_at or 'Trung tâm'}" in card, p.id


def test_the_procedures_of_the_catalogue_are_there_and_each_is_called_otherwise(knowledge: Knowledge) -> None:
    procedures = knowledge.library.procedures.values()
    assert len(procedures) >= 53
    assert sum(p.rank == 1 for p in procedures) >= 25
    assert len({p.menu for p in procedures}) == len(procedures)


def test_every_variant_leads_somewhere(knowledge: Knowledge) -> None:
    library = knowledge.library
    questions = [(p.id, p.question.options) for p in library.procedures.values() if p.question]
    questions += [(c.id, c.options) for c in library.clarifies.values()]
    for owner, options in questions:
        for option in options:
            assert option.procedure is None or option.procedure in library.procedures, (owner, option.id)
            assert option.guide is None or option.guide in library.guides, (owner, option.id)
    assert all(not option.stays for c in library.clarifies.values() for option in c.options)


def test_wherever_an_amount_is_told_the_portal_has_the_last_word(knowledge: Knowledge) -> None:
    for telling in tellings(knowledge, DAYS[0]):
        for name in ("card", "fee"):
            text = telling.texts().get(name, "")
            amounts = "đồng/" in text
            assert not amounts or "hiển thị trên Cổng" in text, (telling.procedure.id, name)


def test_every_intent_is_answered_by_something_in_force_or_by_a_person(knowledge: Knowledge) -> None:
    library, asked = knowledge.library, 0
    for path in (FOLDER / "intents").glob("*.yaml"):
        for intent in read(path, FOLDER).data.get("intents", ()):
            guides, procedures = library.for_intent(intent["slug"])
            shown = [g for g in guides if library.guides[g].in_force(DAYS[0])]
            shown += [p for p in procedures if library.procedure(p, DAYS[0])]
            assert shown or intent.get("human"), intent["slug"]
            asked += 1
    assert asked >= 50


def test_the_procedures_asked_for_most_have_a_guide_when_they_can_be_done_online(knowledge: Knowledge) -> None:
    library = knowledge.library
    assert len(library.all(DAYS[0])) >= 25
    online = [p for p in library.procedures.values() if p.rank == 1 and p.online is Online.TOAN_TRINH]
    walked = [p.id for p in library.procedures.values() if p.rank == 1 and library.guides_for(p.id, DAYS[0])]
    assert {p.id for p in online} <= set(walked)
    assert len(walked) >= 20
