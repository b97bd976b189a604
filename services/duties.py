"""The usual duties, from presets/duties.csv: what /order offers, and what a request becomes for volunteers."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models import Evidence

SHIPPED = Path(__file__).parent.parent / "presets" / "duties.csv"
OFFERED = 5  # the first ones are buttons of /order
USUAL = "community_service"  # for a category that names none


@dataclass(frozen=True)
class Duty:
    """A template: its title by language, and how many people, points and what evidence it usually takes."""

    code: str
    titles: dict[str, str]
    need: int
    points: int
    evidence: Evidence


@cache
def shipped() -> dict[str, Duty]:
    """The templates by code."""
    with SHIPPED.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    return {
        row["code"]: Duty(
            row["code"],
            {"zh": row["zh"], "en": row["en"]},
            int(row["need"]),
            int(row["points"]),
            Evidence(row["evidence"]),
        )
        for row in rows
    }


# What a group reads of a visit whose kind is nobody else's business
VISIT = {"zh": "上门走访", "en": "Visit"}
