"""Group sessions as members hold them: opened, joined, counted, and one entry at the end."""

from storage.periods import Period, Week
from storage.report import report
from tests.talk import COMMUNE, Talk


async def indicators(talk: Talk) -> dict[str, int | None]:
    async with talk.memory() as memory:
        document = await report(memory.connection, COMMUNE, Period.of_week(Week.of(talk.now.date())), talk.now)
    return {i["code"]: i["value"] for i in document["indicators"]}


async def test_a_session_with_counts_by_content(talk: Talk) -> None:
    chi, an = await talk.head("Chi"), await talk.member("An")
    await chi.says("buổi tập trung")
    assert "chưa có buổi nào" in chi.reads
    await chi.presses("Mở buổi mới")
    await chi.presses("Nhà văn hóa")
    code = chi.reads.split("Mã của buổi: ")[1][:6]
    assert any("Anh/chị có mặt ở đó không?" in text for person, text in await talk.notices() if person == an.id)
    await an.says(code)
    assert "Đã ghi anh/chị có mặt" in an.reads
    await chi.presses("Kết thúc buổi")
    await chi.says("20000")
    assert "từ 1 đến 10.000" in chi.reads
    await chi.says("25 người")
    await chi.presses("Chọn xong")
    assert "ít nhất một nội dung" in chi.reads
    for label in ("☐ Kích hoạt VNeID mức 2", "☐ Phòng lừa đảo"):
        await chi.presses(label)
        await chi.presses_again()
    await chi.presses("Chọn xong")
    assert "Trong 25 người, mấy người học kích hoạt VNeID mức 2?" in chi.reads
    await chi.says("30")
    assert "từ 1 đến 25" in chi.reads
    await chi.says("10")
    await chi.presses("Cả 25 người")
    assert "Đã kết thúc buổi, 2 thành viên được tính ngày hoạt động." in chi.reads
    assert "Đã ghi: 25 lượt" in chi.reads
    assert "Buổi tập trung." in chi.reads
    found = await indicators(talk)
    assert (found["1"], found["2"], found["8"]) == (25, 10, 1)
    await an.says("tuần của tôi")
    assert "Tháng này anh/chị có 1 ngày hoạt động." in an.reads
    await chi.presses_value("t:b:1:k")
    assert "đã kết thúc" in chi.reads


async def test_members_join_by_press_leave_and_a_dropped_session_counts_nothing(talk: Talk) -> None:
    an, binh = await talk.member("An"), await talk.member("Bình")
    await an.says("buổi tập trung")
    await an.presses("Mở buổi mới")
    await an.presses("Chợ")
    await binh.says("buổi tập trung")
    await binh.presses("Tôi có mặt: Tổ Thôn 3")
    await an.presses("Buổi của Tổ Thôn 3")
    assert "Thành viên có mặt: An, Bình." in an.reads
    await binh.presses("Tôi không có mặt")
    await an.presses("Buổi của Tổ Thôn 3")
    assert "Thành viên có mặt: An." in an.reads
    await an.presses("Bỏ buổi này")
    await an.presses("Bỏ buổi")
    assert (await indicators(talk))["1"] is None
    await binh.presses_value("t:b:1:v")
    assert "đã kết thúc" in binh.reads


async def test_a_member_closes_no_session_of_another(talk: Talk) -> None:
    an, binh, dung = await talk.member("An"), await talk.member("Bình"), await talk.head("Dũng", team="Tổ Thôn 4")
    await an.presses_value("t:b:m")
    await an.presses("Nhà văn hóa")
    for who in (binh, dung):
        for value in ("t:b:1:k", "t:b:1:n:5", "t:b:1:c:+ky_nang", "t:b:1:x", "t:b:1:h:that", "t:b:1"):
            await who.presses_value(value)
            assert "không phải buổi của anh/chị" in who.reads, value
    assert (await indicators(talk))["8"] is None


async def test_a_session_under_one_of_several_plans(talk: Talk) -> None:
    an, hoa = await talk.member("An"), await talk.officer("Hoa")
    for name in ("Kế hoạch năm", "60 ngày đêm"):
        await hoa.presses_value("t:k:m")
        await hoa.says(name)
        await hoa.says("từ 1/11 đến 30/11")
    await an.presses_value("t:b:m")
    await an.presses("Nhà văn hóa")
    await an.presses("60 ngày đêm")
    assert "Theo: 60 ngày đêm." in an.reads


async def test_the_way_back_leaves_the_session_open(talk: Talk) -> None:
    an = await talk.member("An")
    await an.presses_value("t:b:m")
    await an.presses("Nhà văn hóa")
    await an.presses("Kết thúc buổi")
    await an.says("lùi")
    await an.says("buổi tập trung")
    await an.presses("Buổi của Tổ Thôn 3")
    await an.presses("Kết thúc buổi")
    await an.presses("20")
    await an.presses("☐ Kỹ năng số khác")
    await an.presses("Chọn xong")
    assert "Đã ghi: 20 lượt" in an.reads
