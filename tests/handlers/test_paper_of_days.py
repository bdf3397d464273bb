"""The paper for the allowance in the chat: an officer gets everybody's days, a head his team's, a member none."""

import io

import openpyxl

from tests.talk import Talk


async def test_an_officer_gets_everybody_a_head_his_team_and_a_member_none(talk: Talk) -> None:
    hoa, lan, an = await talk.officer("Hoa"), await talk.head("Lan"), await talk.member("An")
    bình = await talk.member("Bình", team="Tổ Thôn 4")
    for one in (an, bình):
        await one.says("giúp 2 người kích hoạt vneid ở nhà văn hóa, xong hết")
        await one.presses("Lưu")
    month = "t:k:n:m2026-11"
    for who, names in ((hoa, {"An", "Bình"}), (lan, {"An"})):
        await who.presses_value("t:k")
        if who is hoa:
            await who.presses("Ngày hoạt động")
        await who.presses("Bảng chấm ngày")
        rows = (
            openpyxl.load_workbook(io.BytesIO(who.files[0].data))
            .worksheets[1]
            .iter_rows(min_row=6, min_col=2, max_col=2, values_only=True)
        )
        assert {name for (name,) in rows} == names
    await an.presses_value(month.replace(":n:", ":x:"))
    assert an.files == []
