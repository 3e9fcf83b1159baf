"""What a dated change depends on, as a file says it: ``when``, ``at`` and ``over``, read and checked."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from zhizao.calendar import BRANCH, BRANCH_MONTH, month_of_change
from zhizao.errors import InputError, in_words
from zhizao.evidence.catalogue import Series, catalogue
from zhizao.evidence.published import published, why_unseen
from zhizao.parameters.specification import nearest
from zhizao.policy.conditional import signposts_of
from zhizao.policy.schedule import Block
from zhizao.policy.signposts import YEAR, Relation, Signpost

__all__ = ["read_condition", "too_many"]

_MOST = 6
"""Conditions that one scenario may depend on: each doubles the policies that have to be checked and prepared."""

_FORM = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*(<=|>=|<|>)\s*(\S+)\s*", re.ASCII)
_LONGEST_SPAN = 60
_KEYS = ("when", "at", "over")


def read_condition(change: Mapping[str, Any]) -> tuple[Signpost | None, list[str]]:
    """Return what a change depends on, None if on nothing or if that is wrong, and its problems."""
    if not any(key in change for key in _KEYS):
        return None, []
    if "when" not in change:
        key = next(key for key in _KEYS if key in change)
        return None, [f'{key} is for a change with when; write when = "level2_share < 0.8", or take {key} out']
    if not isinstance(change["when"], str):
        return None, []  # the frame says so
    problems = _beside(change)
    at, wrong = _month(change)
    problems += wrong
    text = change["when"]
    found = _FORM.fullmatch(text)
    if not found:
        wanted = 'write a published series, <, <=, > or >=, and a number, such as "level2_share < 0.8"'
        return None, [*problems, f"when = {in_words(text)}: {wanted}"]
    series, wrong = _series(text, found[1])
    bound, wrong_too = _bound(text, found[3], series)
    over, wrong_three = _span(change, series)
    problems += [*wrong, *wrong_too, *wrong_three]
    if problems or series is None:
        return None, problems
    return Signpost(at=at, series=series.name, relation=cast(Relation, found[2]), bound=bound, over=over), []


def too_many(label: str, blocks: Sequence[Block]) -> Iterator[str]:
    """Say it if changes depend on more conditions than one scenario may."""
    if (count := len(signposts_of(blocks))) > _MOST:
        yield (
            f"{label}: its changes depend on {count} conditions; at most {_MOST} can be looked at in one scenario: "
            "let some changes share theirs, or take them out"
        )


def _beside(change: Mapping[str, Any]) -> list[str]:
    """Say what cannot go with a condition."""
    problems = []
    if "announced" in change:
        problems.append(
            "announced cannot go with when: whether the change comes is not known before; take one of them out"
        )
    names = [name for key in ("set", "multiply") if isinstance(change.get(key), Mapping) for name in change[key]]
    names += change["off"] if isinstance(change.get("off"), list) else []
    if any(isinstance(name, str) and name.partition(".")[0] == "context" for name in names):
        problems.append("context is what happens around the district and no policy; a change with when cannot set it")
    return problems


def _month(change: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Return the month in which it is looked at."""
    text = change.get("at")
    if not isinstance(text, str):
        missing = [f'at is missing beside when; name the month in which it is looked at: at = "{BRANCH}"']
        return BRANCH_MONTH, missing if text is None else []  # another type: the frame says so
    try:
        at = month_of_change(text)
    except InputError as error:
        return BRANCH_MONTH, [f"at = {error.problems[0]}"]
    if at < BRANCH_MONTH:
        return BRANCH_MONTH, [f"at = '{text}' is in the past; name a month from {BRANCH} on"]
    return at, []


def _series(text: str, name: str) -> tuple[Series | None, list[str]]:
    known = catalogue().get(name)
    if known is None:
        hint = nearest(name[:80], list(published())) or f"; these can be seen: {', '.join(published())}"
        return None, [f"when = {in_words(text)}: there is no series '{name}'{hint}"]
    if reason := why_unseen(known):
        return None, [f"when = {in_words(text)}: no government sees {name}: {reason}"]
    return known, []


def _bound(text: str, written: str, series: Series | None) -> tuple[float, list[str]]:
    try:
        bound = float(written)
    except ValueError:
        bound = math.nan
    unit = "" if series is None else f", in {series.unit}"
    if not math.isfinite(bound):
        return 0.0, [f"when = {in_words(text)}: {in_words(written)} must be a number{unit}"]
    if series is not None and series.unit == "share of firms" and not 0.0 <= bound <= 1.0:
        return 0.0, [f"when = {in_words(text)}: {series.name} is a share of firms, from 0 to 1; write 0.8 for 80 %"]
    return bound, []


def _span(change: Mapping[str, Any], series: Series | None) -> tuple[int, list[str]]:
    """Return the months over which it is added up, 0 for a stock."""
    given, is_flow = change.get("over"), series is not None and series.kind == "flow"
    if given is None:
        return YEAR if is_flow else 0, []
    if type(given) is not int or not 1 <= given <= _LONGEST_SPAN:
        return 0, [f"over = {in_words(given)}: it must be whole months, from 1 to {_LONGEST_SPAN}"]
    if series is not None and not is_flow:
        name = series.name
        return 0, [f"over = {given}: {name} is what there is at the end of a month and no sum; take over out"]
    return given, []
