"""A view as the end of an address, so that it can be shared, reloaded and gone back to; and read from one again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

from zhizao.dashboard.levers import LeverInput, all_inputs
from zhizao.dashboard.view import View
from zhizao.evidence.ensembles import FUNDING
from zhizao.scenario.chain import own_scenarios

__all__ = [
    "KEPT",
    "MOST_DRAWS",
    "MOST_KEPT",
    "address_of",
    "as_query",
    "kept_as_text",
    "kept_of_text",
    "view_of",
    "view_of_query",
]

KEPT = "kept"
"""Name of the part of an address that holds the policies of the tray."""
MOST_DRAWS = 2000
MOST_KEPT = 4
_MOST_PARTS = 4 * MOST_KEPT
_BETWEEN, _IS, _AND, _APART = ";", ":", "+", "|"
_USUAL = View()
"""Where every input of the page stands at first."""
_MOST_SEED = 2**53 - 1


def address_of(view: View) -> dict[str, str]:
    """Return what stands behind the question mark of an address, by name; what is at its default is left out."""
    usual = _texts(_USUAL) | {"policy": ""}
    return {name: text for name, text in _texts(view).items() if text != usual[name]}


def _texts(view: View) -> dict[str, str]:
    """Return every part of a view as text, by its name in an address."""
    return {
        "policy": _AND.join(view.scenarios),
        "levers": _BETWEEN.join(f"{key}{_IS}{value}" for key, value in view.levers),
        "first": view.first,
        "fit": view.calibration,
        "money": view.funding,
        "draws": str(view.draws),
        "seed": str(view.seed),
        "until": view.until,
    }


def view_of(
    parts: Mapping[str, str], until: tuple[str, ...], fits: tuple[str, ...], usual: str = "baseline"
) -> View | None:
    """Return the view of an address; None if it says nothing of one. What is not known here is left at its default.

    An address comes from anywhere: nothing of it is used but names and numbers that the page could have set itself.

    Parameters
    ----------
    parts
        What stands behind the question mark, by name.
    until, fits
        The months and the treatments of the plan that the page offers.
    usual
        The policy where it names none.
    """
    known = set(own_scenarios())
    names = tuple(
        dict.fromkeys(name for name in parts.get("policy", "").replace(" ", _AND).split(_AND) if name in known)
    )
    if not names and not parts.keys() & (_texts(_USUAL).keys() - {"policy"}):
        return None
    return View(
        scenarios=names or (usual,),
        levers=_levers(parts.get("levers", "")),
        first=_one_of(parts.get("first", ""), known, _USUAL.first),
        calibration=_one_of(parts.get("fit", ""), fits, _USUAL.calibration),
        funding=_one_of(parts.get("money", ""), FUNDING, _USUAL.funding),
        draws=_whole(parts.get("draws", ""), 2, MOST_DRAWS, _USUAL.draws),
        seed=_whole(parts.get("seed", ""), 0, _MOST_SEED, _USUAL.seed),
        until=_one_of(parts.get("until", ""), until, _USUAL.until),
    )


def as_query(view: View) -> str:
    """Return an address as one line of text."""
    return urlencode(address_of(view))


def view_of_query(text: str, until: tuple[str, ...], fits: tuple[str, ...]) -> View | None:
    """Return the view of a line that `as_query` wrote."""
    return view_of(dict(parse_qsl(text[:10_000])), until, fits)


def kept_as_text(kept: Sequence[View]) -> str:
    """Return the policies of the tray as one part of an address."""
    return _APART.join(as_query(View(scenarios=view.scenarios, levers=view.levers)) for view in kept)


def kept_of_text(text: str, until: tuple[str, ...], fits: tuple[str, ...]) -> list[View]:
    """Return the policies of the tray that `kept_as_text` wrote."""
    views = [view_of_query(part, until, fits) for part in text[:40_000].split(_APART)[:_MOST_PARTS]]
    return [view for view in views if view is not None][:MOST_KEPT]


def _one_of(text: str, known: object, usual: str) -> str:
    return text if text in known else usual  # type: ignore[operator]  # a set, a tuple or a mapping


def _whole(text: str, low: int, high: int, usual: int) -> int:
    return min(max(int(text), low), high) if text.isascii() and text.isdigit() and len(text) < 20 else usual


def _levers(text: str) -> tuple[tuple[str, float | str], ...]:
    """Return the levers of an address with the values that their inputs can have."""
    inputs = {made.key: made for made in all_inputs()}
    found: dict[str, float | str] = {}
    for part in text[:10_000].split(_BETWEEN):
        key, _, value = part.partition(_IS)
        if key in inputs and (read := _read(inputs[key], value)) is not None:
            found[key] = read
    return tuple(found.items())


def _read(made: LeverInput, text: str) -> float | str | None:
    if made.kind == "choice":
        return text if text in made.choices else None
    try:
        value = float(text)
    except ValueError:
        return None
    inside = math.isfinite(value) and made.low <= value <= made.high
    return value if inside and (not made.whole or value == round(value)) else None
