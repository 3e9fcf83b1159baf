"""The district in force, read when it is first needed; what the model is made of follows from it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from functools import cache

from zhizao.district.folder import district_folder
from zhizao.district.reader import DistrictData, read_district
from zhizao.toml_text import read_toml

__all__ = ["DISTRICT", "compiled_facts", "in_currency", "made_from"]

DISTRICT: DistrictData = read_district(district_folder())
"""The district in force in this process."""


_YUAN = re.compile("(?<=[百千万亿/])元|元(?=/)|^元$")


def compiled_facts() -> bytes:
    """Return a digest of what compiled code holds of the district: counts, cut-points and months of the year."""
    own = DISTRICT.own
    facts = {
        "classes": len(own.size_class),
        "sectors": len(own.sector),
        "tiers": [tier.pays_for or (tier.key,) for tier in own.tier],
        "cut_points": own.levels.cut_points,
        "level": own.plan.level,
        "phases": len(own.phase),
        "calendar": asdict(own.calendar),
        "first_month": own.months.start[5:],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).digest()


def in_currency(text: str) -> str:
    """Return a text about money in the district's own currency."""
    own = DISTRICT.own
    if (own.currency, own.currency_zh) == ("RMB", "元"):
        return text
    return _YUAN.sub(own.currency_zh, text.replace("RMB", own.currency))


@cache
def made_from() -> dict[str, str]:
    """Return a digest of the content of each file of the district that a fit rests on but its facts, by name.

    Comments and the order of keys do not count.
    """
    files = {name: DISTRICT.folder / name for name in ("district.toml", "priors.toml", "readings.toml")}
    files["policy.toml"] = DISTRICT.path(DISTRICT.own.library.policy)
    found = {}
    for name, path in files.items():
        if path.is_file():
            read = read_toml(path, path.name)
            if name == "readings.toml":  # structures have fits of their own, and a reason is not a number
                read = {"reading": read.get("reading", [])}
            content = json.dumps(read, sort_keys=True, default=str)
            found[name] = hashlib.sha256(content.encode()).hexdigest()
    if DISTRICT.inherited.digest:
        found["the fit that [prior] names"] = DISTRICT.inherited.digest
    return found
