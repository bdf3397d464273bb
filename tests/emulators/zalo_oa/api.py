"""The OpenAPI: who may call, how often, and everything that is not a message."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from . import sending
from .errors import BAD_TOKEN, LIMIT, STRANGER, WRONG_KIND, ZaloError, beyond, invalid
from .people import People
from .world import Json, Oa, User, World

IMAGE_LIMIT = 1024 * 1024
FILE_LIMIT = 5 * 1024 * 1024
UPLOADS_A_MONTH = 5000
MAX_TAG = 60
PLAIN = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
FILES = (".pdf", ".doc", ".docx", ".csv")
Call = Callable[[Oa, Json], Any]


class Api:
    """Answers one call; raises ZaloError for what Zalo refuses."""

    def __init__(self, world: World, people: People) -> None:
        self._world = world
        self._people = people
        v3, v2 = "/v3.0/oa", "/v2.0/oa"
        self._posts: dict[str, Call] = {
            f"{v3}/message/cs": lambda oa, body: sending.consultation(world, oa, body, "v3"),
            f"{v2}/message": lambda oa, body: sending.consultation(world, oa, body, "v2"),
            f"{v3}/quota/message": self.quota,
            f"{v2}/tag/tagfollower": self.tag,
            f"{v2}/tag/rmfollowerfromtag": self.untag,
            f"{v2}/tag/rmtag": self.remove_tag,
        }
        self._gets: dict[str, Call] = {
            f"{v2}/getoa": self.get_oa,
            f"{v3}/user/detail": self.detail,
            f"{v3}/user/getlist": self.users,
            f"{v2}/tag/gettagsofoa": lambda oa, _: list(oa.tags),
            f"{v2}/conversation": self.conversation,
        }
        self._uploads = {
            f"{v2}/upload/image": "image", f"{v2}/upload/gif": "gif", f"{v2}/upload/file": "file",
        }  # fmt: skip

    def account(self, request: web.Request) -> Oa:
        """Whose call it is, counted against its minute. Raises ZaloError."""
        world = self._world
        token = request.headers.get("access_token")
        if token is None or "access_token" in request.query:
            raise ZaloError(*BAD_TOKEN)
        oa = world.bearer(token)
        if oa.trouble is not None:
            raise ZaloError(*oa.trouble)
        if world.switches.proof:
            proof = hmac.new(world.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
            if request.headers.get("appsecret_proof") != proof:
                raise ZaloError(-242, "Invalid appsecret_proof provided in the API argument")
        minute = int(world.clock.wall() // 60)
        oa.calls[minute] += 1
        if oa.calls[minute] > oa.per_minute:
            raise ZaloError(*LIMIT)
        return oa

    def rate(self, oa: Oa) -> dict[str, str]:
        """The headers that tell how many calls are left."""
        left = max(oa.per_minute - oa.calls[int(self._world.clock.wall() // 60)], 0)
        return {"X-RateLimit-Limit": str(oa.per_minute), "X-RateLimit-Remain": str(left)}

    async def call(self, request: web.Request, oa: Oa) -> Any:
        """Does it. Raises ZaloError; LookupError for an address that is none."""
        path = request.path
        if request.method == "GET" and path in self._gets:
            return self._gets[path](oa, _query(request))
        if request.method == "POST" and path in self._posts:
            return self._posts[path](oa, await _body(request))
        if request.method == "POST" and path in self._uploads:
            return await self.upload(request, oa, self._uploads[path])
        raise LookupError(path)

    # --- uploads ---

    async def upload(self, request: web.Request, oa: Oa, kind: str) -> Json:
        form = await request.post() if request.content_type == "multipart/form-data" else {}
        file = form.get("file")
        if not isinstance(file, web.FileField):
            raise invalid("file")
        if oa.uploads >= UPLOADS_A_MONTH:
            raise ZaloError(-211, "Out of quota")
        data, name = file.file.read(), file.filename
        if kind == "image" and not data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8")):
            raise ZaloError(-201, "file is invalid. We only support png and jpeg")
        if kind == "gif" and not data.startswith(b"GIF8"):
            raise invalid("file")
        if kind == "file" and not name.lower().endswith(FILES):
            raise invalid("file")
        if len(data) > (FILE_LIMIT if kind == "file" else IMAGE_LIMIT):
            raise beyond()
        oa.uploads += 1
        asset = self._world.add_asset(kind, data, name, oa)
        return {"token": asset.id} if kind == "file" else {"attachment_id": asset.id}

    # --- people ---

    def _user(self, oa: Oa, data: Json) -> User:
        user = self._world.users.get(str(data.get("user_id")))
        if user is None or user.oa is not oa:
            raise invalid("user_id")
        return user

    def _known(self, oa: Oa, data: Json) -> User:
        """The person of a call; the number travels as text, and as a number where Zalo's own examples write one."""
        ident = data.get("user_id")
        if not isinstance(ident, str) and not (self._world.switches.numbers and type(ident) is int):
            raise invalid("user_id")
        user = self._user(oa, data)
        if user.conversation is not None:
            raise invalid("user_id")
        return user

    def detail(self, oa: Oa, data: Json) -> Json:
        if self._world.switches.detail != "yes":
            raise ZaloError(*WRONG_KIND)
        user = self._known(oa, data)
        last = datetime.fromtimestamp(user.last or 0, UTC) + timedelta(hours=7)
        return {
            "user_id": user.id, "user_id_by_app": f"9{user.id[1:]}", "user_external_id": "", "user_alias": "",
            "display_name": user.name, "is_sensitive": user.minor,
            "user_last_interaction_date": last.strftime("%d/%m/%Y"),
            "user_is_follower": user.follows, "avatar": "", "avatars": {}, "dynamic_param": "",
            "tags_and_notes_info": {"notes": [], "tag_names": [t for t, ids in oa.tags.items() if user.id in ids]},
            "shared_info": {"name": "", "phone": "", "address": "", "city": "", "district": ""},
        }  # fmt: skip

    def users(self, oa: Oa, data: Json) -> Json:
        count, offset = int(data.get("count", 50)), int(data.get("offset", 0))
        if not 1 <= count <= 50 or not 0 <= offset <= 9951:
            raise beyond()
        tag = data.get("tag_name")
        ids = [u.id for u in self._world.users.values() if u.oa is oa and u.conversation is None]
        ids = [i for i in ids if tag is None or i in oa.tags.get(tag, [])]
        page = [{"user_id": i} for i in ids[offset : offset + count]]
        return {"total": len(ids), "count": count, "offset": offset, "users": page}

    def quota(self, oa: Oa, data: Json) -> Any:
        if data.get("quota_owner") == "OA":
            return [{
                "asset_id": "a1", "product_type": "cs", "quota_type": "sub_quota", "valid_through": "31/12/2026",
                "total": 500, "remain": oa.package,
            }]  # fmt: skip
        user = self._user(oa, data)
        return {
            "last_interaction": str(int((user.last or 0) * 1000)), "cs_reply": {"remain": 8, "total": 8},
            "promotion": {"remain": 0, "total": 0},
        }  # fmt: skip

    def conversation(self, oa: Oa, data: Json) -> list[Json]:
        count = int(data.get("count", 10))
        if not 1 <= count <= 10:
            raise beyond()
        user = self._user(oa, data)
        newest = user.messages[::-1][int(data.get("offset", 0)) :][:count]
        return [
            {"message_id": m["msg_id"], "src": 0 if m["from"] == "oa" else 1, "time": m["at"], "message": m["text"]}
            for m in newest
        ]

    # --- tags and the account ---

    def tag(self, oa: Oa, data: Json) -> Json:
        name, user = self._tag_name(data), self._known(oa, data)
        if self._world.switches.tags_followers and not user.follows:
            raise ZaloError(*STRANGER)
        tagged = oa.tags.setdefault(name, [])
        if user.id not in tagged:
            tagged.append(user.id)
            self._people.tag_changed(user, "add_user_to_tag", name)
        return {}

    def _tag_name(self, data: Json) -> str:
        name = data.get("tag_name")
        if not isinstance(name, str) or not name.strip():
            raise invalid("tag_name")
        if len(name) > MAX_TAG:
            raise beyond()
        if self._world.switches.tag_names == "plain" and not PLAIN.fullmatch(name):
            raise invalid("tag_name")
        return name

    def untag(self, oa: Oa, data: Json) -> Json:
        name, user = self._tag_name(data), self._known(oa, data)
        if name not in oa.tags and self._world.switches.untag_unknown == "-201":
            raise invalid("tag_name")
        tagged = oa.tags.get(name, [])
        if user.id in tagged:
            tagged.remove(user.id)
            self._people.tag_changed(user, "remove_user_from_tag", name)
        return {}

    def remove_tag(self, oa: Oa, data: Json) -> Json:
        oa.tags.pop(str(data.get("tag_name")), None)
        return {}

    def get_oa(self, oa: Oa, _data: Json) -> Json:
        return {
            "oaid": oa.id, "name": oa.name, "description": "", "oa_alias": "", "is_verified": True,
            "oa_type": 4 if self._world.switches.kind == "state" else 2, "cate_name": "Cơ quan nhà nước",
            "num_follower": sum(u.follows for u in self._world.users.values() if u.oa is oa), "avatar": "",
            "cover": "", "package_name": "", "package_valid_through_date": "",
        }  # fmt: skip


def _query(request: web.Request) -> Json:
    """GET calls take one parameter: a JSON object."""
    text = request.query.get("data")
    if text is None:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        raise invalid("data") from None
    if not isinstance(found, dict):
        raise invalid("data")
    return found


async def _body(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise invalid("body")
    try:
        found = json.loads(await request.read())
    except ValueError:
        raise invalid("body") from None
    if not isinstance(found, dict):
        raise invalid("body")
    return found
