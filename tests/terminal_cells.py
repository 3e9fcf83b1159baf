"""The commands that are tried on terminals, and what of their CSV must be on the screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from importlib.util import find_spec

from zhizao.results.variables import VARIABLES
from zhizao.results.wording import number
from zhizao.words.tables import Language

__all__ = ["COMMANDS", "FEW", "SMALL", "Rows"]

SMALL = ["--n-firms", "60", "--quiet"]
FEW = [*SMALL, "--draws", "2", "--workers", "1"]
Rows = list[dict[str, str]]


def times_of(millions: Iterable[float], language: Language) -> float:
    """By what a column of millions is multiplied to be in 亿 or 万, or in English in billions or millions."""
    most = max((abs(value) for value in millions if math.isfinite(value)), default=0.0)
    if language == "zh":
        return 0.01 if most >= 100.0 else 100.0
    return 0.001 if most >= 1000.0 else 1.0


def money_cells(millions: list[float], language: Language, *, digits: int, times: float | None = None) -> list[str]:
    """A column of money with so many digits in millions: in 亿 two more, in 万 two fewer, at most two."""
    times = times or times_of(millions, language)
    if times != 1.0:
        digits = min(max(digits - round(math.log10(times)), 0), 2)
    return [plain(times * value, digits) for value in millions]


def of_run(rows: Rows, language: Language) -> list[str]:
    kinds = {variable.name: variable for variable in VARIABLES}
    cells = [rows[min(first + 11, len(rows) - 1)]["month"] for first in range(0, len(rows), 12)]
    names = ("level2_share", "level2_share_true", "projects_started", "public_spend", "service_cost")
    for name in (*names, "private_investment", "workshops", "factories", "robot_share", "firms"):
        kind, unit = kinds[name].kind, kinds[name].unit
        months = [float(row[name]) for row in rows]
        years = [months[first : first + 12] for first in range(0, len(months), 12)]
        digits = 1 if kind == "flow" or unit != "share of firms" else 15
        values = [round(year[-1] if kind == "stock" else math.fsum(year), digits) for year in years]
        times = times_of(values, language) if unit.startswith("million ") else 1.0
        cells += [number(times * value, unit) for value in values]
    return cells


def of_comparison(rows: Rows, language: Language) -> list[str]:
    """All that `compare --full` shows of outcomes and differences."""
    shown = (
        "level2_share_end",
        "level2_share_true_end",
        "public_spend_total",
        "service_cost_total",
        "projects_started_total",
        "cost_per_additional_level2_firm",
    )
    cells = []
    for row in rows:
        unit = row["unit"]
        others = [other for other in rows if other["outcome"] == row["outcome"]]
        of_first, of_apart = (
            times_of((known(other[name]) for other in others), language) if unit.startswith("million ") else 1.0
            for name in ("mean", "difference_mean")
        )
        if row["outcome"] in shown:
            cells.append(number(of_first * known(row["mean"]), unit, language))
            cells += [
                number(of_first * known(row[name]), unit, language).removesuffix(" %") for name in ("low", "high")
            ]
        if row["outcome"] in shown and row["scenario"] != "baseline":
            apart = "points" if unit.startswith("share of") else unit
            cells += [
                number(of_apart * known(row[f"difference_{name}"]), apart, language, sign=True)
                for name in ("mean", "low", "high")
            ]
    return cells


def of_short_comparison(rows: Rows, language: Language) -> list[str]:
    cells = []
    for row in rows:
        if row["outcome"] in ("level2_share_end", "level2_share_true_end"):
            mean, low, high = (f"{100.0 * float(row[name]):.0f}" for name in ("mean", "low", "high"))
            cells.append(f"{mean} ({low}至{high})" if language == "zh" else f"{mean} ({low} to {high})")
    return cells


def known(cell: str) -> float:
    return float(cell) if cell else math.nan


def of_evidence(rows: Rows, language: Language) -> list[str]:
    cells = []
    for row in rows:
        cells.append(row["key"])
        size, each = ("million ", 1.0) if language == "zh" else ("100 million ", 100.0)
        is_amount = row["unit"].startswith(size) and row["value"]
        times = each * times_of([each * float(row["value"])], language) if is_amount else 1.0
        numbers = [times * float(row[name]) for name in ("median", "low", "high") if row[name]]
        cells += [f"{number:,.2f}".rstrip("0").rstrip(".") for number in numbers]
    return cells


def of_parameters(rows: Rows, language: Language) -> list[str]:
    names = ("key", "default") if language == "zh" else tuple(rows[0])
    return [row[name] for row in rows for name in names]


def of_names(rows: Rows, language: Language) -> list[str]:
    return [row["name"] for row in rows] + [row["title"] for row in rows if language == "en"]


def of_what_changes(rows: Rows, language: Language) -> list[str]:
    cells = [row["key"] for row in rows] + [row["reason"] for row in rows if language == "en"]
    for row in rows:
        times = 100.0 if row["unit"].startswith("share") else 1.0
        cells += [f"{times * float(row[name]):g}" for name in ("before", "after")]
    return cells


def of_changes(rows: Rows, _: Language) -> list[str]:
    return [shown(row[name]) for row in rows for name in ("from", "until", "file", "value")]


def shown(cell: str) -> str:
    try:
        return f"{float(cell):g}"
    except ValueError:
        return cell


def of_resolved(rows: Rows, _: Language) -> list[str]:
    return [shown(row["value"]) for row in rows if row["file"] != "default"]


def of_reach(rows: Rows, _: Language) -> list[str]:
    return [f"{float(row[name]):g}" for row in rows[:-3] for name in row if name not in ("dial", "unit")]


def of_indices(rows: Rows, _: Language) -> list[str]:
    names = [end for name in ("first", "total") for end in (name, f"{name}_low", f"{name}_high")]
    return [f"{float(row[name]):.3f}".replace("-", "−") for row in rows for name in names if row[name]]


def of_boxes(rows: Rows, _: Language) -> list[str]:
    return [f"{float(row['quasi_p']):.2g}" for row in rows] + [row["input"] for row in rows]


def of_designs(rows: Rows, _: Language) -> list[str]:
    return [cell for row in rows for cell in row.values()]


def of_structures(rows: Rows, language: Language) -> list[str]:
    ends = [signed(float(row[name]), 2) for row in rows for name in ("median", "low", "high")]
    return [*ends, *(row["structure"] for row in rows if language == "en" or row["structure"] != "all")]


def of_choice(rows: Rows, language: Language) -> list[str]:
    cells = [row["policy"] for row in rows]
    times = times_of((float(row["money"]) for row in rows), language)
    for row in rows:
        money = [float(row[f"money{end}"]) for end in ("", "_low", "_high")]
        cells += money_cells(money, language, digits=0, times=times)
        for name, by, digits in (("outcome", 1.0, 1), ("best", 100.0, 0), ("regret_90", 1.0, 1)):
            cells += [plain(by * float(row[f"{name}{end}"]), digits) for end in ("", "_low", "_high")]
    return cells


def of_learning(rows: Rows, _: Language) -> list[str]:
    cells = []
    for row in rows:
        cells += [row["key"] for _ in (row,) if row["kind"] == "parameter"]
        for name in ("value", "error", "unseen", "unseen_error"):
            cells.append(plain(float(row[name]), 2))
    return cells


def of_watch(rows: Rows, language: Language) -> list[str]:
    names = ("as_written", "best_bound", "best_figure", "foresight")
    worths = [float(row["worth"]) for row in rows]
    cells = [f"{times_of(worths, language) * worth:,g}" for worth in worths]
    means = [float(row[name]) for row in rows for name in names]
    texts = money_cells(means, language, digits=1)
    return [*cells, *(text if text.startswith("−") else f"+{text}" for text in texts)]


def of_frontier(rows: Rows, language: Language) -> list[str]:
    """The base scenario and the named mixes; the others are not all shown."""
    shares = ("true_share", "small_share", "plan")
    cells = []
    columns = [[float(row[name]) for row in rows] for name in ("money", "money_unseen")]
    times = times_of([value for column in columns for value in column], language)
    for row, *money in zip(rows, *columns, strict=True):
        if row["name"]:
            seen, unseen = money_cells(money, language, digits=0, times=times)
            cells += [f"{seen} ({unseen})"]
            cells += [f"{100 * float(row[one]):,.1f} ({100 * float(row[f'{one}_unseen']):,.1f})" for one in shares]
            cells.append(f"{float(row['specialists.count']):g}")
    return cells


def plain(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}".replace("-", "−")


def of_experiments(rows: Rows, language: Language) -> list[str]:
    cells = [f"{float(row[name]):g}" for row in rows for name in ("found", "low", "high")]
    model = [row[f"model_{name}"] for row in rows for name in ("median", "low", "high")]
    titles = [row["title"] for row in rows if language == "en"]
    return [*cells, *(f"{float(cell):.1f}".replace("-", "−") for cell in model if cell), *titles]


def of_responses(rows: Rows, language: Language) -> list[str]:
    cells = []
    for row in rows:
        cells += [row["key"], row["low"], row["high"]]
        for name in row:
            if f"{name}_error" in row and row[name]:
                pair = [float(row[name]), float(row[f"{name}_error"])]
                if name in ("public_spend_total", "private_investment_total"):
                    times = times_of((float(other[name]) for other in rows if other[name]), language)
                    mean, error = money_cells(pair, language, digits=0, times=times)
                    cells += [mean if mean.startswith("−") else f"+{mean}", error]
                    continue
                times, digits = (100.0, 1) if name.startswith("level2_share") else (1.0, 0)
                cells += [signed(times * pair[0], digits), f"{times * pair[1]:,.{digits}f}"]
    return cells


def of_moves(rows: Rows, _: Language) -> list[str]:
    cells = []
    for row in rows:
        before, after = float(row["spread_before"]), float(row["spread_after"])
        cells += [row["key"], *(f"{float(row[name]):.4g}" for name in ("before", "after"))]
        cells += [f"{float(row['moved']):+.2f}", *([f"{after / before:.2f}"] if before > 0 else [])]
    return cells


def of_pooled(rows: Rows, language: Language) -> list[str]:
    cells = of_moves(sorted(rows, key=lambda row: -abs(float(row["moved"])))[:12], language)
    return [f"−{cell[1:]}" if cell.startswith("-") else cell for cell in cells]


def of_all(rows: Rows, _: Language) -> list[str]:
    return [cell for row in rows for cell in row.values()]


def of_check(rows: Rows, language: Language) -> list[str]:
    """All, but for what has another name in Chinese."""
    named = () if language == "en" else ("use", "unit", "verdict")
    return [cell for row in rows for name, cell in row.items() if name not in named]


def of_prior(rows: Rows, _: Language) -> list[str]:
    cells = [f"{float(row[name]):.4g}" for row in rows for name in ("median", "low", "high")]
    allowed = [f"{float(row[name]):,g}" for row in rows for name in ("allowed_low", "allowed_high") if row[name]]
    return [*cells, *allowed, *(f"{100.0 * float(row['inside']):.1f}" for row in rows), *(row["key"] for row in rows)]


def of_series(rows: Rows, language: Language) -> list[str]:
    return [cell for row in rows for cell in (row["series"], row["english" if language == "en" else "chinese"])]


def signed(value: float, digits: int) -> str:
    return f"{value:+,.{digits}f}".replace("-", "−")


COMMANDS: dict[str, tuple[list[str], Callable[[Rows, Language], list[str]]]] = {
    "run": (["run", *SMALL], of_run),
    "compare": (["compare", "baseline", "no-grants", "utility-and-finance-relief", *FEW], of_short_comparison),
    "compare --full": (
        ["compare", "baseline", "no-grants", "utility-and-finance-relief", *FEW, "--full"],
        of_comparison,
    ),
    "reach": (
        ["reach", *FEW, "--tries", "10", "--dial", "specialists.count=0:200", "--dial", "grants.rate.light"],
        of_reach,
    ),
    "evidence": (["evidence", *FEW], of_evidence),
    "params": (["params"], of_parameters),
    "scenarios": (["scenarios"], of_names),
    "scenarios show": (["scenarios", "show", "services-surge"], of_what_changes),
    "scenarios show --full": (["scenarios", "show", "services-surge", "--full"], of_changes),
    "scenarios show --resolved": (["scenarios", "show", "services-surge", "--resolved"], of_resolved),
    "sweep": (["sweep"], of_designs),
    "sensitivity": (["sensitivity", "{sobol}", "--outcome", "level2_share_end"], of_indices),
    "discover": (["discover", "{futures}"], of_boxes),
    "structures": (["structures", "baseline", "no-grants", *FEW], of_structures),
    "choose": (["choose", "baseline", "no-grants", "light-vouchers", *FEW, "--structure", "prior"], of_choice),
    "learn": (["learn", "baseline", "no-grants", *SMALL, "--draws", "8", "--structure", "prior", "--all"], of_learning),
    "watch": (["watch", "what-if/services-if-short", "--worth", "9", *FEW], of_watch),
    **(
        {"frontier": (["frontier", *FEW, "--tries", "60", "--dial", "specialists.count=0:200"], of_frontier)}
        if find_spec("pymoo")
        else {}
    ),
    "experiments": (["experiments", *FEW], of_experiments),
    "responses": (["responses", "grants.rate", "attention", *FEW], of_responses),
    "update": (["update", "{facts}", "--treatment", "facts", "--out", "{updated}", "--quiet"], of_moves),
    "pool": (["pool", "chongqing", "--members", "100"], of_pooled),
    "district show": (["district", "show"], of_all),
    "district check": (["district", "check", "--draws", "64", "--quiet"], of_check),
    "evidence --prior": (["evidence", "--prior", "--draws", "64", "--quiet"], of_prior),
    "evidence --series": (["evidence", "--series"], of_series),
}
