"""Two builds in the style of this project's engine: compiled rules, counter-based draws, one thread.

`every` asks every firm every month. `push` is event driven as the engine is: a firm with nothing new costs a hash and a
comparison, partners learn when a firm comes to be ahead, completions wait in lists by month. They share rules and
draws, so their histories are the same, which a test holds.
"""

from __future__ import annotations

from collections.abc import Callable

import numba
import numpy as np
import workload
from workload import AHEAD, LASTS, MONTHS, SERIES, Firms

from zhizao import draws, linking
from zhizao.compiled import internal
from zhizao.draws import STREAMS
from zhizao.engine.slot_scan import word_above

PACKAGE = "numba"
BLOCK = 1024
LOOK, TASTE, SUCCESS = (int(STREAMS[name].number) for name in ("attention", "taste", "success"))
LISTS = MONTHS + max(LASTS) + 1
Prepared = tuple[Firms, np.uint64]

whole_run = numba.njit(nogil=True, error_model="numpy", _nrt=False, pipeline_class=linking.whole)
"""As the engine's own code, but never kept on disk: that would not notice a change in ``workload.py``."""

look_probability = internal(workload.look_probability)
cost_level = internal(workload.cost_level)
best_project = internal(workload.best_project)
begins = internal(workload.begins)
score_after = internal(workload.score_after)


@internal
def _choice(firms, score, seed, month, level, firm):  # type: ignore[no-untyped-def]
    """Return the kind of project that a looking firm begins, or -1."""
    kind, index = best_project(
        level, firms.log_revenue[firm], firms.rate[firm], firms.capability[firm], firms.intensity[:, firm], score[firm]
    )
    return kind if begins(index, draws.uniform(seed, TASTE, firm, month)) else -1


@internal
def _share(firms, known, firm):  # type: ignore[no-untyped-def]
    """Return the share of a firm's partners that are ahead, given how many are."""
    return known / max(firms.partner_start[firm + 1] - firms.partner_start[firm], 1)


@whole_run
def run_every(firms, seed, words, score, kind, due, history):  # type: ignore[no-untyped-def]
    """Run all months, asking every firm every month; fill `history`."""
    count = score.size
    for month in range(MONTHS):
        level, begun = cost_level(month), 0
        for first in range(0, count, BLOCK):
            draws.words(seed, LOOK, month, first, words)
            for firm in range(first, min(first + BLOCK, count)):
                if due[firm] >= 0:
                    continue
                known = 0
                for link in range(firms.partner_start[firm], firms.partner_start[firm + 1]):
                    known += 1 if score[firms.partners[link]] >= AHEAD else 0
                if draws.unit(words[firm - first]) < look_probability(_share(firms, known, firm)):
                    kind[firm] = _choice(firms, score, seed, month, level, firm)
                    if kind[firm] >= 0:
                        due[firm] = month + LASTS[kind[firm]]
                        begun += 1
        ahead, working, total = 0, 0, 0.0
        for firm in range(count):
            if due[firm] == month:
                u = draws.uniform(seed, SUCCESS, firm, month)
                score[firm] = score_after(score[firm], firms.capability[firm], kind[firm], u)
                due[firm] = -1
            ahead += 1 if score[firm] >= AHEAD else 0
            working += 1 if due[firm] >= 0 else 0
            total += score[firm]
        history[month] = ahead / count, working / count, begun / count, total / count


@internal
def _tell(firms, known, bound, firm):  # type: ignore[no-untyped-def]
    """Tell a firm's partners that it is ahead now; those that are idle look more often from now on."""
    for link in range(firms.partner_start[firm], firms.partner_start[firm + 1]):
        partner = firms.partners[link]
        known[partner] += 1
        if bound[partner] > 0:
            bound[partner] = word_above(look_probability(_share(firms, known[partner], partner)))


@internal
def _looking(bound, words, found, first, last):  # type: ignore[no-untyped-def]
    """Collect the firms of a block whose draws lie below their bounds; return how many."""
    many = 0
    for place in range(last - first):
        found[many] = first + place
        many += 1 if words[place] < bound[first + place] else 0
    return many


@whole_run
def run_push(firms, seed, words, score, kind, bound, known, found, head, after, history):  # type: ignore[no-untyped-def]
    """Run all months, touching firms with something to do only; fill `history`."""
    count, ahead, working, total = score.size, 0, 0, 0.0
    for firm in range(count):
        total += score[firm]
        bound[firm] = word_above(look_probability(0.0))
    for firm in range(count):
        if score[firm] >= AHEAD:
            ahead += 1
            _tell(firms, known, bound, firm)
    for month in range(MONTHS):
        level, begun = cost_level(month), 0
        for first in range(0, count, BLOCK):
            draws.words(seed, LOOK, month, first, words)
            for place in range(_looking(bound, words, found, first, min(first + BLOCK, count))):
                firm = found[place]
                if draws.unit(words[firm - first]) < look_probability(_share(firms, known[firm], firm)):
                    kind[firm] = _choice(firms, score, seed, month, level, firm)
                    if kind[firm] >= 0:
                        begun += 1
                        bound[firm] = 0
                        after[firm] = head[month + LASTS[kind[firm]]]
                        head[month + LASTS[kind[firm]]] = firm
        working += begun
        firm = head[month]
        while firm >= 0:
            before = score[firm]
            u = draws.uniform(seed, SUCCESS, firm, month)
            score[firm] = score_after(before, firms.capability[firm], kind[firm], u)
            total += score[firm] - before
            working -= 1
            bound[firm] = word_above(look_probability(_share(firms, known[firm], firm)))
            if before < AHEAD <= score[firm]:
                ahead += 1
                _tell(firms, known, bound, firm)
            firm = after[firm]
        history[month] = ahead / count, working / count, begun / count, total / count


def prepare(firms: Firms, seed: int) -> Prepared:
    """Return what a run needs."""
    return firms, np.uint64(seed)


def every(prepared: Prepared) -> np.ndarray:
    """Run all months, asking everyone; return one row a month, one column a series."""
    firms, seed = prepared
    count, history = firms.score.size, np.empty((MONTHS, len(SERIES)))
    words, due = np.zeros(BLOCK, np.uint32), np.full(count, -1)
    run_every(firms, seed, words, firms.score.copy(), np.zeros(count, np.int64), due, history)
    return history


def push(prepared: Prepared) -> np.ndarray:
    """Run all months, event driven; return one row a month, one column a series."""
    firms, seed = prepared
    count, history = firms.score.size, np.empty((MONTHS, len(SERIES)))
    run_push(
        firms,
        seed,
        np.zeros(BLOCK, np.uint32),
        firms.score.copy(),
        np.zeros(count, np.int8),
        np.zeros(count, np.uint32),
        np.zeros(count, np.int32),
        np.zeros(BLOCK, np.int32),
        np.full(LISTS, -1, np.int32),
        np.zeros(count, np.int32),
        history,
    )
    return history


RUNS: dict[str, Callable[[Prepared], np.ndarray]] = {"every": every, "push": push}
