"""The chart: what its bars say, and a picture a phone can show and colour-blind eyes can read."""

import colorsys
from io import BytesIO

from PIL import Image, ImageColor

from bot.documents import chart
from bot.documents.files import Documents
from bot.documents.rows import Rows
from content.knowledge import Knowledge
from storage.database import Database
from storage.log import Log
from storage.periods import Period
from tests.documents.conftest import Make, live
from tests.storage.village import SATURDAY, build


def picture(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


async def test_the_picture_fits_a_phone_and_a_slow_line(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    await live(database, 3)
    file = Documents(knowledge).make("png", await commune_booklet())
    image = picture(file.data)
    assert file.kind == "photo"
    assert file.name.endswith(".png")
    assert 800 <= image.width <= 1080
    assert image.height < 3 * image.width
    assert len(file.data) < 150_000
    assert image.getpixel((2, 2)) == (255, 255, 255)


async def test_bars_have_the_colours_that_eyes_tell_apart(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    await live(database, 3)
    image = picture(Documents(knowledge).make("png", await commune_booklet()).data)
    colours = {colour for n, colour in image.getcolors(1 << 16) or () if n > 3000}
    for name in (chart.BLUE, chart.SKY):
        assert ImageColor.getrgb(name) in colours
    blue, sky = (colorsys.rgb_to_hls(*(p / 255 for p in ImageColor.getrgb(c)))[1] for c in (chart.BLUE, chart.SKY))
    assert sky - blue > 0.2  # also told apart when all colour is lost


async def test_silence_draws_no_bar_and_is_said_in_words(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    async with database.write() as connection:
        village = await build(connection)
        await Log(connection).add(village.entry(people=5), SATURDAY)
    rows = Rows(await commune_booklet(), knowledge)
    weeks, contents, teams = chart.panels(rows)
    assert [bar.value for bar in weeks.bars] == [None] * 7 + [5]
    assert [bar.strong for bar in weeks.bars] == [False] * 7 + [True]
    assert [(bar.label, bar.value) for bar in teams.bars] == [("Tổ một", 5), ("Tổ hai", None)]
    assert [(bar.label, bar.value) for bar in contents.bars] == [("Kích hoạt tài khoản định danh mức 2", 5)]


async def test_other_periods_show_their_days_or_months(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    await live(database, 3)
    months = chart.panels(Rows(await commune_booklet(Period.of_month(2026, 11)), knowledge))[0]
    assert months.bars[-1].label == "11/2026"
    days = chart.panels(
        Rows(await commune_booklet(Period(SATURDAY.date(), SATURDAY.date().replace(day=24))), knowledge)
    )
    assert [bar.label for bar in days[0].bars] == ["21/11", "22/11", "23/11", "24/11"]


async def test_a_commune_without_a_report_still_gets_a_picture(
    database: Database, knowledge: Knowledge, commune_booklet: Make
) -> None:
    async with database.write() as connection:
        await build(connection)
    image = picture(Documents(knowledge).make("png", await commune_booklet()).data)
    assert image.height > 300


def test_long_names_and_many_bars_stay_inside_the_picture() -> None:
    long = "Tổ công nghệ số cộng đồng và chuyển đổi số " * 4
    bars = tuple(chart.Bar(f"{long}{n}", 10**n) for n in range(8))
    columns = tuple(chart.Bar(f"31/{n}", 10**n) for n in range(8))
    data = chart.draw([chart.Panel(long, bars, standing=False), chart.Panel("x", columns, standing=True)], "-")
    image = picture(data)
    edge = [image.getpixel((x, y)) for x in (image.width - 3, 2) for y in range(0, image.height, 7)]
    assert set(edge) == {(255, 255, 255)}
