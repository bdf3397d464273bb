"""The Official Account emulator is as strict as Zalo: each limit by one beyond it, with Zalo's own code."""

import json
from typing import Any

import aiohttp
import pytest

from tests.emulators.zalo_oa import ZaloEmulator

BUTTON = {"title": "1. Menu", "type": "oa.query.hide", "payload": "#m"}
V2, V3 = "/v2.0/oa/message", "/v3.0/oa/message/cs"


def buttons(*some: dict[str, Any]) -> dict[str, Any]:
    """A text with those."""
    return {"text": "Chọn", "attachment": {"type": "template", "payload": {"buttons": list(some)}}}


def media(*elements: dict[str, Any]) -> dict[str, Any]:
    """A picture message."""
    return {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": list(elements)}}}


async def send(zalo: ZaloEmulator, message: dict[str, Any], path: str = V2, **more: Any) -> int:
    """The code of the answer to a message to An."""
    token = zalo.world.grant(zalo.oa)["access_token"]
    body = {"recipient": {"user_id": zalo.user("An").id}, "message": message}
    request = {"headers": {"access_token": token}, "json": body} | more
    async with aiohttp.ClientSession() as client, client.post(zalo.root + path, **request) as answer:
        return int((await answer.json())["error"])


WRONG: list[tuple[dict[str, Any], set[int]]] = [
    ({"text": "x" * 2001}, {-201, -210}),
    ({"text": ""}, {-201}),
    ({}, {-201}),
    (buttons(*[BUTTON] * 6), {-201, -210}),
    (buttons({**BUTTON, "title": "x" * 101}), {-201, -210}),
    (buttons({**BUTTON, "payload": "x" * 1001}), {-201, -210}),
    (buttons({**BUTTON, "type": "oa.query.none"}), {-201, -233}),
    (media(), {-201}),
    (media(*[{"media_type": "image", "attachment_id": "a"}] * 2), {-201}),
    (media({"media_type": "image", "attachment_id": "nobody's"}), {-201, -100}),
    ({"attachment": {"type": "file", "payload": {"token": "nobody's"}}}, {-201, -100}),
    ({"attachment": {"type": "template", "payload": {"template_type": "list", "elements": []}}}, {-233}),
]


@pytest.mark.parametrize(("message", "codes"), WRONG, ids=lambda x: str(x)[:40])
async def test_one_beyond_a_limit_is_refused(message: dict[str, Any], codes: set[int]) -> None:
    async with ZaloEmulator() as zalo:
        zalo.user("An").was_silent(0)
        assert await send(zalo, message) in codes
        assert zalo.user("An").sees == []
        assert await send(zalo, {"text": "x" * 2000}) == 0
        assert await send(zalo, buttons(*[BUTTON] * 5)) == 0


async def test_each_account_has_its_own_road() -> None:
    for kind, wrong, code, right in (("state", V3, -235, V2), ("business", V2, -240, V3)):
        async with ZaloEmulator(kind=kind) as zalo:
            zalo.user("An").was_silent(0)
            assert await send(zalo, {"text": "a"}, wrong) == code
            assert await send(zalo, {"text": "a"}, right) == 0


async def test_a_token_is_a_header_of_its_own_and_lasts_twenty_five_hours() -> None:
    async with ZaloEmulator() as zalo:
        zalo.user("An").was_silent(0)
        token = zalo.world.grant(zalo.oa)["access_token"]
        assert await send(zalo, {"text": "a"}, headers={"Authorization": f"Bearer {token}"}) == -216
        assert await send(zalo, {"text": "a"}, f"{V2}?access_token={token}", headers={}) == -216
        old = zalo.world.grant(zalo.oa)["access_token"]
        zalo.skips(25 * 3600 + 1)
        client = aiohttp.ClientSession(headers={"access_token": old})
        async with client, client.get(f"{zalo.root}/v2.0/oa/getoa") as answer:
            assert (await answer.json())["error"] == -220


@pytest.mark.parametrize(("days", "code"), [(0, 0), (6.9, 0), (7.1, -230)])
async def test_the_window_closes_after_a_week(days: float, code: int) -> None:
    async with ZaloEmulator() as zalo:
        assert await send(zalo, {"text": "a"}) == -232, "who never wrote"
        zalo.user("An").was_silent(days)
        assert await send(zalo, {"text": "a"}) == code
        assert zalo.oa.bill == (55 if days == 6.9 else 0)


async def test_a_minute_has_so_many_calls() -> None:
    async with ZaloEmulator() as zalo:
        zalo.world.clock.stand(1_795_219_200)
        zalo.user("An").was_silent(0)
        zalo.oa.per_minute = 2
        assert [await send(zalo, {"text": "a"}) for _ in range(3)] == [0, 0, -32]


DETAIL, TAG, UNTAG = "/v3.0/oa/user/detail", "/v2.0/oa/tag/tagfollower", "/v2.0/oa/tag/rmfollowerfromtag"


async def about(zalo: ZaloEmulator, path: str, token: str = "", **body: Any) -> int:
    """The code of the answer to a call about somebody."""
    headers = {"access_token": token or zalo.world.grant(zalo.oa)["access_token"]}
    asked = {"params": {"data": json.dumps(body)}} if path == DETAIL else {"json": body}
    async with aiohttp.ClientSession(headers=headers) as client:
        call = client.get if path == DETAIL else client.post
        async with call(zalo.root + path, **asked) as answer:
            return int((await answer.json())["error"])


async def test_a_tag_and_a_detail_are_of_somebody_the_account_knows() -> None:
    async with ZaloEmulator() as zalo:
        an, visitor = zalo.user("An"), zalo.user("Khách", anonymous=True)
        elsewhere = zalo.user("Bình", zalo.another_oa("UBND xã Khác"))
        an.user.follows = True
        for who in ("", "1", visitor.id, elsewhere.id, int(an.id), None):
            for path in (DETAIL, TAG, UNTAG):
                assert await about(zalo, path, user_id=who, tag_name="xa-31441") == -201, (who, path)
        assert await about(zalo, TAG, "nobody's", user_id=an.id, tag_name="xa-31441") == -216
        zalo.switches.numbers = True
        assert await about(zalo, TAG, user_id=int(an.id), tag_name="xa-31441") == 0


@pytest.mark.parametrize("name", ["", " ", "Xã Vị Thủy", "-a", "a-", 5, None, "x" * 61])
async def test_a_tag_has_a_plain_short_name(name: Any) -> None:
    async with ZaloEmulator() as zalo:
        zalo.user("An").user.follows = True
        assert await about(zalo, TAG, user_id=zalo.user("An").id, tag_name=name) in (-201, -210)
        assert zalo.user("An").tags == []


async def test_only_who_follows_is_tagged_and_the_hook_is_told_of_it() -> None:
    async with ZaloEmulator() as zalo:
        an = zalo.user("An")
        zalo.world.console.webhook = f"{zalo.root}/_control/none"
        assert await about(zalo, TAG, user_id=an.id, tag_name="a") == -213
        an.user.follows = True
        for path in (TAG, TAG, UNTAG, UNTAG):
            assert await about(zalo, path, user_id=an.id, tag_name="a") == 0
        told = [event.name for event in zalo.server.delivery.history]
        assert told == ["add_user_to_tag", "remove_user_from_tag"]
