"""The district at its start: firms, links and room for those that will enter."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from zhizao.calendar import MONTHS
from zhizao.errors import InputError
from zhizao.parameters.registry import Parameters
from zhizao.population.network import NETWORKS, links_to_table, plain_links, supply_links
from zhizao.population.registered import RegisteredFirms, registered_firms
from zhizao.population.registered_links import registered_links
from zhizao.population.synthetic import FIRM_AT_START, fill_firms, impute_firms, impute_parks
from zhizao.records.parameters import ParameterRecord
from zhizao.records.rows import Records, records_of
from zhizao.records.state import StartRecord
from zhizao.register import Register, read_register

__all__ = ["District", "build_district", "slots_needed"]


@dataclass(frozen=True, kw_only=True)
class District:
    """Firms at the start and those waiting to enter, and the links between all of them.

    Attributes
    ----------
    firms
        Record array of `FIRM_AT_START`: slots 0 to ``count - 1`` exist at the start, the others enter in order.
    count
        Firms at the start.
    partner_start, partners
        Partners of slot i are ``partners[partner_start[i]:partner_start[i + 1]]``.
    network
        Kind of network, one of `NETWORKS`.
    luck
        What the luck of each firm of a register depends on, made from its id; empty for a synthetic district, where it
        is the slot. The luck of those that enter depends on their place in the order of entry.
    ids
        The register's names of the firms at the start, by slot; empty for a synthetic district.
    notes
        What a user should know, such as which columns of a register were imputed.
    register
        The register that it was built around, if any, with its firms in the order of the slots: that of their luck
        numbers, whatever the order of the file.
    """

    firms: Records[StartRecord]
    count: int
    partner_start: np.ndarray[Any, np.dtype[np.int64]]
    partners: np.ndarray[Any, np.dtype[np.int32]]
    network: str = "supply"
    luck: np.ndarray[Any, np.dtype[np.int64]] = field(default_factory=lambda: np.zeros(0, np.int64))
    ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    register: Register | None = None

    def __repr__(self) -> str:
        source = "of a register" if self.register is not None else "synthetic"
        return f"<District of {self.count:,} {source} firms, {self.partners.size // 2:,} links, network {self.network}>"

    @classmethod
    def from_register(
        cls, path: str | Path, *, parameters: Parameters | None = None, seed: int = 0, months: int = MONTHS
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

    def luck_number(self, slot: int) -> int:
        """Return what the luck of the firm in a slot depends on: the `number` that draws are asked for with."""
        registered = self.luck.size
        return int(self.luck[slot]) if slot < registered else slot - registered


def slots_needed(parameters: Parameters, count: int, months: int, largest_entry_gain: float = 1.0) -> int:
    """Slots for `count` firms and all that enter in `months`; the odds to fall short are below one in a billion."""
    mean = count * parameters.turnover.entry_rate * (1.0 + largest_entry_gain) * months / 12.0
    return count + (math.ceil(mean + 6.0 * math.sqrt(mean) + 12.0) if mean > 0 else 0)


def build_district(
    parameters: Parameters,
    seed: int,
    *,
    months: int = MONTHS,
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
    own = registered_firms(register) if register is not None else None
    stated = own.luck.size if own is not None else int(parameters.population.firms)
    count = stated + additional_firms
    slots = slots_needed(parameters, stated, months) + additional_firms
    firms = records_of(np.zeros(slots, dtype=FIRM_AT_START), StartRecord)
    record = parameters.record()[0]
    fill_firms(firms, 0 if own is None else stated, np.uint64(seed), record)
    if own is not None:
        _write_register(firms, own, np.uint64(seed), record)
    links = _links(firms, count, own, network, (np.uint64(seed), record))
    start, partners = links_to_table(links, firms.size)
    shape: dict[str, Any] = {
        "firms": firms,
        "count": count,
        "partner_start": start,
        "partners": partners,
        "network": network,
    }
    if own is None:
        return District(**shape)
    imputed = tuple(f"imputed: {line}" for line in own.register.imputed)
    return District(
        **shape, luck=own.luck, ids=own.register.ids, notes=(*own.register.notes, *imputed), register=own.register
    )


def _links(
    firms: Records[StartRecord],
    count: int,
    own: RegisteredFirms | None,
    network: str,
    luck: tuple[np.uint64, ParameterRecord],
) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Return all links; those that a register names are part of its supply network."""
    seed, par = luck
    if network != "supply":
        return plain_links(network, count)
    if own is None:
        return np.asarray(supply_links(firms, seed, par))
    sought = registered_links(firms, own.luck, own.know_partners, seed, par)
    return np.unique(np.concatenate([own.named_links, sought]), axis=0).reshape(-1, 2)


def _write_register(firms: Records[StartRecord], own: RegisteredFirms, seed: np.uint64, par: ParameterRecord) -> None:
    """Write what the register gives, and impute the rest for firms of that size class and revenue."""
    register = own.register
    rows = slice(0, own.luck.size)
    firms["sector"][rows] = register.sector
    firms["size_class"][rows] = register.size_class
    firms["employees"][rows] = register.employees
    firms["revenue"][rows] = register.revenue
    impute_firms(firms, own.luck, seed, par)
    _write_parks(firms, own, seed, int(par.links_firms_per_park))
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
    # a smart factory holds workshops: where workshops are imputed, there are at least as many as that
    per_factory = int(par.levels_workshops_per_factory)
    least = np.where(register.workshops >= 0, 0, per_factory * firms["factories"][rows])
    firms["workshops"][rows] = np.maximum(firms["workshops"][rows], least)


def _write_parks(firms: Records[StartRecord], own: RegisteredFirms, seed: np.uint64, firms_per_park: int) -> None:
    """Write the parks that the register names, then those of its other firms, then those of who will enter."""
    rows, named = slice(0, own.luck.size), own.register.park
    nameless = named < 0
    parks = math.ceil(int(nameless.sum()) / firms_per_park)
    imputed = len(own.register.park_names) + impute_parks(own.luck, parks, seed)
    firms["park"][rows] = np.where(nameless, imputed, named)
    firms["park"][own.luck.size :] += len(own.register.park_names) + parks
