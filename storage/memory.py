"""The memory of one transaction: every repository over one connection, committed together or not at all."""

from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.activity import Activity
from storage.announcements import Announcements
from storage.broadcasts import Broadcasts
from storage.campaigns import Campaigns
from storage.checked_lists import CheckedLists
from storage.files import Files
from storage.gaps import Gaps
from storage.handover import Handover
from storage.inbox import Inbox
from storage.invitations import Invitations
from storage.joining import Joining
from storage.log import Log
from storage.moving import Moving
from storage.notices import Notices
from storage.obstacles import Obstacles
from storage.official import OfficialFigures
from storage.outbox import Outbox
from storage.passes import Passes
from storage.people import People
from storage.privacy import Privacy
from storage.receivers import Receivers
from storage.renewing import Renewing
from storage.roster import Rosters
from storage.rounds import Rounds
from storage.runs import Runs
from storage.screens import Screens
from storage.sessions import Sessions
from storage.settings import Settings
from storage.sharing import Sharing
from storage.sightings import Sightings
from storage.takeovers import Takeovers
from storage.teams import Teams
from storage.vault import Vault
from storage.walks import Walks
from storage.zalo import Accounts


class Memory:
    """What a turn may read and change; nothing of it is seen by others before the turn is committed."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self.connection = connection
        self.vault = vault

    @cached_property
    def inbox(self) -> Inbox:
        """Updates waiting for their turn."""
        return Inbox(self.connection)

    @cached_property
    def outbox(self) -> Outbox:
        """Messages waiting to be sent."""
        return Outbox(self.connection)

    @cached_property
    def people(self) -> People:
        """Persons, chats, roles."""
        return People(self.connection, self.vault)

    @cached_property
    def invitations(self) -> Invitations:
        """Codes that give a role."""
        return Invitations(self.connection, self.vault)

    @cached_property
    def moving(self) -> Moving:
        """Codes that bring another chat to a person."""
        return Moving(self.connection, self.vault)

    @cached_property
    def runs(self) -> Runs:
        """Walks through guides."""
        return Runs(self.connection)

    @cached_property
    def walks(self) -> Walks:
        """Walks side by side, and those that go to another helper."""
        return Walks(self.connection, self.vault)

    @cached_property
    def log(self) -> Log:
        """Assistances."""
        return Log(self.connection)

    @cached_property
    def teams(self) -> Teams:
        """Teams and hamlets, and who is in them."""
        return Teams(self.connection, self.vault)

    @cached_property
    def joining(self) -> Joining:
        """Requests to join a team."""
        return Joining(self.connection, self.vault)

    @cached_property
    def handover(self) -> Handover:
        """Requests for a human."""
        return Handover(self.connection)

    @cached_property
    def sessions(self) -> Sessions:
        """Group sessions."""
        return Sessions(self.connection, self.vault)

    @cached_property
    def activity(self) -> Activity:
        """Plans, and days of activity under them."""
        return Activity(self.connection, self.vault)

    @cached_property
    def rosters(self) -> Rosters:
        """The lists annexed to communes' decisions."""
        return Rosters(self.connection, self.vault)

    @cached_property
    def renewing(self) -> Renewing:
        """New slips for those of a list who have not come."""
        return Renewing(self.connection, self.vault)

    @cached_property
    def checked_lists(self) -> CheckedLists:
        """Lists that wait for their officer's press."""
        return CheckedLists(self.connection, self.vault)

    @cached_property
    def rounds(self) -> Rounds:
        """What is done for each place once a week."""
        return Rounds(self.connection)

    @cached_property
    def privacy(self) -> Privacy:
        """What a person may see, copy and have erased."""
        return Privacy(self.connection, self.vault)

    @cached_property
    def settings(self) -> Settings:
        """A commune's own choices."""
        return Settings(self.connection)

    @cached_property
    def takeovers(self) -> Takeovers:
        """Chats in which staff talks instead of us."""
        return Takeovers(self.connection, self.vault)

    @cached_property
    def files(self) -> Files:
        """Files handed out by link."""
        return Files(self.connection, self.vault)

    @cached_property
    def zalo(self) -> Accounts:
        """Zalo Official Accounts."""
        return Accounts(self.connection, self.vault)

    @cached_property
    def sharing(self) -> Sharing:
        """What a platform may be told of people who agreed."""
        return Sharing(self.connection)

    @cached_property
    def notices(self) -> Notices:
        """What is to be told to somebody else."""
        return Notices(self.connection)

    @cached_property
    def broadcasts(self) -> Broadcasts:
        """What officers tell many at once."""
        return Broadcasts(self.connection)

    @cached_property
    def receivers(self) -> Receivers:
        """Accounts that communes announced for their fees."""
        return Receivers(self.connection)

    @cached_property
    def sightings(self) -> Sightings:
        """What checked codes came to."""
        return Sightings(self.connection, self.vault)

    @cached_property
    def announcements(self) -> Announcements:
        """What communes tell for some days."""
        return Announcements(self.connection)

    @cached_property
    def screens(self) -> Screens:
        """Steps whose screens people say have changed."""
        return Screens(self.connection, self.vault)

    @cached_property
    def gaps(self) -> Gaps:
        """Questions nothing answered."""
        return Gaps(self.connection)

    @cached_property
    def passes(self) -> Passes:
        """Who may open the officers' page."""
        return Passes(self.connection, self.vault)

    @cached_property
    def obstacles(self) -> Obstacles:
        """Where people get stuck in guides."""
        return Obstacles(self.connection)

    @cached_property
    def campaigns(self) -> Campaigns:
        """Campaigns of provinces."""
        return Campaigns(self.connection)

    @cached_property
    def official(self) -> OfficialFigures:
        """Figures other agencies published, typed in."""
        return OfficialFigures(self.connection)
