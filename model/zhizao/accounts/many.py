"""The subsidy accounts of many draws, kept as a table of numbers: each is made into an account when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np

from zhizao.accounts.splitting import OUTSTANDING, ROWS, TOTAL
from zhizao.accounts.subsidy_account import FIELDS, Split, SubsidyAccount, account_of_numbers, pooled_account
from zhizao.arrays import FloatArray
from zhizao.policy.levers import INSTRUMENTS

__all__ = ["Accounts", "amounts_of", "outstanding_of", "together"]

_NO_MONEY = Split()


class Accounts(Sequence[SubsidyAccount]):
    """The accounts of many draws.

    Parameters
    ----------
    numbers
        A row for each, as `zhizao.accounts.subsidy_account.numbers_of` has it.
    """

    def __init__(self, numbers: FloatArray) -> None:
        self._numbers = numbers
        self._rows = numbers[:, : ROWS * len(FIELDS)].reshape(len(numbers), ROWS, len(FIELDS))

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> SubsidyAccount: ...

    @overload
    def __getitem__(self, index: slice) -> Accounts: ...

    def __getitem__(self, index: int | slice) -> SubsidyAccount | Accounts:
        """Return one of them, or some."""
        chosen = self._numbers[index]
        return Accounts(chosen) if isinstance(index, slice) else account_of_numbers(chosen)

    def amounts(self, row: int, field: str) -> FloatArray:
        """Return what a row holds in a field, by draw."""
        return self._rows[:, row, FIELDS.index(field)]

    def together(self) -> SubsidyAccount:
        """Return their sum, as adding them one after another gives it."""
        whole = account_of_numbers(np.add.reduce(self._numbers, axis=0))
        paid = self._rows[:, : len(INSTRUMENTS), 0] != 0.0
        in_order = [INSTRUMENTS[row] for row in np.argsort(paid.argmax(axis=0), kind="stable") if paid[:, row].any()]
        by_instrument = {name: whole.by_instrument.get(name, _NO_MONEY) for name in in_order}
        return SubsidyAccount(**vars(whole) | {"by_instrument": by_instrument})


def together(accounts: Sequence[SubsidyAccount]) -> SubsidyAccount:
    """Return the sum of accounts."""
    return accounts.together() if isinstance(accounts, Accounts) else pooled_account(accounts)


def amounts_of(accounts: Sequence[SubsidyAccount], field: str, instrument: str = "") -> FloatArray:
    """Return an amount of each account: in all, or of an instrument, 0 where that paid nothing."""
    if isinstance(accounts, Accounts):
        return accounts.amounts(INSTRUMENTS.index(instrument) if instrument else TOTAL, field)
    splits = [one.by_instrument.get(instrument, _NO_MONEY) if instrument else one for one in accounts]
    return np.array([getattr(split, field) for split in splits])


def outstanding_of(accounts: Sequence[SubsidyAccount]) -> FloatArray:
    """Return what is promised and not yet paid in each account."""
    if isinstance(accounts, Accounts):
        return accounts.amounts(OUTSTANDING, "spending")
    return np.array([account.outstanding.spending for account in accounts])
