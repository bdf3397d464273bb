"""Facts nobody could confirm, each a switch; the first value is the likelier one."""

from dataclasses import dataclass, fields
from typing import Any, Literal

from .errors import ControlError


@dataclass
class Switches:
    """How this emulator decides what is not known of Zalo.

    kind: of the account, state body or business. buttons: taken, or refused with that code. lists: whether list
    templates are taken. error_status: HTTP status of an application error. numbers: whether ids in tags and phones
    are numbers. redeliver: also after an answer that is not 200 or late, not only after a failed connection.
    header_time: X-ZEvent-Timestamp is the body's time, is not sent, or is a time of its own, the signed one.
    reused: the answer to a refresh token used twice. reuse_code: its code, a guess. info_side: who of sender and
    recipient is the person of user_submit_info. quota_counts: whether free answers tell `remain` and `total`.
    text_units: how the 2 000 of a text are counted. challenge_binds: the challenge of a consent must be the
    console's. proof: whether calls must carry appsecret_proof. escapes: how events write letters outside of ASCII.
    spaced: whether events have odd blanks between their members. echoes: whether the echo of the app's own messages
    is delivered, and what people received and saw. signed_by: the number a signature begins with. window: whether
    the seven days hold for this account. sends: whether this account may write to a person at all. group_words: how
    answers to who asks to join a group are called. tag_names: what a tag may be called: only small letters without
    marks, digits and hyphens, or anything short. tags_followers: whether only who follows the account can be tagged.
    untag_unknown: the answer where there is no such tag to take off. detail: whether this kind of account may ask
    for a person's detail.
    """

    kind: Literal["state", "business"] = "state"
    buttons: Literal["yes", "-233", "-201", "-210"] = "yes"
    lists: bool = False
    error_status: Literal[200, 400] = 200
    numbers: bool = False
    redeliver: bool = True
    header_time: Literal["same", "none", "own"] = "same"
    reused: Literal["200", "400", "empty"] = "200"
    reuse_code: int = -14014
    info_side: Literal["sender", "recipient"] = "sender"
    quota_counts: bool = True
    text_units: Literal["points", "utf16"] = "points"
    challenge_binds: bool = True
    proof: bool = False
    escapes: bool = False
    spaced: bool = False
    echoes: bool = True
    signed_by: Literal["app", "oa"] = "app"
    window: bool = True
    sends: bool = True
    group_words: Literal["accept", "react"] = "accept"
    tag_names: Literal["plain", "any"] = "plain"
    tags_followers: bool = True
    untag_unknown: Literal["ok", "-201"] = "ok"
    detail: Literal["yes", "-235"] = "yes"

    def set(self, values: dict[str, Any]) -> None:
        """Turns switches. Raises ControlError for one that does not exist."""
        known = {f.name for f in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ControlError(f"no switch {name!r}; there are {', '.join(sorted(known))}")
            setattr(self, name, value)
