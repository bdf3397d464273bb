"""A walk through a guide: whatever is pressed or typed, the person stands at a step that exists, and knows which."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.guide import END, Guide, Step
from content.knowledge import Knowledge
from handlers import reminders
from handlers.turn import Kind, Message, State, Turn
from storage.memory import Memory
from storage.runs import Run
from tests.talk import CHANNEL, Person, Talk

GUIDE = "vneid-kich-hoat"
PLACE = re.compile(r"Bước (\d+)/(\d+)")
NOISE = ["đúng", "ừ", "47", "99", "0", "-1", "1.5", "😀😀", "k biết nữa cháu ơi", "...", "​", "٣٣٣", "g:s:1:x:n"]


async def run_of(talk: Talk, person: Person) -> Run | None:
    """The run in hand, as stored."""
    async with talk.memory() as memory:
        chat = await memory.people.find(CHANNEL, talk.database.vault.lane(CHANNEL, person.address))
        assert chat is not None
        return chat.run


async def begun(talk: Talk, guide: str = GUIDE) -> Person:
    """Somebody at the first step of a guide."""
    an = await talk.citizen("An")
    await an.presses_value(f"g:o:{guide}")
    if talk.knowledge.library.guides[guide].asks_who:
        await an.presses("Tôi làm cho tôi")
    return an


def with_guide(knowledge: Knowledge, guide: Guide) -> Knowledge:
    """The knowledge with another edition of a guide."""
    guides = {**knowledge.library.guides, guide.id: guide}
    return replace(knowledge, library=replace(knowledge.library, guides=guides))


def edition(guide: Guide, steps: Sequence[Step]) -> Guide:
    """The next version, with these steps."""
    return Guide.model_validate(dict(guide) | {"version": guide.version + 1, "steps": tuple(steps)})


def without(guide: Guide, gone: str) -> list[Step]:
    """The steps without one; whoever led to it leads to the one after it."""
    after = guide.following(next(s for s in guide.steps if s.id == gone))
    kept = []
    for step in guide.steps:
        choices = tuple(c.model_copy(update={"next": after if c.next == gone else c.next}) for c in step.choices)
        obstacles = tuple(o.model_copy(update={"goto": after if o.goto == gone else o.goto}) for o in step.obstacles)
        next_ = after if step.next == gone else step.next
        kept.append(step.model_copy(update={"choices": choices, "obstacles": obstacles, "next": next_}))
    return [s for s in kept if s.id != gone]


# --- any walk -----------------------------------------------------------------------------------------------


@dataclass
class Walk:
    """Where the person ought to stand: the way he came, with the step in hand last; nothing when he is through."""

    guide: Guide
    way: list[str] = field(default_factory=list)

    @property
    def step(self) -> Step:
        step = self.guide.step(self.way[-1])
        assert step is not None
        return step

    def onward(self, answer: str | None) -> None:
        place = self.guide.following(self.step, answer)
        self.way = [] if place == END else [*self.way, place]


Action = tuple[str, int]
ACTIONS = st.tuples(
    st.sampled_from(["on", "on", "on", "back", "typed back", "stuck", "stuck", "old", "again", "noise"]),
    st.integers(0, 500),
)


class Walker:
    """Does what an action says, in the product and in the model, and compares."""

    def __init__(self, talk: Talk, person: Person, walk: Walk) -> None:
        self.talk, self.person, self.walk = talk, person, walk
        self.seen: list[str] = []

    async def do(self, action: Action) -> None:
        what, n = action
        if not self.walk.way:
            await self.begin()
        elif what == "on":
            await self.on(n)
        elif what in ("back", "typed back"):
            await self.back(pressed=what == "back")
        elif what == "stuck":
            await self.stuck(n)
        elif what == "old":
            await self.old(n)
        elif what == "again":
            await self.on(n)
            if self.walk.way:
                await self.person.presses_again()
        else:
            await self.person.says(NOISE[n % len(NOISE)])
        self.seen += [c.value for c in self.person.choices if c.value.startswith("g:s:")]
        await self.compare()

    async def begin(self) -> None:
        slug = self.walk.guide.id
        await self.person.presses_value(f"g:w:{slug}:toi" if self.walk.guide.asks_who else f"g:o:{slug}")
        self.walk.way = [self.walk.guide.steps[0].id]

    async def value(self, what: str) -> str:
        run = await run_of(self.talk, self.person)
        assert run is not None
        return f"g:s:{run.id}:{run.step}:{what}"

    async def press(self, what: str) -> None:
        self.person.last_press = await self.value(what)
        await self.person.presses_again()

    async def on(self, n: int) -> None:
        choices = self.walk.step.choices
        answer = choices[n % len(choices)].id if choices else None
        await self.press(f"c.{answer}" if answer else "n")
        self.walk.onward(answer)

    async def back(self, *, pressed: bool) -> None:
        await (self.press("b") if pressed else self.person.says("lùi"))
        if len(self.walk.way) > 1:
            self.walk.way.pop()

    async def stuck(self, n: int) -> None:
        await self.press("k")
        obstacles = self.walk.step.obstacles
        assert len(self.person.choices) == len(obstacles) + 3, (
            "every obstacle, a changed screen, something else, and back"
        )
        if obstacles:
            obstacle = obstacles[n % len(obstacles)]
            await self.press(f"o.{obstacle.id}")
            if obstacle.goto:
                self.walk.way.append(obstacle.goto)

    async def old(self, n: int) -> None:
        here = await self.value("")
        others = [v for v in self.seen if not v.startswith(here)]
        if others:
            await self.person.presses_value(others[n % len(others)])
            assert "không đổi gì" in self.person.reads

    async def compare(self) -> None:
        run = await run_of(self.talk, self.person)
        if not self.walk.way:
            assert run is None
            assert "Xong" in self.person.reads
            return
        assert run is not None
        assert self.walk.guide.step(run.step) is not None
        assert [*run.history, run.step] == self.walk.way
        for here, total in PLACE.findall(self.person.reads):
            assert int(here) == len(run.history) + 1
            assert int(here) <= int(total)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), actions=st.lists(ACTIONS, min_size=1, max_size=30))
async def test_any_walk_stands_at_a_step_that_exists_and_back_undoes_one_move(
    talk: Talk, data: st.DataObject, actions: list[Action]
) -> None:
    guide = data.draw(st.sampled_from(talk.knowledge.library.all(talk.now.date())))
    walker = Walker(talk, await talk.citizen("An"), Walk(guide))
    for action in actions:
        await walker.do(action)


# --- presses of the past ------------------------------------------------------------------------------------


async def test_the_button_that_began_the_guide_does_not_begin_it_again(talk: Talk) -> None:
    an = await begun(talk)
    await an.presses("Xong")
    before = await run_of(talk, an)
    await an.presses_value(f"g:w:{GUIDE}:toi")
    assert await run_of(talk, an) == before
    assert "Bước 2/" in an.reads


async def test_an_old_from_the_start_button_does_not_throw_away_a_newer_walk(talk: Talk) -> None:
    an = await begun(talk)
    await an.presses("Xong")
    await an.presses_value(f"g:o:{GUIDE}")
    await an.presses("Làm lại từ đầu")
    old = an.last_press
    await an.presses("Tôi làm cho tôi")
    assert "Bước 1/" in an.reads
    await an.presses("Xong")
    await an.presses_value(old)
    run = await run_of(talk, an)
    assert run is not None
    assert len(run.history) == 1


async def test_the_scam_card_opened_twice_is_one_walk(talk: Talk) -> None:
    an = await begun(talk, "canh-bao-lua-dao")
    first = await run_of(talk, an)
    await an.presses_value("g:o:canh-bao-lua-dao")
    assert await run_of(talk, an) == first


async def test_a_button_of_somebody_else_moves_nobody(talk: Talk) -> None:
    an, binh = await begun(talk), await begun(talk)
    before = await run_of(talk, an)
    await binh.presses_value(an.choice("Xong").value)
    await binh.presses_value(an.choice("Dừng").value)
    assert before is not None
    await binh.presses_value(f"g:r:{before.id}")
    assert await run_of(talk, an) == before
    own = await run_of(talk, binh)
    assert own is not None
    assert own.history == ()


# --- words --------------------------------------------------------------------------------------------------


async def test_right_is_not_stop(talk: Talk) -> None:
    an = await begun(talk)
    for text in ("đúng", "Đúng", "đúng rồi", "ĐÚNG"):
        await an.says(text)
        assert await run_of(talk, an) is not None, text
        assert "Bước 1/" in an.reads
    await an.says("dung")
    assert await run_of(talk, an) is None


async def test_done_is_understood_after_a_remedy_too(talk: Talk) -> None:
    an = await begun(talk)
    await an.presses("Bị kẹt")
    await an.presses("Chưa thấy tin báo duyệt")
    await an.says("xong rồi")
    assert "Bước 2/" in an.reads


async def test_a_question_about_the_guide_in_hand_asks_where_it_is_stuck(talk: Talk) -> None:
    an = await begun(talk)
    await an.says("kích hoạt không được")
    assert "bị kẹt ở chỗ nào" in an.reads
    assert "Chưa thấy tin báo duyệt" in an.labels


async def test_sources_of_the_step_are_shown_with_the_day_they_were_checked(talk: Talk) -> None:
    an = await begun(talk)
    await an.says("nguồn")
    assert "Nguồn:" in an.reads
    assert "Kiểm tra lần cuối: 21/11/2026" in an.reads
    assert "Bước 1/" in an.reads


# --- put aside ----------------------------------------------------------------------------------------------


async def test_a_guide_put_aside_for_another_is_offered_when_that_one_is_left(talk: Talk) -> None:
    an = await begun(talk)
    await an.presses("Xong")
    await an.presses_value("g:o:vneid-quen-mat-khau")
    await an.presses("Tôi làm cho tôi")
    await an.says("dừng")
    await an.presses("Làm tiếp")
    assert "Bước 2/" in an.reads
    assert "VNeID" in an.reads


async def test_no_more_reminders_leaves_a_way_on(talk: Talk) -> None:
    an = await begun(talk)
    await an.presses_value("g:x:im")
    await an.presses("Làm tiếp")
    assert "Bước 1/" in an.reads


# --- another edition ----------------------------------------------------------------------------------------


async def at_second_step(talk: Talk) -> Person:
    an = await begun(talk)
    await an.presses("Xong")
    assert "Máy của bác đã có" in an.reads
    return an


async def test_a_new_edition_keeps_a_person_at_his_step(talk: Talk) -> None:
    an = await at_second_step(talk)
    guide = talk.knowledge.library.guides[GUIDE]
    talk.knowledge = with_guide(talk.knowledge, edition(guide, guide.steps))
    await an.presses("Chưa có")
    assert "Bước 3/" in an.reads


async def test_a_step_that_took_the_place_of_another_takes_over_its_people_and_their_way_back(talk: Talk) -> None:
    an = await at_second_step(talk)
    guide = talk.knowledge.library.guides[GUIDE]
    first = guide.steps[0].model_copy(update={"id": "tin-moi", "was": ("tin-duyet",)})
    second = guide.steps[1].model_copy(update={"id": "xem-app", "was": ("co-app",)})
    talk.knowledge = with_guide(talk.knowledge, edition(guide, [first, second, *guide.steps[2:]]))
    await an.says("tôi đang ở đâu")
    assert "Máy của bác đã có" in an.reads
    assert "Bước 2/" in an.reads
    await an.says("lùi")
    assert "mục Tin nhắn" in an.reads
    assert "Bước 1/" in an.reads


async def test_a_step_that_is_gone_leaves_its_people_at_the_one_before_with_a_true_count(talk: Talk) -> None:
    an = await at_second_step(talk)
    await an.presses("Chưa có")
    await an.presses("Xong")
    assert "Bước 4/" in an.reads
    guide = talk.knowledge.library.guides[GUIDE]
    talk.knowledge = with_guide(talk.knowledge, edition(guide, without(guide, "tim-app")))
    await an.says("tôi đang ở đâu")
    assert "Bác mở cửa hàng ứng dụng" in an.reads
    assert "Bước 3/" in an.reads
    await an.says("lùi")
    assert "Máy của bác đã có" in an.reads
    assert "Bước 2/" in an.reads


async def test_an_offer_to_go_on_and_a_reminder_count_by_the_new_edition(talk: Talk) -> None:
    an = await at_second_step(talk)
    await an.presses("Chưa có")
    await an.presses("Xong")
    guide = talk.knowledge.library.guides[GUIDE]
    talk.knowledge = with_guide(talk.knowledge, edition(guide, without(guide, "tim-app")))
    await an.presses_value(f"g:o:{GUIDE}")
    here, total = re.findall(r"bước (\d+)/(\d+)", an.reads)[0]
    assert int(here) == 3
    assert int(here) <= int(total)
    run = await run_of(talk, an)
    assert run is not None
    async with talk.memory() as memory:
        turn = await turn_of(talk, an, memory)
        reminders.remind(turn, run)
    assert f"bước {here}/{total}" in turn.replies[0].text


async def turn_of(talk: Talk, person: Person, memory: Memory) -> Turn:
    """A turn nobody wrote for, as a reminder is."""
    chat = await memory.people.find(CHANNEL, talk.database.vault.lane(CHANNEL, person.address))
    message = Message(person.address, Kind.OTHER)
    return Turn(message, talk.now, memory, talk.knowledge, talk.chance, State(), CHANNEL, chat)


async def test_a_guide_that_ends_in_the_middle_says_so_and_lets_go(talk: Talk) -> None:
    for act in ("lùi", "dừng", "nguồn", "xyz", "tiếp", "press"):
        an = await at_second_step(talk)
        guide = talk.knowledge.library.guides[GUIDE]
        old = talk.knowledge
        talk.knowledge = with_guide(
            old, guide.model_copy(update={"valid_to": talk.now.date() - dt.timedelta(days=1)})
        )
        await (an.presses("Chưa có") if act == "press" else an.says(act))
        assert "không còn dùng" in an.reads, act
        assert "Bước" not in an.reads
        assert "Gặp người" in an.labels
        assert await run_of(talk, an) is None, act
        talk.knowledge = old


async def test_a_guide_that_ends_in_the_middle_does_not_swallow_a_question(talk: Talk) -> None:
    an = await at_second_step(talk)
    guide = talk.knowledge.library.guides[GUIDE]
    talk.knowledge = with_guide(talk.knowledge, guide.model_copy(update={"valid_to": dt.date(2026, 11, 1)}))
    await an.says("quên mật khẩu vneid")
    assert "Bác làm cho ai?" in an.reads
    await an.presses("Tôi làm cho tôi")
    assert "Bước 1/" in an.reads


# --- the whole guide as a file ------------------------------------------------------------------------------


async def test_the_whole_guide_is_sent_from_its_opening_a_question_and_by_word_from_any_step(talk: Talk) -> None:
    an = await talk.citizen("An")
    await an.presses_value(f"g:o:{GUIDE}")
    await an.presses("Gửi cả bài")
    assert [f.name for f in an.replies[0].files] == [f"huong-dan-{GUIDE}.pdf"]
    await an.presses("Dẫn tôi từng bước")
    await an.presses("Tôi làm cho tôi")
    await an.presses("Xong")
    stood = PLACE.findall(an.reads)
    for ask in (an.says("gui ca bai"), _asks(an)):
        await ask
        assert [f.name for r in an.replies for f in r.files] == [f"huong-dan-{GUIDE}.pdf"]
        assert PLACE.findall(an.reads) == stood, "the step is shown again and has not moved"
    await an.says("dừng")
    await an.says("gửi cả bài")
    assert "Bác muốn lấy bài nào?" in an.reads
    await an.presses_value("g:b:khong-co")
    assert "không còn dùng nữa" in an.reads


async def _asks(an: Person) -> None:
    await an.presses("Hỏi")
    await an.presses("Gửi cả bài")
