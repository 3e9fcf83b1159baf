"""The subsidy account: each yuan of public money by what it changed.

Every firm is compared with itself in the twin run, in which the programme (or one instrument) is off from the branch
on: same history, same draws. Five parts sum to what the ledger says was paid from the branch on:

captured
    By providers: what a project costs more here than at the twin's prices, at most what the public paid for it. (Many
    a firm gets a tenth of its cost: a price that rises by a tenth takes all of it.)
additional, pulled forward, deadweight
    The rest of what was paid for a project: additional if it has no pair in the twin (`matching.pair_starts`), pulled
    forward if its pair begins later, deadweight if by then the twin has begun it as well. "Never" means not within
    the horizon: with more years to run, some of what is additional turns out to be pulled forward.
administration
    Services, processing and assessment: everything that is not handed to firms, diagnosis vouchers included, since
    they buy a service.

Where each line of the ledger goes:

- *Grants, tax credits, loan support, interest relief and the state's part of provider discounts* depend on projects and
  go where these go; see `payments` for how exactly the amounts are known.
- *Awards for recognition* go with the project that is recognised: the firm's oldest that waits for it. Most were
  begun before the branch, and are deadweight. *Awards for levels* are additional if the firm truly is at a level
  that it neither reaches nor reports in the twin, else deadweight: a report alone is not a change.
- *Relief on energy bills* is deadweight: it asks nothing of anybody.
- *What the twin pays as well*, on promises made before the branch, is deadweight by the rule (the twin has the same
  project), but no money of a decision taken since: it is shown as `committed_before`, a part of `deadweight`, and
  `shares(committed=False)` leaves it out. Neither run can tell whether those old promises changed anything when they
  were made.
- A grant counts when it is paid, an advance that is taken back does not. What is promised and not yet paid at the
  horizon is `outstanding`, beside the account.

A project of a firm that the twin never has, one that was attracted, is additional; `entrants` says how much that is.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType
from typing import Any, get_args

import numpy as np

from zhizao.accounts.matching import Starts, starts_since
from zhizao.accounts.payments import LookedAt, looked_at, paid_since, prices
from zhizao.accounts.splitting import OUTSTANDING, ROWS, TOTAL, fill_account
from zhizao.arrays import FloatArray
from zhizao.calendar import BRANCH_MONTH, START
from zhizao.engine.state import World
from zhizao.errors import InputError
from zhizao.policy.declaring import AccountGroup
from zhizao.policy.levers import DECLARED, INSTRUMENTS

__all__ = [
    "FIELDS",
    "INSTRUMENT_GROUPS",
    "NUMBERS",
    "PARTS",
    "LoggedRun",
    "ProjectMoves",
    "Split",
    "SubsidyAccount",
    "account_of_numbers",
    "numbers_of",
    "pooled_account",
    "split_of",
    "subsidy_account",
]

PARTS: tuple[str, ...] = ("additional", "pulled_forward", "deadweight", "captured", "administration")
"""The five parts, in the order in which tables show them."""

INSTRUMENT_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        group: tuple(name for name, instrument in DECLARED.items() if instrument.account == group)
        for group in get_args(AccountGroup)
    }
)
"""Instruments that are looked at together; each name is also that of its group of levers."""

_TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Split:
    """Where public money went, in million RMB; 0 throughout if nothing was paid.

    Attributes
    ----------
    spending
        What the ledger says was paid, net of what was taken back.
    additional, pulled_forward, deadweight, captured, administration
        The five parts; they sum to `spending`.
    committed_before
        The part of `deadweight` that was promised before the branch, and is paid in the twin as well. Negative if
        more was taken back of old advances than was paid.
    entrants
        The part of `additional` that went to firms that the twin never has.
    """

    spending: float = 0.0
    additional: float = 0.0
    pulled_forward: float = 0.0
    deadweight: float = 0.0
    captured: float = 0.0
    administration: float = 0.0
    committed_before: float = 0.0
    entrants: float = 0.0

    def parts(self) -> dict[str, float]:
        """Return the five parts by name."""
        return {name: getattr(self, name) for name in PARTS}

    def shares(self, *, committed: bool = True) -> dict[str, float]:
        """Return the five parts as shares that sum to 1; not a number where there is no spending.

        Parameters
        ----------
        committed
            Whether what was promised before the branch counts as spending, and as deadweight.
        """
        left_out = 0.0 if committed else self.committed_before
        spending = self.spending - left_out
        parts = self.parts() | {"deadweight": self.deadweight - left_out}
        return {name: part / spending if spending > 0.0 else math.nan for name, part in parts.items()}

    def closes(self) -> bool:
        """Whether the five parts sum to the spending, to 1e-9 relative (or million RMB, if that is more)."""
        return abs(sum(self.parts().values()) - self.spending) <= _TOLERANCE * max(abs(self.spending), 1.0)


@dataclass(frozen=True)
class ProjectMoves:
    """How many projects were begun here since the branch, and what became of each in the twin.

    Attributes
    ----------
    begun
        Projects begun here; the next five sum to it.
    additional, pulled_forward, unchanged
        Not begun in the twin; begun there later; begun there in the same month.
    delayed, slowed
        Begun earlier in the twin: with a grant here, so after the wait for a decision; and without.
    entrants
        Those of the additional ones that belong to firms that the twin never has.
    firm_months_gained, firm_months_lost
        Months by which projects begin earlier than in the twin, summed over those that do; and later.
    """

    begun: int = 0
    additional: int = 0
    pulled_forward: int = 0
    unchanged: int = 0
    delayed: int = 0
    slowed: int = 0
    entrants: int = 0
    firm_months_gained: int = 0
    firm_months_lost: int = 0


@dataclass(frozen=True, kw_only=True)
class SubsidyAccount(Split):
    """The subsidy account of a programme, or of some of its instruments.

    Accounts can be added, as over draws: shares of the sum are then shares of the pooled money.

    Attributes
    ----------
    by_instrument
        The same split for every instrument that paid anything.
    outstanding
        Beside the account: what projects begun since the branch are promised and not yet paid at the horizon, split
        in the same way. Grants are paid late, so it can be more than the grants in the account.
    elsewhere
        Beside the account: what other instruments pay more here than in the twin, million RMB; so much do these
        instruments cost, or save, in addition.
    projects, supported
        Beside the account: what became of all projects begun here, and of those with a grant.
    crowded_out
        Beside the account: projects begun in the twin and not here. What is begun here less what the twin begins is
        ``projects.additional - crowded_out``.
    """

    by_instrument: Mapping[str, Split] = field(default_factory=dict)
    outstanding: Split = field(default_factory=Split)
    elsewhere: float = 0.0
    projects: ProjectMoves = field(default_factory=ProjectMoves)
    supported: ProjectMoves = field(default_factory=ProjectMoves)
    crowded_out: int = 0

    def __add__(self, other: SubsidyAccount) -> SubsidyAccount:
        return pooled_account((self, other)) if isinstance(other, SubsidyAccount) else NotImplemented

    def closes(self) -> bool:
        """Whether the parts sum to the spending, in all and for every instrument."""
        return super().closes() and all(split.closes() for split in self.by_instrument.values())


FIELDS = tuple(item.name for item in fields(Split))
_COUNTS = tuple(item.name for item in fields(ProjectMoves))
_NO_MONEY = Split()
NUMBERS = ROWS * len(FIELDS) + 2 + 2 * len(_COUNTS)
"""How many numbers make an account: rows by instrument, in all and outstanding; elsewhere, crowded out, and moves."""


def pooled_account(accounts: Sequence[SubsidyAccount]) -> SubsidyAccount:
    """Return the sum of accounts, as adding them one after another gives it."""
    names = dict.fromkeys(name for account in accounts for name in account.by_instrument)
    return SubsidyAccount(
        **_named(_pooled(accounts, FIELDS)),
        by_instrument={
            name: Split(**_named(_pooled([one.by_instrument.get(name, _NO_MONEY) for one in accounts], FIELDS)))
            for name in names
        },
        outstanding=Split(**_named(_pooled([one.outstanding for one in accounts], FIELDS))),
        elsewhere=float(_pooled(accounts, ("elsewhere", "spending"))[0]),
        projects=ProjectMoves(*_pooled([one.projects for one in accounts], _COUNTS).tolist()),
        supported=ProjectMoves(*_pooled([one.supported for one in accounts], _COUNTS).tolist()),
        crowded_out=sum(one.crowded_out for one in accounts),
    )


def _pooled(records: Sequence[Any], names: tuple[str, ...]) -> np.ndarray[Any, Any]:
    return np.asarray(np.add.accumulate(np.array(list(map(attrgetter(*names), records))))[-1])


@dataclass(frozen=True, kw_only=True, eq=False)
class LoggedRun:
    """A finished run that kept its log, and what accounts ask of it: worked out once, however many they are.

    Attributes
    ----------
    world
        Its last state.
    since
        The month from which money counts.
    """

    world: World
    since: int = BRANCH_MONTH

    @cached_property
    def looked_at(self) -> LookedAt:
        """What of its state bears on accounts."""
        return looked_at(self.world)

    @cached_property
    def starts(self) -> Starts:
        """The projects begun since."""
        return starts_since(self.world, self.since)

    @cached_property
    def paid(self) -> FloatArray:
        """What each instrument has paid since, million RMB."""
        return paid_since(self.world, self.since)

    @cached_property
    def prices(self) -> FloatArray:
        """The price index by month and kind."""
        return np.asarray(prices(self.looked_at))


def subsidy_account(
    here: World, twin: World, *, instruments: Collection[str] = INSTRUMENTS, since: int = BRANCH_MONTH
) -> SubsidyAccount:
    """Split what was paid from month `since` on by what it changed.

    Parameters
    ----------
    here
        A finished run that kept its log (`Setting.keep_log`).
    twin
        The same run with the levers of `instruments` off from `since` on: same district, parameters and seed.
    instruments
        The instruments whose money is accounted for: all of them for a programme as a whole.
    since
        The month in which the two branch, 0 for the first; money counts from here.

    Raises
    ------
    InputError
        If no log was kept, an instrument is unknown, or the two are not twins.
    """
    _check(here, twin, instruments, since)
    return split_of(LoggedRun(world=here, since=since), LoggedRun(world=twin, since=since), instruments)


def split_of(run: LoggedRun, reference: LoggedRun, instruments: Collection[str] = INSTRUMENTS) -> SubsidyAccount:
    """Return the account of a run against its twin, of which is known that they are twins; see `subsidy_account`."""
    return account_of_numbers(numbers_of(run, reference, instruments))


def numbers_of(run: LoggedRun, reference: LoggedRun, instruments: Collection[str] = INSTRUMENTS) -> FloatArray:
    """Return all numbers of an account in a row, `NUMBERS` of them: what many accounts are kept and sent as."""
    numbers = np.zeros(NUMBERS)
    chosen = np.array([name in instruments for name in INSTRUMENTS])
    slots = int(reference.world.district.view(np.ndarray)["slots_used"][0])
    rows = numbers[: ROWS * len(FIELDS)].reshape(ROWS, len(FIELDS))
    fill_account(
        (run.looked_at, reference.looked_at),
        (run.starts, reference.starts),
        (run.prices, reference.prices),
        (run.paid, reference.paid),
        (chosen, run.since, slots),
        (rows, numbers[rows.size :]),
        _tables(run.starts.slot.size),
    )
    return numbers


_OF_THREAD = threading.local()


def _tables(projects: int) -> FloatArray:
    """Return two tables of instruments by projects, for use at once: in memory that each thread uses again."""
    needed = 2 * len(INSTRUMENTS) * projects
    held: FloatArray = getattr(_OF_THREAD, "held", np.empty(0))
    if held.size < needed:
        held = _OF_THREAD.held = np.empty(needed + needed // 2)
    return held[:needed].reshape(2, len(INSTRUMENTS), projects)


def account_of_numbers(numbers: FloatArray) -> SubsidyAccount:
    """Return the account that `numbers_of` has put in a row."""
    values = numbers.tolist()
    rows = [values[first : first + len(FIELDS)] for first in range(0, ROWS * len(FIELDS), len(FIELDS))]
    elsewhere, crowded_out, *moves = values[ROWS * len(FIELDS) :]
    begun = [ProjectMoves(*map(int, half)) for half in (moves[: len(_COUNTS)], moves[len(_COUNTS) :])]
    return SubsidyAccount(
        **_named(rows[TOTAL]),
        by_instrument={
            name: Split(**_named(row)) for name, row in zip(INSTRUMENTS, rows, strict=False) if row[0] != 0.0
        },
        outstanding=Split(**_named(rows[OUTSTANDING])),
        elsewhere=elsewhere,
        projects=begun[0],
        supported=begun[1],
        crowded_out=int(crowded_out),
    )


def _named(row: Iterable[float]) -> dict[str, float]:
    return dict(zip(FIELDS, map(float, row), strict=True))


def _check(here: World, twin: World, instruments: Collection[str], since: int) -> None:
    problems = [
        f"instruments: '{name}' is not one of {', '.join(INSTRUMENTS)}"
        for name in instruments
        if name not in INSTRUMENTS
    ]
    months = here.money.shape[0]
    if not 0 <= since < months:
        problems.append(f"since = {since}: the months of this run are 0 ({START}) to {months - 1}")
    elif here.district[0].seed != twin.district[0].seed or twin.money.shape != here.money.shape:
        problems.append("here and twin are not twins: their seeds or their lengths differ")
    elif not np.array_equal(here.money[:since], twin.money[:since]):
        problems.append(f"here and twin are not twins: they differ before month {since}; say when they branch")
    if here.log.size == 0 or twin.log.size == 0:
        problems.append("the log of starts is missing: run both with keep_log=True")
    if problems:
        raise InputError(problems)
