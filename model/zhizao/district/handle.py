"""A place as an object: what its folder says, and the studies of it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from zhizao.district.declared import DistrictFile
from zhizao.district.folder import use_district

__all__ = ["District"]


class District:
    """A district and the studies of it: ``zz.District("my-city").compare(draws=50)``.

    There is one district in force in a process, since the model is made from its data; all other functions of the
    package then work for it as well. For two places at once start two processes (two notebooks, or the command line
    with ``--district``).

    Parameters
    ----------
    name_or_path
        The name of a shipped district, or the path of a folder.

    Raises
    ------
    InputError
        If there is no such district, its files are wrong, or another one is in use in this process.
    """

    def __init__(self, name_or_path: str | Path) -> None:
        self.folder = use_district(name_or_path)
        self._data = _from("zhizao.district.in_force", "DISTRICT")

    def __repr__(self) -> str:
        return f"<District {self.own.name}: {self.folder}>"

    @property
    def own(self) -> DistrictFile:
        """What its ``district.toml`` holds."""
        own: DistrictFile = self._data.own
        return own

    @property
    def facts(self) -> Any:
        """The facts of its ``evidence.toml``."""
        return _from("zhizao.evidence.facts", "load_facts")()

    def check(self, **options: Any) -> Any:
        """Check its folder, and set its facts beside the prior; options as for `zhizao district check`."""
        return _from("zhizao.studies.district_check", "check_district_folder")(**options)

    def run(self, *given: Any, **options: Any) -> Any:
        """Run one of its policies; see `zhizao.run`."""
        return _from("zhizao.studies.run", "run")(*given, **options)

    def compare(self, *given: Any, **options: Any) -> Any:
        """Compare its policies; see `zhizao.compare`."""
        _from("zhizao.report.charts.plots", "__name__")  # a comparison is drawn by the report, which it must not know
        return _from("zhizao.studies.compare", "compare")(*given, **options)

    @staticmethod
    def from_register(path: str | Path, **given: Any) -> Any:
        """Build the firms of a run around a register (.csv, .xlsx or .parquet), in the district in force.

        What the register leaves out is imputed; see `zhizao.population.district.District.from_register`.
        """
        return _from("zhizao.population.district", "District").from_register(path, **given)


def _from(module: str, name: str) -> Any:
    """Return a name of a module that reads the district in force: it may not be loaded before that is named."""
    return getattr(importlib.import_module(module), name)
