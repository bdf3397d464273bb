"""What goes out to an Official Account's people: the messages as Zalo wants them, and what each answer means."""

import asyncio
import datetime as dt
import hashlib
import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from bot.channels.base import SENT, Outcome, Sent
from bot.channels.line import NeverSent, NoWholeAnswer
from bot.channels.rendering import Button, Rendered
from bot.channels.zalo_oa.address import Address
from bot.channels.zalo_oa.api import CALL, UPLOAD, Answer, Api
from bot.channels.zalo_oa.codes import Meaning, meaning
from bot.channels.zalo_oa.tokens import BLOCKED, NEEDS_REAUTH, NeedsReauth, NotNow, Tokens
from handlers.turn import File
from storage.memory import Memory
from storage.periods import VIETNAM
from storage.zalo import Account

log = structlog.get_logger()
V2: Final = "/v2.0/oa/message"
V3: Final = "/v3.0/oa/message/cs"
PATHS: Final = {"v2": V2, "v3": V3}
OTHER: Final = {"v2": "v3", "v3": "v2"}
UPLOADS: Final = {"photo": "/v2.0/oa/upload/image", "file": "/v2.0/oa/upload/file"}
BUDGET: Final = 18.0
"""Seconds for everything one message needs; below the outbox's lease."""
LAST_CALL: Final = 3.0
"""Seconds a call needs at least: with less left of the budget it is not begun."""
AGAIN: Final = 2.0
"""Seconds until a message is tried again that could not even be begun."""
MEND: Final = 600.0
"""Seconds between tries while somebody has to mend the account; it is tried at once when that is noticed."""
AWAY: Final = 30.0
"""Seconds left to a platform that says it is not available (503)."""
MOST_TRIES: Final = 8
"""Calls for one message; each reason to repeat one counts once, so this is never reached."""
NOT_AVAILABLE: Final = 503


class OutOfTime(Exception):
    """Too little is left of the budget; nothing of the message has been sent."""


def recipient(address: Address) -> dict[str, str]:
    """Whom a message is for."""
    if address.conversation is not None:
        return {"anonymous_id": address.person, "conversation_id": address.conversation}
    return {"user_id": address.person}


def message_of(address: Address, message: Rendered, *, buttons: bool, attachment: str | None) -> dict[str, Any]:
    """The body of a send: text, text with buttons, a picture or a file."""
    body: dict[str, Any] = {}
    text = unicodedata.normalize("NFC", message.text)
    if text:
        body["text"] = text
    if attachment is not None and message.file is not None:
        body["attachment"] = _attached(message.file, attachment)
    elif buttons and message.buttons:
        shown = [button_of(b) for b in message.buttons]
        body["attachment"] = {"type": "template", "payload": {"buttons": shown}}
    return {"recipient": recipient(address), "message": body}


def _attached(file: File, attachment: str) -> dict[str, Any]:
    if file.kind == "photo":
        element = {"media_type": "image", "attachment_id": attachment}
        return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}
    return {"type": "file", "payload": {"token": attachment}}


def button_of(button: Button) -> dict[str, Any]:
    """The number in front of the label is that of the same choice in the text."""
    title = unicodedata.normalize("NFC", f"{button.n}. {button.label}")
    if button.url is not None:
        return {"title": title, "type": "oa.open.url", "payload": {"url": button.url}}
    # What is pressed comes back as typed text: the sign in front tells it from words.
    return {"title": title, "type": "oa.query.hide", "payload": f"#{button.value}"}


@dataclass
class Attempt:
    """One message on its way, with what was tried of the things that are tried once."""

    address: Address
    message: Rendered
    account: Account
    endpoint: str
    buttons: bool
    deadline: float
    attachment: str | None = None
    switched: bool = False
    renewed: bool = False
    simpler: bool = False
    uploaded_anew: bool = False
    open: bool = False
    """Whether it may have arrived, as far as is known now."""

    def left(self) -> float:
        """Seconds left. Raises OutOfTime."""
        left = self.deadline - asyncio.get_running_loop().time()
        if left < LAST_CALL:
            raise OutOfTime
        return left


