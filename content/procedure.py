"""A procedure as data: who, where, papers, fee, time, each as far as it is confirmed, and the variants to ask for."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from content.guide import Confidence, Model, Slug, StepId

Group = Literal[
    "dinh_danh", "ho_tich", "cu_tru", "can_cuoc", "cong_an", "giao_thong", "chung_thuc", "kinh_doanh", "an_sinh",
    "bhyt_bhxh", "dat_dai", "khac",
]  # fmt: skip
"""The shelf a procedure stands on in the menu."""

Channel = Literal[
    "dvcqg", "vneid", "lien_thong", "hkd_dkkd", "etax_mobile", "thue_dien_tu", "vssid", "vnetraffic", "evn",
    "he_thong_bgd", "bo_phan_mot_cua", "cong_an_xa", "cong_an_tinh", "vpdk_dat_dai", "co_quan_bhxh", "dai_ly_thu",
    "trung_tam_viec_lam", "quan_su_xa", "buu_chinh", "dien_thoai",
]  # fmt: skip
"""Where a dossier can be handed in; what people call each is in messages/procedure.j2."""

FeeChannel = Literal["moi_kenh", "truc_tiep", "truc_tuyen"]
"""How a fee is paid for: any way of filing, on paper (counter, post), or on the net."""

Code = Annotated[str, Field(pattern=r"^\d\.\d{6}$")]
"""A code of the national portal: people type it into the search box. It changes, so it is never a key."""


class FeeState(StrEnum):
    """What is known of the fee. Only `mien_phi` is free; a portal that shows 0 or nothing is `chua_ro`."""

    CO = "co"
    MIEN_PHI = "mien_phi"
    DIA_PHUONG = "dia_phuong"
    """Set by the province's People's Council."""
    KHONG_AP_DUNG = "khong_ap_dung"
    """Money is paid, but it is no fee of a procedure (a fine, a tax, a premium)."""
    CHUA_RO = "chua_ro"


class Online(StrEnum):
    """How much of it can be done on the net, as the sources say."""

    TOAN_TRINH = "toan_trinh"
    MOT_PHAN = "mot_phan"
    CHI_TRUC_TIEP = "chi_truc_tiep"
    KHONG_RO = "khong_ro"


class Need(StrEnum):
    """How a paper is needed."""

    BAT_BUOC = "bat_buoc"
    XUAT_TRINH = "xuat_trinh"
    """Shown, not handed in."""
    NEU = "neu"
    """Only in the case its note names."""
    NEU_CO = "neu_co"
    THAY_THE = "thay_the"
    """One of several that stand for each other."""
    KHONG_CAN = "khong_can"
    """Not asked for any more, though people still bring it."""


class Cited(Model):
    """A source, with the date of the very record that was read when it is another than the source's own."""

    id: str
    date: str | None = None


class Paper(Model):
    """One paper, as short as people call it; `only` names the variants it belongs to (all when empty)."""

    name: str = Field(max_length=90)
    need: Need = Need.BAT_BUOC
    note: str | None = Field(default=None, max_length=140)
    only: tuple[StepId, ...] = ()
    confidence: Confidence | None = None
    """None: as the whole part `papers`."""


class Fee(Model):
    """One amount in dong, with everything it depends on: what for, way of filing, variant, days."""

    label: str = Field(max_length=60)
    vnd: int = Field(ge=0)
    vnd_to: int | None = Field(default=None, ge=0)
    """The highest amount where only a span is known."""
    unit: str | None = Field(default=None, max_length=20)
    channel: FeeChannel = "moi_kenh"
    only: tuple[StepId, ...] = ()
    extra: bool = False
    """Paid only for something beyond the procedure itself, such as further copies."""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    basis: str | None = Field(default=None, max_length=60)
    """The act that sets it, as people cite it."""
    confidence: Confidence | None = None
    """None: as the whole part `fee`."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("the last day is before the first")
        return self

    def in_force(self, day: dt.date) -> bool:
        """Whether it is charged on that day (both ends included)."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


class Waiver(Model):
    """A policy by which many fees fall away for a time, for those who meet its condition."""

    id: Slug
    short: str = Field(max_length=60)
    """Said under a fee it covers, before its last day."""
    perhaps: str = Field(max_length=80)
    """Said where it is not certain that it covers the procedure, or how far."""
    text: str = Field(max_length=250)
    """Its conditions, in whole sentences."""
    guide: Slug | None = None
    valid_from: dt.date
    valid_to: dt.date
    """Its last day: on the next one nothing speaks of it any more."""
    confidence: Confidence
    sources: tuple[str, ...] = Field(min_length=1)
    verified_on: dt.date
    review_by: dt.date

    def in_force(self, day: dt.date) -> bool:
        """Whether it holds on that day (both ends included)."""
        return self.valid_from <= day <= self.valid_to


