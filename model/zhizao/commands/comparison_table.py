"""The short table of a comparison: one line for each scenario, as the README shows it."""

from __future__ import annotations

import math

from zhizao.commands.words import word
from zhizao.parameter_words.amounts import in_its_size
from zhizao.results.outcomes import OUTCOMES_BY_NAME, Outcome
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import is_share, label, number
from zhizao.studies.compared import Compared, is_shock
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

__all__ = ["short_headers", "short_note", "short_rows"]

_TRUE = OUTCOMES_BY_NAME["level2_share_true_end"]
_PAID, _EACH = (OUTCOMES_BY_NAME[name] for name in ("public_spend_total", "cost_per_additional_level2_firm"))
_COLUMNS = ("level 2 reported", "level 2 true", "difference true", "met", "money", "changed nothing", "cost each")
_SHORT = 10.0
"""Money from which on whole numbers are exact enough."""


def short_headers(done: Comparison, language: Language) -> list[str]:
    """Return the headers of the short table, with units."""
    met = "met plan facts" if len(done.by_treatment) > 1 else "met"
    names = [met if name == "met" else name for name in _COLUMNS]
    own = [label(item, language) for item in own_outcomes(done)]
    units = {"money": _money(done, _PAID, language)[1], "cost each": _money(done, _EACH, language)[1]}
    texts = [word(f"short {name}", language, **({"unit": units[name]} if name in units else {})) for name in names]
    return [word("scenario", language), *texts, *own]


def _money(done: Comparison, outcome: Outcome, language: Language) -> tuple[float, str]:
    """Return by what a column of money is multiplied, and its unit: the size in which its largest amount is said."""
    return in_its_size((entry.summary(outcome)["mean"] for entry in done.compared), MONEY_UNIT, language)


def short_note(done: Comparison, language: Language) -> str:
    """Return what is to be known of the short table."""
    text = word("short", language, first=done.first.label)
    shocks = [entry.label for entry in done.compared[1:] if is_shock(entry)]
    return f"{text} {word('shocks last', language, names=', '.join(shocks))}" if shocks else text


def short_rows(done: Comparison, language: Language) -> list[list[str]]:
    """Return a row for each scenario: the first, the other policies by their true share at level 2, then shocks."""
    others = sorted(done.compared[1:], key=lambda entry: (is_shock(entry), -_sortable(entry.summary(_TRUE)["mean"])))
    paid_in, each_in = (_money(done, outcome, language)[0] for outcome in (_PAID, _EACH))
    return [_row(done, entry, language, paid_in, each_in) for entry in (done.first, *others)]


def _sortable(value: float) -> float:
    return -math.inf if math.isnan(value) else value


def _row(done: Comparison, entry: Compared, language: Language, paid_in: float, each_in: float) -> list[str]:
    reported, true = (
        _span(entry.summary(OUTCOMES_BY_NAME[name]), language, scale=100.0) for name in ("level2_share_end", _TRUE.name)
    )
    apart = entry.difference(_TRUE, done.first)
    money, cost = entry.summary(_PAID), entry.summary(_EACH)
    met = done.target_probability(entry.label) if len(done.by_treatment) > 1 else {"": entry.target_probability}
    return [
        entry.label,
        reported,
        true,
        "–" if entry is done.first else _span(apart, language, scale=100.0, decimals=1, sign=True),
        " · ".join(_written(None if share is None else 100.0 * share, language, 1) for share in met.values()),
        _span(money, language, scale=paid_in, decimals=0 if paid_in * money["mean"] >= _SHORT else 2),
        _written(100.0 * entry.account.shares()["deadweight"], language, 0),
        _written(each_in * cost["mean"], language, 1 if each_in <= 1.0 else 0),
        *(_own(entry.summary(item), item, language) for item in own_outcomes(done)),
    ]


def own_outcomes(done: Comparison) -> list[Outcome]:
    """Return the user's own outcomes."""
    return [item for item in done.outcomes if item.name not in OUTCOMES_BY_NAME]


def _own(found: dict[str, float], item: Outcome, language: Language) -> str:
    """Write the user's own outcome with its interval; shares in per cent."""
    share = is_share(item.unit)
    return _span(found, language, scale=100.0 if share else 1.0, decimals=0 if share else 1)


def _span(
    found: dict[str, float], language: Language, *, scale: float = 1.0, decimals: int = 0, sign: bool = False
) -> str:
    """Write a mean and its interval: ``89 (85 to 92)``."""
    mean, low, high = (_written(scale * found[name], language, decimals, sign) for name in ("mean", "low", "high"))
    return f"{mean} ({word('interval', language, low=low, high=high)})" if mean != "–" else mean


def _written(value: float | None, language: Language, decimals: int, sign: bool = False) -> str:
    if value is None or not math.isfinite(value):
        return number(value, "", language)
    return f"{value:{'+' if sign else ''},.{decimals}f}".replace("-", "−")