@dataclass
class Sender:
    """Sends one rendered message and tells how it ended."""

    api: Api
    tokens: Tokens
    chance: random.Random
    counted: Callable[[Account, Answer], None]
    """Hears every answer to a message, for the figures of the operator."""
    _pauses: dict[int, dt.datetime] = field(default_factory=dict)

    async def send(self, address: Address, message: Rendered) -> Sent:
        """Never raises for what the platform or the network does."""
        account = await self.tokens.of(address.oa)
        if account is None:
            return Sent(Outcome.LATER, NEEDS_REAUTH, retry_after=MEND)
        wait = self._paused(account)
        if wait > 0:
            return Sent(Outcome.LATER, "rate", retry_after=wait)
        deadline = asyncio.get_running_loop().time() + BUDGET
        anonymous = address.conversation is not None
        endpoint = "v2" if anonymous else account.endpoint or "v3"
        wanted = account.buttons is not False and not anonymous
        attempt = Attempt(address, message, account, endpoint, wanted and bool(message.buttons), deadline)
        try:
            return await self._send(attempt)
        except NeedsReauth:
            return Sent(Outcome.LATER, NEEDS_REAUTH, retry_after=MEND)
        except (NotNow, OutOfTime):
            return Sent(Outcome.LATER, "no_token_yet", retry_after=AGAIN)
        except NeverSent as e:
            return Sent(Outcome.NEVER_LEFT, str(e))
        except Exception as e:  # the database is away, between the calls or after them
            log.error("zalo_oa.send_broken", error=type(e).__name__)
            return Sent(Outcome.UNKNOWN if attempt.open else Outcome.NEVER_LEFT, type(e).__name__)

    async def _send(self, attempt: Attempt) -> Sent:
        if attempt.account.state == NEEDS_REAUTH:
            raise NeedsReauth
        if self.tokens.expired(attempt.account):
            await self._renew(attempt)
        for _ in range(MOST_TRIES):
            if attempt.message.file is not None and attempt.attachment is None:
                refused = await self._carry(attempt, attempt.message.file)
                if refused is not None:
                    return refused
            answer = await self._post(attempt)
            if isinstance(answer, Sent):
                return answer
            again = await self._again(attempt, answer)
            if not again:
                return await self._conclude(attempt, answer)
        return Sent(Outcome.UNKNOWN, "tried too often")

    async def _post(self, attempt: Attempt) -> Answer | Sent:
        account = attempt.account
        body = message_of(
            attempt.address, attempt.message, buttons=attempt.buttons, attachment=attempt.attachment
        )  # fmt: skip
        within, attempt.open = min(attempt.left(), CALL), True
        try:
            answer = await self.api.post(PATHS[attempt.endpoint], account.access or "", body, within)
        except NeverSent:
            attempt.open = False
            raise
        except NoWholeAnswer as e:
            return Sent(Outcome.UNKNOWN, str(e))
        self._heed(account, answer)
        self.counted(account, answer)
        attempt.open = answer.error is None or meaning(answer.error) in (Meaning.DONE, Meaning.DOUBTFUL)
        if answer.error is None:
            if answer.status == NOT_AVAILABLE:  # its own word that it does not work now
                return Sent(Outcome.LATER, "http_503", retry_after=AWAY)
            return Sent(Outcome.UNKNOWN, f"http_{answer.status}")
        return answer

    # --- what is tried once more ---

    async def _again(self, attempt: Attempt, answer: Answer) -> bool:
        """Whether the call is to be repeated, once, after such an answer; changes what is to be changed for it."""
        match meaning(answer.error or 0):
            case Meaning.RENEW if not attempt.renewed:
                attempt.renewed = True
                await self._renew(attempt)
                return True
            case Meaning.SWITCH if not attempt.switched and attempt.address.conversation is None:
                if (answer.error, attempt.endpoint) not in ((-235, "v3"), (-240, "v2")):
                    return False
                attempt.switched = True
                attempt.endpoint = OTHER[attempt.endpoint]
                return True
            case Meaning.SIMPLER if attempt.buttons and not attempt.simpler:
                attempt.simpler, attempt.buttons = True, False
                return True
            case Meaning.UPLOAD if attempt.attachment is not None and not attempt.uploaded_anew:
                attempt.uploaded_anew, attempt.attachment = True, None
                await self._forget(attempt)
                return True
        return False

    async def _renew(self, attempt: Attempt) -> None:
        attempt.account = await self.tokens.next_after(attempt.account, within=attempt.left() - LAST_CALL)

    # --- attachments ---

    async def _carry(self, attempt: Attempt, file: File) -> Sent | None:
        """Finds out what Zalo calls the file, carrying it there if need be; how it ended where that cannot be."""
        tokens, account = self.tokens, attempt.account
        digest = self._digest(file)
        async with tokens.database.read() as connection:
            accounts = Memory(connection, tokens.database.vault).zalo
            attempt.attachment = await accounts.uploaded(account.id, digest, tokens.clock())
        if attempt.attachment is not None:
            return None
        try:
            within = min(attempt.left() - LAST_CALL, UPLOAD)
            answer = await self.api.upload(
                UPLOADS[file.kind], account.access or "", file.name, file.mime, file.data, within
            )  # fmt: skip
        except NoWholeAnswer as e:  # nobody has seen it: it may be carried there again
            return Sent(Outcome.NEVER_LEFT, f"upload {e}")
        self._heed(account, answer)
        if answer.error is None:
            return Sent(Outcome.LATER, f"upload http_{answer.status}", retry_after=AWAY)
        if answer.error != 0:
            return await self._not_carried(attempt, file, answer)
        attempt.attachment = str(answer.data.get("attachment_id") or answer.data.get("token") or "")
        if not attempt.attachment:
            return Sent(Outcome.REFUSED, "upload without a name")
        async with tokens.database.write() as connection:
            accounts = Memory(connection, tokens.database.vault).zalo
            await accounts.keep_upload(account.id, digest, attempt.attachment, tokens.clock())
        return None

    async def _not_carried(self, attempt: Attempt, file: File, answer: Answer) -> Sent | None:
        if meaning(answer.error or 0) is Meaning.RENEW and not attempt.renewed:
            attempt.renewed = True
            await self._renew(attempt)
            return await self._carry(attempt, file)
        ended = await self._conclude(attempt, answer)
        # Nobody has seen anything of an upload.
        return Sent(Outcome.REFUSED, ended.reason) if ended.outcome is Outcome.UNKNOWN else ended

    async def _forget(self, attempt: Attempt) -> None:
        tokens = self.tokens
        if attempt.message.file is not None:
            async with tokens.database.write() as connection:
                accounts = Memory(connection, tokens.database.vault).zalo
                await accounts.drop_upload(attempt.account.id, self._digest(attempt.message.file))

    def _digest(self, file: File) -> str:
        return self.tokens.database.vault.lane("upload", file.kind, file.name, hashlib.sha256(file.data).hexdigest())

    # --- what the answer means ---

    async def _conclude(self, attempt: Attempt, answer: Answer) -> Sent:
        """How the send ended, once nothing is left to try."""
        code, account = answer.error or 0, attempt.account
        reason = f"zalo_{code}"
        if code == 0:
            await self._learn(attempt)
            return SENT
        match meaning(code):
            case Meaning.RENEW:
                await self.tokens.trouble(account, NEEDS_REAUTH, f"{reason} after refresh")
                return Sent(Outcome.LATER, NEEDS_REAUTH, retry_after=MEND)
            case Meaning.ACCOUNT | Meaning.SWITCH:
                await self.tokens.trouble(account, BLOCKED, reason)
                return Sent(Outcome.LATER, BLOCKED, retry_after=MEND)
            case Meaning.RATE:
                return Sent(Outcome.LATER, "rate", retry_after=self._pause(account))
            case Meaning.TOMORROW:
                log.error("zalo_oa.out_of_quota", oa=account.oa_id, alert=True)
                return Sent(Outcome.LATER, reason, retry_after=self._until(dt.time(0, 5)))
            case Meaning.MORNING:
                return Sent(Outcome.LATER, reason, retry_after=self._until(dt.time(6, 5)))
            case Meaning.WAIT:
                return Sent(Outcome.LATER, reason, retry_after=60.0)
            case Meaning.CLOSED:
                return Sent(Outcome.HELD, reason)
            case Meaning.GONE:
                return Sent(Outcome.REFUSED, reason, unreachable=True)
            case Meaning.DOUBTFUL:
                log.warning("zalo_oa.doubtful", oa=account.oa_id, code=code)
                return Sent(Outcome.UNKNOWN, reason)
        log.error("zalo_oa.refused", oa=account.oa_id, code=code, buttons=bool(attempt.message.buttons))
        return Sent(Outcome.REFUSED, reason)

    async def _learn(self, attempt: Attempt) -> None:
        """What a message that was taken tells of its account: remembered where it is news."""
        account, news = attempt.account, dict[str, object]()
        if attempt.address.conversation is None and (attempt.switched or account.endpoint is None):
            news["endpoint"] = attempt.endpoint
        if attempt.simpler:
            news["buttons"] = False
        elif attempt.buttons and account.buttons is None:
            news["buttons"] = True
        try:
            if news:
                log.info("zalo_oa.learnt", oa=account.oa_id, **news)
                await self.tokens.learn(account, **news)
            if account.state == BLOCKED:
                await self.tokens.mended(account)
        except Exception as e:  # the message has arrived: what was learnt will be learnt again
            log.warning("zalo_oa.not_noted", error=type(e).__name__)

    # --- pace ---

    def _heed(self, account: Account, answer: Answer) -> None:
        """Stops before the platform has to say so."""
        if answer.remain is not None and answer.remain <= 0:
            self._pause(account)

    def _pause(self, account: Account) -> float:
        """Leaves the account alone until the next minute; a little longer, not all at the same moment."""
        now = self.tokens.clock()
        wait = 60.0 - now.second - now.microsecond / 1e6 + self.chance.uniform(0.0, 3.0)
        self._pauses[account.id] = now + dt.timedelta(seconds=wait)
        return wait

    def _paused(self, account: Account) -> float:
        until = self._pauses.get(account.id)
        return 0.0 if until is None else (until - self.tokens.clock()).total_seconds()

    def _until(self, time: dt.time) -> float:
        """Seconds until the next such time in Viet Nam."""
        now = self.tokens.clock().astimezone(VIETNAM)
        then = dt.datetime.combine(now.date(), time, VIETNAM)
        return (then - now).total_seconds() if then > now else (then - now).total_seconds() + 86_400