class Waived(Model):
    """That a procedure's fee falls under a waiver, and which paper of its own the waiver asks for."""

    id: Slug
    sure: bool = True
    paper: str | None = Field(default=None, max_length=60)
    note: str | None = Field(default=None, max_length=120)


class Fees(Model):
    """All that is known of what a procedure costs."""

    state: FeeState
    rows: tuple[Fee, ...] = ()
    exempt: tuple[str, ...] = ()
    """Who pays nothing, at any time."""
    waiver: Waived | None = None
    note: str | None = Field(default=None, max_length=200)


class Time(Model):
    """How long it takes, or by when it must be done."""

    text: str = Field(max_length=120)
    only: tuple[StepId, ...] = ()
    confidence: Confidence | None = None


class Reject(Model):
    """A reason why dossiers come back."""

    text: str = Field(max_length=120)
    confidence: Confidence = Confidence.MOT_NGUON


class Variant(Model):
    """One way a matter can stand; it stays with this procedure, or leads to another one, a guide, or a person."""

    id: StepId
    label: str = Field(max_length=40)
    note: str | None = Field(default=None, max_length=160)
    """What is said first for this variant."""
    procedure: Slug | None = None
    guide: Slug | None = None
    instead: str | None = Field(default=None, max_length=300)
    """Said instead of an answer we do not have, before the way to a person."""

    @property
    def stays(self) -> bool:
        """Whether the procedure itself answers it."""
        return self.procedure is None and self.guide is None and self.instead is None


class Question(Model):
    """What is asked before an answer, because the answer depends on it."""

    ask: str = Field(max_length=120)
    options: tuple[Variant, ...] = Field(min_length=2, max_length=7)


class Clarify(Model):
    """A word that may mean several matters, and what to ask then."""

    id: Slug
    triggers: tuple[str, ...] = Field(min_length=1)
    """What people type; it alone says too little."""
    ask: str = Field(max_length=120)
    options: tuple[Variant, ...] = Field(min_length=2, max_length=8)


class Watch(Model):
    """A day by which what is written has to be looked at again, because the law changes then."""

    date: dt.date
    note: str = Field(max_length=160)


Part = Literal["who", "where", "papers", "fee", "time", "online", "steps"]
"""A part of a procedure that is confirmed, or not, by itself."""


class Procedure(Model):
    """An administrative procedure, in force from `valid_from` to `valid_to` (both days included; None: no bound)."""

    id: Slug
    group: Group
    rank: Literal[1, 2]
    """1: asked for most."""
    title: str = Field(max_length=80)
    menu: str = Field(max_length=34)
    official: str = Field(max_length=260)
    """The name on the portal: people search by it there."""
    codes: tuple[Code, ...] = ()
    what: str = Field(max_length=110)
    who: str = Field(max_length=300)
    where: str = Field(max_length=110)
    ask_at: str | None = Field(default=None, max_length=60)
    """Who knows what is not known here; None: the commune's service centre."""
    at_centre: bool = False
    """Handed in at the commune's service centre: its address and hours belong to the answer."""
    channels: tuple[Channel, ...] = Field(min_length=1)
    online: Online
    must_online: bool = False
    """One of the 25 essential services that centres take on the net (Chỉ thị 24/CT-TTg, from 01/10/2025)."""
    presence: str | None = Field(default=None, max_length=170)
    """Whether, when and why one has to come in person."""
    papers: tuple[Paper, ...] = ()
    steps: tuple[str, ...] = ()
    fees: Fees
    times: tuple[Time, ...] = ()
    result: str | None = Field(default=None, max_length=160)
    rejects: tuple[Reject, ...] = ()
    tips: tuple[str, ...] = ()
    question: Question | None = None
    aliases: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    confidence: Mapping[Part, Confidence] = Field(default_factory=dict)
    """Parts not named are confirmed by two sources or by an official page."""
    legal: tuple[str, ...] = ()
    sources: tuple[Cited, ...] = Field(min_length=1)
    """What was read, the chief one first."""
    watch: tuple[Watch, ...] = ()
    unknown: tuple[str, ...] = ()
    """What is still to be found out, for authors."""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    verified_on: dt.date
    review_by: dt.date
    owner: str

    def in_force(self, day: dt.date) -> bool:
        """Whether it may be shown on that day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    def sure(self, part: Part) -> Confidence:
        """How far that part is confirmed."""
        return self.confidence.get(part, Confidence.XAC_NHAN)

    def variant(self, variant_id: str) -> Variant | None:
        """The variant of that id, if there is one."""
        return next((v for v in self.question.options if v.id == variant_id), None) if self.question else None
