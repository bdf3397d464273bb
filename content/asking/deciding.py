"""What to do with a question: answer, ask which was meant, or refuse honestly; better asked once more than misled."""

from dataclasses import dataclass

from content.asking.intents import Action
from content.asking.ranker import Ranker, Ranking
from content.safety import Danger, Safety

OUR_BUSINESS = 0.5
"""Below this certainty a question is none of our business."""

CLEAR = 0.02
"""With this lead over the second an intent is answered without asking."""

NEAR = 0.05
"""Only intents this near to the best are asked about."""

MAX_ASKED = 3
LOOKED_AT = 5
"""What a part of a message asks for counts only when it is among so many for the whole."""

SCAM = "lua-dao"
"""The intent of everything the guard takes for a cry for help against a cheat."""

SCAMS = frozenset({Danger.SCAM_REPORT, Danger.APK_LINK, Danger.FAKE_LINK, Danger.SHORT_LINK})
SECRET = "otp"
NOISE = "gibberish"


@dataclass(frozen=True, slots=True)
class Sure:
    """This intent is meant."""

    intent: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """One of these may be meant, the likeliest first: ask the person. From one to three."""

    intents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Several:
    """All of these are asked for, in the order they were asked."""

    intents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """None of our business, of this kind."""

    kind: str
    action: Action


@dataclass(frozen=True, slots=True)
class Lost:
    """Not understood."""


Verdict = Sure | Unsure | Several | Refused | Lost


def decide(ranking: Ranking) -> Verdict:
    """What the ranking is good for."""
    if ranking.certainty <= OUR_BUSINESS:
        off = ranking.lead < -CLEAR and ranking.kind != NOISE
        return Refused(ranking.kind, ranking.action) if off else Lost()
    best = ranking.intents[0][1]
    second = ranking.intents[1][1]
    if best - second >= CLEAR:
        return Sure(ranking.intents[0][0])
    return Unsure(tuple(slug for slug, score in ranking.intents[:MAX_ASKED] if best - score < NEAR))


def understand(text: str, ranker: Ranker) -> tuple[Ranking, Verdict]:
    """What a text is about. Two questions in one message are seen where each part of it is clear by itself."""
    ranking = ranker.rank(text)
    verdict = decide(ranking)
    parts = ranker.reader.parts(text)
    if len(parts) < 2 or isinstance(verdict, Refused | Lost):
        return ranking, verdict
    likely = {slug for slug, _ in ranking.intents[:LOOKED_AT]}
    asked = dict.fromkeys(intent for part in parts if (intent := _plain(ranker.rank(part))) in likely)
    return ranking, Several(tuple(asked)[:MAX_ASKED]) if len(asked) > 1 else verdict


def _plain(ranking: Ranking) -> str:
    """The intent of a part that leaves no doubt, else nothing."""
    (best, score), (_, second) = ranking.intents[:2]
    return best if ranking.certainty > OUR_BUSINESS and score - second >= 2 * CLEAR else ""


def judged(text: str, ranker: Ranker, safety: Safety) -> tuple[Ranking, Verdict]:
    """A text nobody has looked at yet: the guard first, as in a conversation, then what it is about."""
    finding = safety.inspect(text)
    if finding is None:
        return understand(text, ranker)
    ranking = ranker.rank(text)
    if not (finding.also | {finding.kind}) & SCAMS:
        return ranking, Refused(SECRET, Action.WARN)
    others = tuple((slug, score) for slug, score in ranking.intents if slug != SCAM)
    scam = Ranking(((SCAM, ranking.intents[0][1]), *others), ranking.kind, ranking.action, ranking.lead, 1.0)
    return scam, Sure(SCAM)
