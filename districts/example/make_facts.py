"""Make the facts of the example: truths drawn from its prior, one run, and what an office would publish of it.

Run ``python districts/example/make_facts.py`` from the top of the repository. It writes ``evidence.toml`` and, beside
it, ``truths.toml`` with what no office knows, so that a fit to the facts can be judged. Another ``--seed`` makes
another city; ``--folder`` writes into a folder of your own, such as a copy of this one.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import zhizao as zz

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Published:
    """What an office publishes: a series, how it is worded and rounded, and how far the number scatters."""

    key: str
    series: str
    when: str
    unit: str
    wording: str
    use: str
    step: float
    scatter: float
    group: str
    meaning: str
    meaning_zh: str
    source: str


PUBLISHED = (
    Published("workshops_stock", "workshops", 'at = "2024-12"', "workshops", "exactly", "fit", 1, 4, "all",
              "Digital workshops recognised so far", "已认定的数字化车间总数", "yearly report, 2025"),
    Published("workshops_2024", "workshops_new", 'over = "2024"', "workshops", "exactly", "fit", 1, 3, "all",
              "Digital workshops newly recognised in 2024", "2024年新认定的数字化车间数", "list of 2024"),
    Published("supported", "supported_started", 'over = "2021..2024"', "projects", "over", "fit", 10, 10, "all",
              "Projects given public money in four years", "四年来获得财政支持的项目数", "news, 2025"),
    Published("level2_2023", "level2_share", 'at = "2023-12"', "% of firms", "about", "fit", 5, 4, "sme",
              "SMEs that report level 2 or above", "自评达到二级及以上的中小企业占比", "survey of 2023"),
    Published("robots", "robot_share", 'at = "2024-12"', "% of firms", "about", "fit", 5, 4, "all",
              "Firms that use robots", "使用机器人的企业占比", "survey of 2024"),
    Published("level3_2024", "level3_share", 'at = "2024-12"', "% of firms", "about", "holdout", 1, 2, "sme",
              "SMEs that report level 3 or above", "自评达到三级及以上的中小企业占比", "survey of 2024"),
    Published("started_2024", "projects_started", 'over = "2024"', "projects", "about", "holdout", 10, 6, "all",
              "Projects begun in 2024", "2024年开工的项目数", "statistics, 2025"),
)  # fmt: skip


def main() -> None:
    """Draw, run, publish."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--seed", type=int, default=11)
    options.add_argument("--folder", type=Path, default=HERE)
    asked = options.parse_args()
    zz.use_district(asked.folder)
    draws = np.random.Generator(np.random.Philox(asked.seed))
    drawn, found = truths(draws)
    (asked.folder / "evidence.toml").write_text(evidence(found, draws), "utf-8")
    (asked.folder / "truths.toml").write_text(written(drawn, found, asked.seed), "utf-8")
    print(f"written: {asked.folder / 'evidence.toml'} and truths.toml beside it")


def truths(draws: np.random.Generator) -> tuple[dict[str, float], dict[str, float]]:
    """Return one draw of everything that is drawn, and what a run with it gives, by key of the fact."""
    from zhizao.evidence.ensembles import FIRST_READING
    from zhizao.evidence.facts import Fact
    from zhizao.studies.calibration.fit import prior_of_study
    from zhizao.studies.calibration.simulator import DistrictSimulator

    prior = prior_of_study()
    point = prior.values(draws.random((1, prior.dimensions)))[0]
    facts = []
    for one in PUBLISHED:
        name, _, month = one.when.partition(" = ")
        given = {name: month.strip('"')}
        facts.append(
            Fact(
                key=one.key, meaning=one.meaning, wording="exactly", use="fit", source=one.source, unit=one.unit,
                series=one.series, group=one.group, value=0, low=0, high=1, **given,
            )
        )  # fmt: skip
    simulator = DistrictSimulator(funding=FIRST_READING, facts=tuple(facts))
    given_by_run = simulator(point, int(draws.integers(0, 2**63)))
    return (
        dict(zip(prior.names, map(float, point), strict=True)),
        dict(zip(simulator.names, map(float, given_by_run), strict=True)),
    )


def evidence(found: dict[str, float], draws: np.random.Generator) -> str:
    """Return the file of facts: each number as it is seen, then worded and rounded."""
    lines = [
        "format = 1",
        "",
        "# What the office of a made-up city would know. Written by make_facts.py from one run of the model, whose",
        "# truths are in truths.toml: each number is seen with some scatter, then worded and rounded as offices do.",
        "",
        "[report]",
        'title = "publications of the made-up city, 2023 to 2025"',
        'title_zh = "示例市2023至2025年公开资料（虚构）"',
    ]
    for one in PUBLISHED:
        seen = max(found[one.key] + one.scatter * draws.standard_normal(), 0.0)
        rounded = math.floor(seen / one.step) if one.wording == "over" else round(seen / one.step)
        value = rounded * one.step
        ends = {"exactly": (value - 0.5, value + 0.5), "about": (value - one.step / 2, value + one.step / 2)}
        low, high = ends.get(one.wording, (value, value + one.step))
        lines += [
            "",
            "[[fact]]",
            f'key = "{one.key}"',
            f"value = {value:g}",
            f'unit = "{one.unit}"',
            f'wording = "{one.wording}"',
            f'use = "{one.use}"',
            f'series = "{one.series}"',
            one.when,
            f'group = "{one.group}"',
            f"low = {low:g}",
            f"high = {high:g}",
            f"softness = {one.scatter:g}",
            'reason = "rounded so, and seen with this scatter, by make_facts.py"',
            f'source = "made up: {one.source}"',
            f'meaning = "{one.meaning}"',
            f'meaning_zh = "{one.meaning_zh}"',
        ]
    lines += [
        "",
        "[[fact]]",
        'key = "plan"',
        "value = 80",
        'unit = "% of firms"',
        'wording = "plan"',
        'use = "fit"',
        'series = "level2_share"',
        'at = "2027-12"',
        'group = "sme"',
        'source = "made up: the plan of district.toml"',
        'meaning = "SMEs that are to report level 2 or above"',
        'meaning_zh = "规划要求达到二级及以上的中小企业占比"',
    ]
    return "\n".join(lines) + "\n"


def written(drawn: dict[str, float], found: dict[str, float], seed: int) -> str:
    """Return the file of truths."""
    lines = [
        f"# What make_facts.py --seed {seed} drew and what its run gave: nothing reads this file but the eye.",
        "",
        "[drawn]",
    ]
    lines += [f'"{key}" = {value:.6g}' for key, value in drawn.items()]
    lines += ["", "[given_by_the_run]", *(f"{key} = {value:.6g}" for key, value in found.items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
