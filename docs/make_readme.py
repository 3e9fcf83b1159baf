"""Renew what both READMEs take from the model: the answer, the plan's three sentences, the tables and the pictures.

Run: ``python docs/make_readme.py``, or with ``--check`` to find out whether they are current. The sentences come from
``calibration/fitted/findings.json``, which ``zhizao calibrate`` writes; answer, table and pictures from ``zhizao
compare``; the Chinese table of readings from the English one.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from marks import between, put

from zhizao.commands.comparison_table import short_headers, short_rows
from zhizao.commands.picture import picture_bytes
from zhizao.commands.report import telling
from zhizao.parameter_words.names import input_name
from zhizao.report.calibration_report import what_it_takes
from zhizao.report.changes import changes_in_words, say_change
from zhizao.report.chart_rows import display_names
from zhizao.report.findings import finding
from zhizao.report.headline import headline
from zhizao.report.markdown import short
from zhizao.scenario.scenario import load_scenario
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python docs/make_readme.py"
PAGES: dict[Language, str] = {"en": "README.md", "zh": "README.zh.md"}
PICTURES: dict[Language, str] = {"en": "docs/compare.png", "zh": "docs/compare.zh.png"}
BEST = "light-vouchers"
"""The policy of whose levers the pages say what they change: the one that the answer names."""
SHOWN = (0, 2, 3, 4, 5, 6)
"""Columns of the table that is printed, which a page has room for."""
READINGS = {
    "reading": "解读",
    "weight, %": "权重，%",
    "no programme": "没有任何政策",
    "no money for firms": "没有给企业的资金",
    "no services": "没有服务",
    "better services": "服务提升",
    "vouchers": "补贴券",
    "as declared": "模型原有设定",
    "grants are decided before the work": "先审批、后开工",
    "only supported projects are counted": "只统计受支持的项目",
    "providers do not follow orders": "服务商不随订单扩张",
    "support draws nobody's attention": "支持不引起任何企业关注",
    "2 billion a year": "每年20亿元",
    "all, by weight": "综合（按权重）",
}
"""The words of the table of readings in Chinese."""


def line(cells: Sequence[str]) -> str:
    """Return a line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def answer(done: Comparison, language: Language) -> list[str]:
    """Return the answer: how likely the plan is met, what is true, which policy does most, and what the money does."""
    found = headline(done, language, done.first.label)
    gap, *_, best = found.remarks
    end = "。" if language == "zh" else "."
    money = finding("subsidy_account", done, done.first, language) + end
    current = f"“{display_names(done, language)[done.first.label]}”"
    short_name = "现行政策" if language == "zh" else "current policy"
    texts = (text.replace(current, short_name) for text in (found.line, gap, best, money))
    first, *others = (text[:1].upper() + text[1:] for text in texts)
    items = [f"- **{first}**", *(f"- {text}" for text in others)]
    return wrapped(items, "  ") if language == "en" else items


def table(done: Comparison, language: Language) -> list[str]:
    """Return the lines that are printed of the telling policies, with their titles."""
    names = display_names(done, language)
    kept = telling()
    headers = short_headers(done, language)
    rows = [
        [f"{names[row[0]]} `{row[0]}`", *(row[place] for place in SHOWN[1:])]
        for row in short_rows(done, language)
        if row[0] in kept
    ]
    return [line([headers[place] for place in SHOWN]), f"|{'---|' * len(SHOWN)}", *map(line, rows)]


def changes(language: Language) -> list[str]:
    """Return what the best policy changes, lever by lever."""
    told = changes_in_words(load_scenario(BEST), load_scenario("baseline"), language)
    headers = [say_change(f"column {name}", language) for name in ("lever", "change", "unit", "holds", "reason")]
    rows = [[one.lever, f"{one.before} → {one.after}", one.unit, one.holds, one.reason] for one in told]
    return [line(headers), f"|{'---|' * len(headers)}", *map(line, rows)]


def plan(needed: Mapping[str, Any], language: Language) -> list[str]:
    """Return what would have to be true for the plan to be met, in three sentences."""
    if language == "en":
        return wrapped(what_it_takes(dict(needed)), "   ")
    moves = needed["moves"][:3]
    parts = [f"{input_name(row['key'], 'zh')}为{short(row['plan'])}而不是{short(row['facts'])}" for row in moves]
    return [
        f"1. 企业的情况须与仅凭事实所推断的不同，差别最大的是：{'；'.join(parts)}。",
        f"2. 仅按事实拟合，{100 * needed['facts_probability']:.1f}%的抽样达成规划目标；事实与规划目标同时成立的"
        f"可能性，只有事实单独成立的{needed['odds']:,.0f}分之一；即使以其实现为条件拟合，换一组随机数后也只有"
        f"{100 * needed['plan_probability']:.0f}%的抽样达成。",
        f"3. 凡是达成的情形，很大一部分来自自评：平均{needed['reported']:.0f}%的企业自评达到二级，真实达到的为"
        f"{needed['true']:.0f}%。",
    ]


def readings(english: str) -> list[str]:
    """Return the English table of readings in Chinese, with the same numbers."""
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in between(english, "readings")]
    rows = [[READINGS.get(cell, cell.replace(" to ", "至")) for cell in row] for row in rows]
    return [line(rows[0]), f"|{'---|' * len(rows[0])}", *map(line, rows[2:])]


def wrapped(sentences: Sequence[str], indent: str) -> list[str]:
    """Break items of a list into lines."""
    return [line for sentence in sentences for line in textwrap.wrap(sentence, 118, subsequent_indent=indent)]


def pages(done: Comparison) -> dict[str, bytes]:
    """Return both pages and their pictures, by the names of their files."""
    needed = json.loads((ROOT / "calibration" / "fitted" / "findings.json").read_text(encoding="utf-8"))["needed"]
    made = {}
    for language, name in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = {"answer": answer(done, language), "plan": plan(needed, language), "table": table(done, language)}
        blocks["changes"] = changes(language)
        if language == "zh":
            blocks["readings"] = readings((ROOT / PAGES["en"]).read_text(encoding="utf-8"))
        for block, lines in blocks.items():
            text = put(text, block, COMMAND, lines)
        made[name] = text.encode()
        made[PICTURES[language]] = picture_bytes(done, language)
    return made


def main() -> None:
    """Compare all scenarios and put what the pages show in place, or say which page is not current."""
    made = pages(compare())
    if sys.argv[1:] == ["--check"]:
        old = [name for name, content in made.items() if (ROOT / name).read_bytes() != content]
        raise SystemExit(f"not current: {', '.join(old)}; run {COMMAND}" if old else 0)
    for name, content in made.items():
        (ROOT / name).write_bytes(content)


if __name__ == "__main__":
    main()
