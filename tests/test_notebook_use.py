"""Python as in a notebook: results show themselves in a line and a table, and take what NumPy and pandas hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import zhizao as zz
from known_store import design_text, known_store
from zhizao.errors import InputError
from zhizao.studies.options import check_options
from zhizao.studies.spread import spread

FEW: dict[str, Any] = {"draws": 3, "n_firms": 50, "workers": 1}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def both() -> Any:
    base = zz.load_scenario("baseline")
    return zz.compare([base, base.with_changes({"awards.level2": 0.3}, name=HOSTILE, title=HOSTILE)], **FEW)


def shown(result: Any) -> tuple[str, str]:
    text, table = repr(result), result._repr_html_()
    assert len(text) < 400, text
    assert "\n" not in text
    assert "<table" in table
    assert HOSTILE not in table
    return text, table


def test_a_comparison_and_its_parts_show_themselves_shortly(both: Any, tmp_path: Path) -> None:
    text, table = shown(both)
    assert "3 draws, seed 0, to 2025-12" in text
    assert "level2_share_end" in table
    assert "&lt;script&gt;" in table
    shown(both.compared[1].scenario)
    stored = zz.read(both.write(tmp_path / "out"))
    assert "comparison" in shown(stored)[0]
    for part in (both.compared[0], both.options):
        assert len(repr(part)) < 400


def test_a_run_a_search_and_a_rerun_show_themselves_shortly(tmp_path: Path) -> None:
    one = zz.run("no-grants", n_firms=40)
    assert "no-grants" in shown(one)[0]
    found = zz.reach(0.7, draws=2, tries=10, dials=["awards.level2"], n_firms=40, workers=1)
    assert "70% by 2025-12" in shown(found)[0]
    assert len(repr(found.best)) < 200
    assert "all the same" in shown(zz.rerun(one.write(tmp_path / "run")))[0]
    assert len(repr(spread("baseline", n_firms=40))) < 400


def test_a_register_and_a_district_show_themselves_shortly(tmp_path: Path) -> None:
    lines = "".join(f"f{n},equipment,{60 + n},{30 + 5 * n}\n" for n in range(40))
    (tmp_path / "firms.csv").write_text(f"id,sector,employees,revenue\n{lines}", encoding="utf-8")
    district = zz.District.from_register(tmp_path / "firms.csv")
    assert repr(district).startswith("<District of 40 of a register firms")
    assert len(repr(district.register)) < 200
    assert len(repr(check_options(firms=district))) < 300


def test_a_sweep_and_what_is_asked_of_it_show_themselves_shortly(tmp_path: Path) -> None:
    pytest.importorskip("ema_workbench")
    store = known_store(
        tmp_path, design_text("latin-hypercube", 120, "AB"), {"level2_share_end": lambda x: 0.6 + x[:, 0] / 2}
    )
    assert "120 runs" in shown(store)[0]
    assert "120" in shown(zz.discover(tmp_path, fails="level2_share_end < 0.8"))[0]
    assert "level2_share_end" in shown(zz.sensitivity(tmp_path, ["level2_share_end"]))[0]


def test_numbers_of_numpy_and_columns_of_pandas_are_taken() -> None:
    plain = zz.compare(["baseline", "no-grants"], seed=3, settings={"grants.payment_delay": 2}, **FEW)
    other = zz.compare(
        pd.Series(["baseline", "no-grants"]),
        seed=np.uint64(3),
        draws=np.int32(3),
        n_firms=np.int64(50),
        workers=np.int8(1),
        settings=pd.Series({"grants.payment_delay": np.float32(2)}),
    )
    assert other.to_frame().equals(plain.to_frame())
    assert other.options == plain.options
    again = zz.compare(
        np.array(["baseline", "no-grants"]), settings=np.array(["grants.payment_delay=2"]), seed=3, **FEW
    )
    assert again.to_frame().equals(plain.to_frame())
    one = zz.run(
        "baseline", seed=np.int64(3), n_firms=np.float64(40.0).astype(int), settings={"grants.rate": np.full(4, 0.2)}
    )
    assert one.outcomes == zz.run("baseline", seed=3, n_firms=40, settings={"grants.rate": [0.2] * 4}).outcomes
    found = zz.reach(
        np.float64(0.7),
        probability=np.float32(0.5),
        draws=np.int64(2),
        tries=np.int64(10),
        seed=np.int64(2),
        dials=pd.Series(["awards.level2"]),
        n_firms=40,
        workers=1,
    )
    assert found.to_dict()["seed"] == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"settings": {"grants.rat": 0.2}}, "settings: grants.rat is not known"),
        ({"settings": ["grants.rate=2"]}, "settings: grants.rate"),
        ({"settings": ["grants.rate"]}, "settings grants.rate: write it as key=value"),
        ({"settings": [3]}, "settings: 3 must be text"),
        ({"seed": np.float64(1.5)}, "seed = 1.5 must be a whole number"),
        ({"draws": np.int64(0)}, "draws = 0 must be a whole number"),
        ({"scenarios": [3]}, "scenarios: 3 is not a name"),
    ],
)
def test_errors_name_the_argument_and_no_option_of_the_command_line(given: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as error:
        zz.compare(**({"scenarios": ["baseline"]} | given))
    assert words in str(error.value)
    assert "--" not in str(error.value)


def test_what_a_changed_scenario_is_called() -> None:
    base = zz.load_scenario("baseline")
    fifth = base.with_changes({"grants.rate": 0.2}, name="fifth", title="A fifth of the cost")
    assert (fifth.name, fifth.title, fifth.title_zh) == ("fifth", "A fifth of the cost", "A fifth of the cost")
    assert fifth.policies() == base.with_changes({"grants.rate": 0.2}).policies()
    assert base.with_changes({}, name="same").policies() == base.policies()
    done = zz.compare([base, fifth, base.with_changes({"grants.rate": 0.9})], **FEW)
    assert [entry.label for entry in done.compared] == ["baseline", "fifth", "baseline (2)"]
    for wrong in ("", "two\nlines", 3):
        with pytest.raises(InputError, match="name = "):
            base.with_changes({}, name=wrong)  # type: ignore[arg-type]
    assert replace(fifth, name="other").policies() == fifth.policies()


def test_only_what_is_public_is_shown() -> None:
    assert dir(zz) == sorted(zz.__all__)
    assert all(getattr(zz, name) is not None for name in zz.__all__)
    assert "Policy" not in dir(zz)
