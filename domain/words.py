"""Enumerations and the two small things every record needs: a strict base and a text in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self, cast

from pydantic import BaseModel, ConfigDict
from typing_extensions import override


class Record(BaseModel):
    """Base of every record that crosses a package border: frozen, strict, no unknown fields."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    @override
    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields replaced, without the facts that were worked out from the old ones."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return cast("Self", self.model_construct(**(values | dict(update or {}))))


class Text(Record):
    """One text in both languages; ``Text("中文", "English")``."""

    zh: str
    en: str

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(**{"zh": zh, "en": en})

    def get(self, lang: str) -> str:
        """Return the text in ``lang``, "zh" or "en"."""
        return self.en if lang == "en" else self.zh


class SquadKind(StrEnum):
    """Kind of a squad; only mobile squads lend people to any group and take night calls."""

    STREET = "street"
    COMMERCIAL = "commercial"
    SCENIC = "scenic"
    MOBILE = "mobile"


class Force(StrEnum):
    """Force an officer belongs to. Lower never replaces higher: service < management < enforcement."""

    ENFORCEMENT = "enforcement"
    MANAGEMENT = "management"
    SERVICE = "service"

    @property
    def rank(self) -> int:
        """0 service, 1 management, 2 enforcement."""
        return {"service": 0, "management": 1, "enforcement": 2}[self.value]


class Rank(StrEnum):
    """Rank inside a squad; leader and deputy are both leaders in the sense of R13 and S19."""

    LEADER = "leader"
    DEPUTY = "deputy"
    MEMBER = "member"


class PayRegime(StrEnum):
    """How overtime is settled (domain: Hours and pay)."""

    COMPREHENSIVE = "comprehensive"
    STANDARD = "standard"
    CIVIL = "civil"


class ShiftKind(StrEnum):
    """Place of a shift in the day; rotation (S08), runs (S06) and even shares (S05) read it."""

    EARLY = "early"
    MIDDLE = "middle"
    LATE = "late"
    NIGHT = "night"


class DayKind(StrEnum):
    """Kind of a calendar day; an adjusted working day is a workday."""

    WORKDAY = "workday"
    REST = "rest"
    HOLIDAY = "holiday"


class AbsenceKind(StrEnum):
    """Reason of an absence; business and training count as worked."""

    SICK = "sick"
    ANNUAL = "annual"
    PERSONAL = "personal"
    BUSINESS = "business"
    TRAINING = "training"
    MATERNITY = "maternity"

    @property
    def counts_as_worked(self) -> bool:
        """Whether 8 h a day are credited and the day counts as worked for R04."""
        return self in (AbsenceKind.BUSINESS, AbsenceKind.TRAINING)


class DutyKind(StrEnum):
    """What an on-shift officer does; standby is for those who may not patrol."""

    POST = "post"
    DESK = "desk"
    PATROL = "patrol"
    REMEDIATION = "remediation"
    HOLDING = "holding"
    PRESENCE = "presence"
    STANDBY = "standby"


class BorderKind(StrEnum):
    """Whether a hotspot lies inside one squad, on a border of squads or on the district border."""

    NONE = "none"
    SQUADS = "squads"
    DISTRICT = "district"


class VehicleKind(StrEnum):
    """Kind of a vehicle; an officer's licences name the kinds he may drive."""

    CAR = "car"
    TRUCK = "truck"
    VAN = "van"


class LockKind(StrEnum):
    """What a leader has fixed."""

    SHIFT = "shift"
    REST = "rest"
    DUTY = "duty"
    REMEDIATION = "remediation"


class RemediationKind(StrEnum):
    """Monthly ones are counted and kept apart by R12; designated and ad hoc ones are extra."""

    MONTHLY = "monthly"
    DESIGNATED = "designated"
    ADHOC = "adhoc"


class Scope(StrEnum):
    """What a rule couples; decomposition, pricing, repair and naming are built on it."""

    OFFICER = "officer"
    SQUAD = "squad"
    GROUP = "group"
    BRIGADE = "brigade"
    NAMING = "naming"


class Severity(StrEnum):
    """Hard: never broken by the solver. Shortfall: a priced need. Wish: priced."""

    HARD = "hard"
    SHORTFALL = "shortfall"
    WISH = "wish"


class Status(StrEnum):
    """Outcome of a solve; the five never mix."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    INFEASIBLE = "INFEASIBLE"
    UNKNOWN = "UNKNOWN"
    MODEL_INVALID = "MODEL_INVALID"
