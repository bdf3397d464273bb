"""The words of the clauses that lead to the help, and of those that tell after it how it went."""

from collections.abc import Iterator

from content.guide import Model

Words = tuple[str, ...]


class Outcomes(Model):
    """outcomes.yaml: each list is what its words can mean in such a clause."""

    later: Words
    whenever: Words
    named_day: Words
    put_off: Words
    unfinished: Words
    earlier: Words
    appointed: Words
    again: Words
    deals: Words
    comes: Words
    does: Words
    more: Words
    small: Words
    sends: Words
    must: Words
    goes: Words
    authority: Words
    takes: Words
    negation: Words
    ends: Words
    after_ends: Words
    fetches: Words
    bodily: Words
    gives_up: Words
    refuses: Words
    reporter: Words
    reports: Words
    success: Words
    went_well: Words
    tries: Words
    could: Words
    wholly: Words
    using: Words
    reason: Words
    so: Words
    own: Words
    judges: Words
    says: Words
    records: Words
    calls: Words
    pretext: Words
    late: Words
    used_to: Words
    approves: Words
    sociable: Words
    leisure: Words

    def phrases(self) -> Iterator[tuple[str, str, str]]:
        """Every phrase as (phrase, tag, value)."""
        for name in type(self).model_fields:
            yield from ((phrase, name, "") for phrase in getattr(self, name))
