"""What the operator's Prometheus may count: never a text, a name or a chat."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 12, 60)


@dataclass
class Metrics:
    """Every figure, in a registry of its own so that two programs in one process do not meet."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    turns: Counter = field(init=False)
    turn_seconds: Histogram = field(init=False)
    set_aside: Counter = field(init=False)
    sent: Counter = field(init=False)
    pictures: Counter = field(init=False)
    waiting: Gauge = field(init=False)
    hook_refused: Counter = field(init=False)
    accounts: Gauge = field(init=False)
    zalo_paid: Counter = field(init=False)
    zalo_remaining: Gauge = field(init=False)
    zalo_bot_month: Gauge = field(init=False)

    def __post_init__(self) -> None:
        r = self.registry
        self.turns = Counter("bot_turns", "Messages handled", ["channel", "kind"], registry=r)
        self.turn_seconds = Histogram(
            "bot_turn_seconds", "From stored to answered in the database", buckets=_SECONDS, registry=r
        )
        self.set_aside = Counter("bot_set_aside", "Messages given up after repeated failure", ["channel"], registry=r)
        self.sent = Counter("bot_sends", "Sends by how they ended", ["channel", "outcome"], registry=r)
        self.pictures = Counter("bot_pictures", "Pictures by what came of them", ["channel", "outcome"], registry=r)
        self.waiting = Gauge("bot_waiting", "Rows waiting, by box and state", ["box", "state"], registry=r)

        self.hook_refused = Counter(
            "bot_hook_refused", "Calls of a hook that were not let in", ["channel", "why"], registry=r
        )
        self.accounts = Gauge("bot_accounts", "Accounts at a platform, by state", ["channel", "state"], registry=r)
        self.zalo_paid = Counter("bot_zalo_paid", "Messages Zalo took, by what paid for them", ["by"], registry=r)
        self.zalo_remaining = Gauge("bot_zalo_remaining", "Calls left in this minute", ["oa"], registry=r)
        self.zalo_bot_month = Gauge("bot_zalo_bot_month", "Messages of the Zalo bot in this month", registry=r)

    def show_accounts(self, channel: str, states: Sequence[str]) -> None:
        """How many accounts are in each state now."""
        for state in ("ok", "blocked", "needs_reauth"):
            self.accounts.labels(channel=channel, state=state).set(states.count(state))

    def text(self) -> bytes:
        """In Prometheus' own format."""
        return generate_latest(self.registry)
