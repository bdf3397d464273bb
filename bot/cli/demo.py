"""The made-up commune of `demo`: teams, eight weeks of assistances, and invitations for those who try it."""

from pathlib import Path

from bot.app import App, open_database
from bot.cli.common import settings_for
from bot.clock import Clock
from bot.settings import VAR
from content.knowledge import Knowledge
from storage.database import Database
from storage.memory import Memory
from storage.migrate import upgrade
from storage.periods import VIETNAM
from storage.scope import Grant
from storage.seed import seed

COMMUNE, PROVINCE = "31441", "92"
WEEKS = 8
ASSISTANCES = 900
TEAM = "Tổ công nghệ số cộng đồng thôn 3"


async def prepare_demo(port: int, db: str | None, clock: Clock) -> tuple[App, str]:
    """Fills a database of its own, makes invitations, and builds the program that serves it."""
    url = db or _fresh_file()
    settings = settings_for(url).model_copy(update={"listen": f"127.0.0.1:{port}"})
    database = open_database(settings)
    try:
        await upgrade(database)
        today = clock().astimezone(VIETNAM).date()
        await seed(database, [COMMUNE], weeks=WEEKS, assistances=ASSISTANCES, random_seed=1, today=today)
        codes = await _invite(database, clock)
    finally:
        await database.close()
    knowledge = Knowledge.load()
    app = App(settings, clock=clock, knowledge=knowledge)
    return app, _greeting(codes, knowledge)


def _fresh_file() -> str:
    """The demo begins anew each time."""
    VAR.mkdir(exist_ok=True)
    for path in VAR.glob("demo.db*"):
        path.unlink()
    return f"sqlite:///{Path(VAR) / 'demo.db'}"


async def _invite(database: Database, clock: Clock) -> dict[str, str]:
    codes = {}
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        team_id = await memory.people.ensure_team(COMMUNE, TEAM, clock().astimezone(VIETNAM).date())
        wanted = {
            "member": (Grant("member", commune=COMMUNE, team_id=team_id), "Trần Văn Ba"),
            "head": (Grant("head", commune=COMMUNE, team_id=team_id), "Lê Thị Sáu"),
            "officer": (Grant("officer", commune=COMMUNE), "Nguyễn Thị Hoa"),
            "province_officer": (Grant("province_officer", province=PROVINCE), "Phạm Văn Minh"),
        }
        for who, (grant, name) in wanted.items():
            codes[who] = await memory.invitations.make(grant, clock(), name=name)
    return codes


def _greeting(codes: dict[str, str], knowledge: Knowledge) -> str:
    commune = knowledge.places.commune(COMMUNE)
    name = commune.full_name if commune else COMMUNE
    base = "http://127.0.0.1:{port}"
    return "\n".join(
        [
            f"Chạy thử: {name} (số liệu bịa). Mỗi địa chỉ là một người khác nhau, mở bằng một trình duyệt khác nhau;",
            "hoặc mở lần lượt trong cửa sổ riêng tư, đóng hết cửa sổ riêng tư trước khi mở địa chỉ kế tiếp:",
            f"  Bà con:      {base}/?ma=XA{COMMUNE}",
            f"  Thành viên:  {base}/?ma={codes['member']}",
            f"  Tổ trưởng:   {base}/?ma={codes['head']}",
            f"  Cán bộ xã:   {base}/?ma={codes['officer']}",
            f"  Cán bộ tỉnh: {base}/?ma={codes['province_officer']}",
            f"  Xem trước các bài hướng dẫn: {base}/xem-truoc",
            "Nhấn Ctrl+C để dừng.",
        ]
    )
