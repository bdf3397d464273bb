"""What to do with a question: answer, ask which was meant, or refuse honestly; better asked once more than misled."""

from dataclasses import dataclass

from content.asking.intents import Action
from content.asking.ranker import Ranker, Ranking
from content.safety import Danger, Finding, Safety

OUR_BUSINESS = 0.5
"""Below this certainty a question is none of our business."""

CLEAR = 0.02
"""With this lead over the second an intent is answered without asking."""

NEAR = 0.05
"""Only intents this near to the best are asked about."""

MAX_ASKED = 3

SCAM = "lua-dao"
"""The intent of everything the guard takes for a cry for help against a cheat."""

SCAMS = frozenset({Danger.SCAM_REPORT, Danger.APK_LINK, Danger.FAKE_LINK, Danger.SHORT_LINK})


@dataclass(frozen=True, slots=True)
class Sure:
    """This intent is meant."""

    intent: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """One of these may be meant, the likeliest first: ask the person. From one to three."""

    intents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """None of our business, of this kind."""

    kind: str
    action: Action


Verdict = Sure | Unsure | Refused


def decide(ranking: Ranking) -> Verdict:
    """What the ranking is good for."""
    if ranking.certainty <= OUR_BUSINESS:
        return Refused(ranking.kind, ranking.action)
    best = ranking.intents[0][1]
    near = tuple(slug for slug, score in ranking.intents[:MAX_ASKED] if best - score < NEAR)
    second = ranking.intents[1][1] if len(ranking.intents) > 1 else 0.0
    return Sure(ranking.intents[0][0]) if best - second >= CLEAR else Unsure(near)


def judged(text: str, ranker: Ranker, safety: Safety) -> tuple[Ranking, Verdict]:
    """A text nobody has looked at yet: the guard first, as in a conversation, then the ranking."""
    ranking, finding = ranker.rank(text), safety.inspect(text)
    if finding is None:
        return ranking, decide(ranking)
    if not _dangers(finding) & SCAMS:
        return ranking, Refused("otp", Action.WARN)
    others = tuple((slug, score) for slug, score in ranking.intents if slug != SCAM)
    best = max((score for _, score in ranking.intents), default=0.0)
    return Ranking(((SCAM, best), *others), ranking.kind, ranking.action, 1.0), Sure(SCAM)


def _dangers(finding: Finding) -> frozenset[Danger]:
    return finding.also | {finding.kind}
