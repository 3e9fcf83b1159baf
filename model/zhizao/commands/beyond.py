"""The searches of a report that go beyond its comparison, each small enough to wait for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from zhizao.commands.console import remark
from zhizao.commands.progress import progress
from zhizao.commands.words import word
from zhizao.errors import InputError
from zhizao.report.beyond import PARTS, Finding
from zhizao.studies.compared import is_shock
from zhizao.studies.comparison import Comparison
from zhizao.studies.deciding.choose import choose
from zhizao.studies.experiments import experiments
from zhizao.studies.reach import reach
from zhizao.studies.study_options import CompareOptions, DrawsOptions, part_of
from zhizao.words.tables import Language

__all__ = ["found_beyond"]

_TRIES, _DRAWS = 200, 40
"""Mixes of the search, and draws of each part at most."""
Tell = Callable[[int, int], None] | None


def found_beyond(
    done: Comparison, study: CompareOptions, given: Sequence[Finding], language: Language, *, quiet: bool
) -> list[Finding]:
    """Return what was given, and the rest of `PARTS` from small searches; a part that cannot be made is left out.

    Parameters
    ----------
    done
        The comparison of the report; the searches begin from its first policy and choose among its policies.
    given
        What was read from files.
    """
    draws = min(len(done.draws), _DRAWS)
    own: CompareOptions = {**study, "firms": done.options.register, "draws": draws}
    found = {one.name: one for one in given}
    for name in PARTS:
        if name in found:
            continue
        try:
            with progress(name, quiet=quiet) as tell:
                found[name] = Finding(name=name, numbers=_SEARCHES[name](done, own, tell))
        except InputError as error:
            remark(word("part left out", language, part=name, reason=error), quiet=quiet)
    return [found[name] for name in PARTS if name in found]


def _reach(done: Comparison, study: CompareOptions, tell: Tell) -> Mapping[str, Any]:
    options = part_of(study, DrawsOptions)
    return reach(base=done.first.scenario, tries=_TRIES, progress=tell, **options).to_dict()


def _choose(done: Comparison, study: CompareOptions, tell: Tell) -> Mapping[str, Any]:
    policies = [entry.scenario for entry in done.compared if not is_shock(entry)]
    return choose(policies, progress=tell, **study).to_dict()


def _experiments(done: Comparison, study: CompareOptions, tell: Tell) -> Mapping[str, Any]:
    found = experiments(progress=tell, **part_of(study, DrawsOptions))
    rows = [{**one.to_dict(), "title_zh": one.experiment.title_zh} for one in found]
    return {"draws": study["draws"], "seed": study["seed"], "experiments": rows}


_SEARCHES: dict[str, Callable[[Comparison, CompareOptions, Tell], Mapping[str, Any]]] = {
    "reach": _reach,
    "choose": _choose,
    "experiments": _experiments,
}
