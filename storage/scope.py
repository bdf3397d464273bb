"""Who may see and do what: the roles of a person, turned into conditions of a query."""

from dataclasses import dataclass


class NotAllowed(Exception):
    """There is no such thing for this person: it is missing, out of his scope, or closed to him. Never says which."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role in force, with the team, commune or province it is limited to."""

    role: str
    commune: str | None = None
    province: str | None = None
    team_id: int | None = None
    team_name: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """A person and all his roles; handed to every query that reads or changes what is not the person's own."""

    person_id: int
    grants: tuple[Grant, ...] = ()

    def has(self, *roles: str) -> bool:
        """Whether the person holds any of these roles anywhere."""
        return any(g.role in roles for g in self.grants)

    def teams(self, *roles: str) -> tuple[int, ...]:
        """Ids of the teams in which the person holds one of these roles."""
        return tuple(g.team_id for g in self.grants if g.role in roles and g.team_id is not None)

    def communes(self, *roles: str) -> tuple[str, ...]:
        """Codes of the communes in which the person holds one of these roles."""
        return tuple(dict.fromkeys(g.commune for g in self.grants if g.role in roles and g.commune is not None))

    def provinces(self) -> tuple[str, ...]:
        """Codes of the provinces the person is an officer of."""
        return tuple(g.province for g in self.grants if g.role == "province_officer" and g.province is not None)

    def answering_for(self, place: str) -> int:
        """The person's id, when he is an officer of that commune or province. Raises NotAllowed."""
        if place not in (*self.communes("officer"), *self.provinces()):
            raise NotAllowed
        return self.person_id
