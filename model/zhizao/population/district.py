"""The district at its start: firms, links and room for those that will enter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zhizao.errors import InputError
from zhizao.parameters.registry import Parameters
from zhizao.population.network import NETWORKS, links_to_table, plain_links, supply_links
from zhizao.population.register import Register, read_register
from zhizao.population.synthetic import FIRM_AT_START, fill_firms, impute_firms

__all__ = ["District", "build_district", "slots_needed"]


@dataclass(frozen=True, kw_only=True)
class District:
    """Firms at the start and those waiting to enter, and the links between all of them.

    Attributes
    ----------
    firms
        Record array of `FIRM_AT_START`: slots 0 to ``count - 1`` stand at the start, the others enter in order.
    count
        Firms at the start.
    partner_start, partners
        Partners of slot i are ``partners[partner_start[i]:partner_start[i + 1]]``.
    network
        Kind of network, one of `NETWORKS`.
    ids
        The register's names of the firms at the start; empty for a synthetic district.
    notes
        What a user should know, such as which columns of a register were imputed.
    register
        The register that it was built around, if any.
    """

    firms: np.recarray[Any, Any]
    count: int
    partner_start: np.ndarray[Any, np.dtype[np.int64]]
    partners: np.ndarray[Any, np.dtype[np.int32]]
    network: str = "supply"
    ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    register: Register | None = None

    @classmethod
    def from_register(
        cls, path: str | Path, *, parameters: Parameters | None = None, seed: int = 0, months: int = 156
    ) -> District:
        """Build a district around the firms of a register (.csv, .xlsx or .parquet).

        What the register leaves out is imputed from `parameters` and `seed`; `notes` says what.

        Raises
        ------
        InputError
            With every problem of the file.
        """
        register = read_register(path)
        return build_district(parameters or Parameters(), seed, months=months, register=register)

    @property
    def slots(self) -> int:
        """Firms at the start and room for entrants."""
        return int(self.firms.size)


def slots_needed(parameters: Parameters, count: int, months: int, largest_entry_gain: float = 1.0) -> int:
    """Slots for `count` firms and all that enter in `months`; the odds to fall short are below one in a billion."""
    mean = count * parameters.turnover.entry_rate * (1.0 + largest_entry_gain) * months / 12.0
    return count + (math.ceil(mean + 6.0 * math.sqrt(mean) + 12.0) if mean > 0 else 0)


def build_district(
    parameters: Parameters,
    seed: int,
    *,
    months: int = 156,
    network: str = "supply",
    register: Register | None = None,
    additional_firms: int = 0,
) -> District:
    """Build a district from parameters and a seed, or around a user's own register of firms.

    Parameters
    ----------
    parameters
        Numbers of the district; ``population.firms`` is ignored when a register is given.
    seed
        Seed of the run, 0 to 2**64 - 1.
    months
        Months for which there must be room for entrants.
    network
        ``supply``, or ``complete``, ``ring`` or ``empty`` for comparison with theory.
    register
        A user's own firms; what it leaves out is imputed as for synthetic firms, and `notes` says so.
    additional_firms
        Firms added at the end of the list, for tests of independence.

    Raises
    ------
    InputError
        If the network is not a known kind.
    """
    if network not in NETWORKS:
        raise InputError(f"network = '{network}' must be one of {', '.join(NETWORKS)}")
    stated = len(register.ids) if register is not None else int(parameters.population.firms)
    count = stated + additional_firms
    firms = np.zeros(slots_needed(parameters, stated, months) + additional_firms, dtype=FIRM_AT_START).view(np.recarray)
    record = parameters.record()[0]
    fill_firms(firms, 0, np.uint64(seed), record)
    notes: tuple[str, ...] = ()
    if register is not None:
        notes = _write_register(firms, register, np.uint64(seed), record)
    if register is not None and register.partners is not None:
        links = _register_links(register)
    elif network == "supply":
        links = supply_links(firms, np.uint64(seed), record)
    else:
        links = plain_links(network, count)
    start, partners = links_to_table(links, firms.size)
    return District(
        firms=firms, count=count, partner_start=start, partners=partners, network=network,
        ids=register.ids if register is not None else (), notes=notes, register=register,
    )  # fmt: skip


def _write_register(firms: np.recarray[Any, Any], register: Register, seed: np.uint64, par: Any) -> tuple[str, ...]:
    """Write what the register gives, and impute the rest for firms of that size class and revenue."""
    rows = slice(0, len(register.ids))
    firms["sector"][rows] = register.sector
    firms["size_class"][rows] = register.size_class
    firms["employees"][rows] = register.employees
    firms["revenue"][rows] = register.revenue
    impute_firms(firms, len(register.ids), seed, par)
    firms["park"] += len(register.park_names)  # parks that the register does not name come after those it names
    firms["park"][rows] = np.where(register.park >= 0, register.park, firms["park"][rows])
    for name, column in (
        ("rd_active", register.rd_active),
        ("robots", register.robots),
        ("leader", register.leader),
        ("workshops", register.workshops),
        ("factories", register.factories),
    ):
        firms[name][rows] = np.where(column >= 0, column, firms[name][rows])
    for name, amounts in (("score", register.digital_score), ("cash", register.cash)):
        firms[name][rows] = np.where(np.isnan(amounts), firms[name][rows], amounts)
    # a smart factory holds two workshops: where workshops are imputed, there are at least as many as that
    least = np.where(register.workshops >= 0, 0, 2 * firms["factories"][rows])
    firms["workshops"][rows] = np.maximum(firms["workshops"][rows], least)
    imputed = tuple(f"imputed: {line}" for line in register.imputed)
    return (*register.notes, *imputed)


def _register_links(register: Register) -> np.ndarray[Any, np.dtype[np.int32]]:
    assert register.partners is not None
    pairs = [
        (firm, partner)
        for firm, partners in enumerate(register.partners)
        for partner in partners.tolist()
        if partner < firm
    ]
    return np.array(pairs, dtype=np.int32).reshape(-1, 2)
