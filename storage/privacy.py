"""A person's rights over his data: see, copy, correct, delete; and what is dropped when its time is over.

Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 and Nghị định 356/2025/NĐ-CP, Điều 5: done by the person himself, at once.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.announcements import Announcements
from storage.broadcasts import Broadcasts
from storage.checked_lists import CheckedLists
from storage.files import Files
from storage.gaps import Gaps
from storage.handover import Handover
from storage.inbox import Inbox
from storage.joining import Joining
from storage.notices import Notices
from storage.outbox import Outbox
from storage.passes import Passes
from storage.periods import local_day
from storage.receivers import DRAFTS_KEPT as RECEIVER_DRAFTS_KEPT
from storage.receivers import Receivers
from storage.roster import Rosters
from storage.rounds import Rounds
from storage.schema import assistance, audit, chat, guide_run, inbox, invitation, person, role, team, written
from storage.schema.campaigns import campaign, official_figure
from storage.schema.receivers import receiver
from storage.schema.reports import report_file
from storage.screens import Screens
from storage.sessions import Sessions
from storage.sharing import Sharing
from storage.sightings import Sightings
from storage.takeovers import Takeovers
from storage.vault import Vault
from storage.walks import Walks
from storage.zalo import Accounts

QUIET_CITIZEN = dt.timedelta(days=90)
"""A citizen nobody has heard of for so long is forgotten; holders of a role are kept."""
KEYS_KEPT = dt.timedelta(days=7)
"""How long the key of a handled update is remembered: longer than any platform repeats one."""
UNFETCHED_KEPT = dt.timedelta(days=7)
DRAFTS_KEPT = dt.timedelta(days=7)
"""A draft nobody saved by then was not meant to be saved."""
INVITATIONS_KEPT = dt.timedelta(days=30)
"""After they have run out, used or not."""
AUDIT_KEPT = dt.timedelta(days=365)


def _quiet(now: dt.datetime) -> sa.Select[Any]:
    holds_role = sa.exists().where(role.c.person_id == person.c.id, role.c.ended_at.is_(None))
    heard = sa.exists().where(chat.c.person_id == person.c.id, chat.c.last_in_at >= now - QUIET_CITIZEN)
    writes = sa.exists().where(
        chat.c.person_id == person.c.id, inbox.c.lane == chat.c.lane, written(inbox.c.state, "new")
    )
    return sa.select(person.c.id).where(~holds_role, ~heard, ~writes, person.c.created_at < now - QUIET_CITIZEN)


class Privacy:
    """The rights of a person, in a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def everything(self, person_id: int) -> dict[str, Any]:
        """All that is kept of a person, as a document to show or hand over. Addresses are not repeated."""
        who = (
            await self._connection.execute(
                sa.select(
                    person.c.name, person.c.commune, person.c.consent_version, person.c.consent_at,
                    person.c.reminders, person.c.created_at,
                ).where(person.c.id == person_id)
            )
        ).mappings().one()  # fmt: skip
        chats = sa.select(chat.c.channel, chat.c.last_in_at).where(chat.c.person_id == person_id)
        runs = sa.select(guide_run.c.guide, guide_run.c.step, guide_run.c.state, guide_run.c.started_at)
        roles = sa.select(role.c.role, team.c.name.label("team"), role.c.granted_at, role.c.ended_at)
        roles = roles.outerjoin(team, team.c.id == role.c.team_id)
        parts = {
            "chats": chats,
            "guides": runs.where(guide_run.c.person_id == person_id).order_by(guide_run.c.id),
            "assistances": sa.select(
                assistance.c.day, assistance.c.people, assistance.c.place, assistance.c.note, assistance.c.state
            )
            .where(assistance.c.member_id == person_id)
            .order_by(assistance.c.id),
            "reports": sa.select(report_file.c.kind, report_file.c.taken_at)
            .where(report_file.c.taken_by == person_id)
            .order_by(report_file.c.id),
            "receivers": sa.select(
                receiver.c.name, receiver.c.state, receiver.c.proposed_at, receiver.c.decided_at, receiver.c.ended_at
            )
            .where(
                sa.or_(
                    receiver.c.proposed_by == person_id,
                    receiver.c.decided_by == person_id,
                    receiver.c.ended_by == person_id,
                )
            )
            .order_by(receiver.c.id),
            "campaigns": sa.select(campaign.c.name, campaign.c.first, campaign.c.last, campaign.c.set_at)
            .where(campaign.c.set_by == person_id)
            .order_by(campaign.c.id),
            "official_figures": sa.select(
                official_figure.c.code,
                official_figure.c.first,
                official_figure.c.last,
                official_figure.c.hundredths,
                official_figure.c.source,
                official_figure.c.typed_at,
            )
            .where(official_figure.c.typed_by == person_id)
            .order_by(official_figure.c.id),
            "roles": roles.where(role.c.person_id == person_id).order_by(role.c.id),
        }
        document: dict[str, Any] = {"person": dict(who)}
        for name, query in parts.items():
            document[name] = [dict(r) for r in (await self._connection.execute(query)).mappings()]
        document["sessions"] = await Sessions(self._connection, self._vault).of(person_id)
        document["asked_to_join"] = await Joining(self._connection, self._vault).of(person_id)
        document["told_unasked"] = await Rounds(self._connection).of(person_id)
        document["listed"] = await Rosters(self._connection, self._vault).of(person_id)
        document["news"] = await Broadcasts(self._connection).of(person_id)
        document["files"] = await Files(self._connection, self._vault).openings(person_id)
        document["takeovers"] = await Takeovers(self._connection, self._vault).of(person_id)
        document["questions"] = await Gaps(self._connection).of(person_id)
        document["shared"] = await Sharing(self._connection).record(person_id)
        document |= await Handover(self._connection).record(person_id)
        screens = await Screens(self._connection, self._vault).of(person_id)
        document["screens"] = [{"guide": guide, "step": step, "day": day} for guide, step, day in screens]
        return document

    async def erase(self, person_id: int) -> None:
        """Deletes the person with his chats, runs, roles, questions and messages. His assistances stay as numbers,
        and what he set for his office (campaigns, official figures, receivers) stays without his name.
        """
        own = sa.select(chat.c.channel, chat.c.lane).where(chat.c.person_id == person_id)
        for channel, lane in (await self._connection.execute(own)).all():
            await Outbox(self._connection).drop_lane(channel, lane)
            await Takeovers(self._connection, self._vault).end(channel, lane)
        await Screens(self._connection, self._vault).erase(person_id)
        await Handover(self._connection).erase(person_id)
        unsaved = sa.and_(assistance.c.member_id == person_id, written(assistance.c.state, "draft"))
        await self._connection.execute(sa.delete(assistance).where(unsaved))
        await self._connection.execute(sa.delete(person).where(person.c.id == person_id))

    async def erase_chat(self, channel: str, address: str) -> None:
        """Drops what is kept of a chat whose person we keep no record of: messages that wait, a takeover."""
        lane = self._vault.lane(channel, address)
        await Outbox(self._connection).drop_lane(channel, lane)
        await Takeovers(self._connection, self._vault).end(channel, lane)

    async def quiet(self, now: dt.datetime, most: int) -> list[int]:
        """Citizens nobody has heard of for so long that they are to be forgotten, up to so many."""
        found = _quiet(now).order_by(person.c.id).limit(most)
        return list((await self._connection.execute(found)).scalars())

    async def erase_quiet(self, person_ids: Sequence[int], now: dt.datetime) -> None:
        """Erases those of them who are quiet still: not whoever has written by now, or is just being answered."""
        lanes = Inbox(self._connection)
        own = sa.select(chat.c.person_id, chat.c.lane).where(chat.c.person_id.in_(person_ids))
        spared = {r.person_id for r in (await self._connection.execute(own)).all() if not await lanes.lock(r.lane)}
        still = (await self._connection.execute(_quiet(now).where(person.c.id.in_(person_ids)))).scalars().all()
        for person_id in set(still) - spared:
            await self.erase(person_id)

    async def retire(self, now: dt.datetime) -> dict[str, int]:
        """Drops everything else whose time is over, of which there is little; returns how many rows of each sort."""
        unsaved = sa.and_(written(assistance.c.state, "draft"), assistance.c.entered_at < now - DRAFTS_KEPT)
        drafts = await self._connection.execute(sa.delete(assistance).where(unsaved))
        over = invitation.c.expires_at < now - INVITATIONS_KEPT
        invitations = await self._connection.execute(sa.delete(invitation).where(over))
        old = await self._connection.execute(sa.delete(audit).where(audit.c.at < now - AUDIT_KEPT))
        return {
            "drafts": drafts.rowcount,
            "invitations": invitations.rowcount,
            "audit": old.rowcount,
            "notices": await Notices(self._connection).forget(now - UNFETCHED_KEPT),
            "receivers": await Receivers(self._connection).forget_drafts(now - RECEIVER_DRAFTS_KEPT),
            "sightings": await Sightings(self._connection, self._vault).forget(local_day(now)),
            "files": await Files(self._connection, self._vault).forget(now),
            "takeovers": await Takeovers(self._connection, self._vault).forget(now),
            "join_requests": await Joining(self._connection, self._vault).forget(now),
            "pushes": await Rounds(self._connection).forget(now),
            "listed": await Rosters(self._connection, self._vault).forget(now),
            "checked_lists": await CheckedLists(self._connection, self._vault).forget(now),
            "help_requests": await Handover(self._connection).forget(now),
            "walk_names": await Walks(self._connection, self._vault).forget(now),
            "uploads": await Accounts(self._connection, self._vault).forget_uploads(now),
            "questions": await Gaps(self._connection).forget(now),
            "tags": await Sharing(self._connection).forget(now),
            "screens": await Screens(self._connection, self._vault).forget(local_day(now)),
            "passes": await Passes(self._connection, self._vault).forget(now),
            "broadcasts": await Broadcasts(self._connection).forget(now),
            "announcements": await Announcements(self._connection).forget(local_day(now)),
        }
