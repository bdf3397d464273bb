"""What a person may look at on the page, by the roles he holds this moment."""

import re
from dataclasses import dataclass
from typing import Literal

from content.places import Places
from handlers.reporting import views_of
from storage.scope import Scope

Kind = Literal["commune", "team", "province", "totals"]
_KINDS: dict[str, Kind] = {"x": "commune", "t": "team", "p": "province"}
_COMMUNE = re.compile(r"x\d{5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing to look at. `totals` is a commune as its province sees it: no team, no hamlet, no entry."""

    kind: Kind
    key: str
    """As it stands in the address: the same letters as in a report's buttons."""
    code: str
    """Of the province, else of the commune."""
    name: str
    province: str
    team_id: int | None = None
    place: str = ""
    """The commune a team belongs to."""

    @property
    def entries(self) -> bool:
        """Whether the assistances behind a figure may be seen; which of them, the log decides once more."""
        return self.kind in ("commune", "team")


def sights(scope: Scope, places: Places) -> list[Sight]:
    """What the person's roles give: his provinces, his communes, the teams he heads. Members and admins: nothing."""
    found = []
    for view in views_of(scope, places):
        kind, code = _KINDS[view.kind], view.commune or view.code
        commune = places.commune(code)
        province = code if commune is None else commune.province.code
        team_id = int(view.code) if kind == "team" else None
        place = commune.name if commune and kind == "team" else ""
        found.append(Sight(kind, view.key, code, view.name, province, team_id, place))
    return found


def sight(scope: Scope, places: Places, key: str) -> Sight | None:
    """The one of that key, if the person may look at it: one of his own, or a commune of his province in totals."""
    own = next((s for s in sights(scope, places) if s.key == key), None)
    if own is not None or not _COMMUNE.fullmatch(key):
        return own
    commune = places.commune(key[1:])
    if commune is None or commune.province.code not in scope.provinces():
        return None
    return Sight("totals", key, commune.code, commune.name, commune.province.code)
