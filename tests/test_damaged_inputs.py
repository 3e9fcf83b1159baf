"""Damaged inputs of version 2 are read or refused in words: a few of each kind here, tens of thousands by
`benchmarks/verification/damaged.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("streamlit", reason="the dashboard needs the extra app")

import damaged

import zhizao.dashboard.address as address
from zhizao.dashboard.address import MOST_KEPT, as_query, kept_of_text, view_of_query
from zhizao.dashboard.view import View
from zhizao.errors import InputError
from zhizao.evidence.experiments import load_experiments
from zhizao.studies.calibration.inputs import readings_of


@pytest.mark.parametrize("kind", damaged.KINDS)
def test_a_damaged_input_is_read_or_refused_in_words(kind: str, tmp_path: Path) -> None:
    seen, wrong = damaged.try_kind(kind, 40, 2026, tmp_path)
    assert not wrong
    assert min(seen["read"], seen["refused"]) >= 2, seen


@pytest.mark.slow
@pytest.mark.parametrize("kind", damaged.KINDS)
def test_many_damaged_inputs_are_read_or_refused_in_words(kind: str, tmp_path: Path) -> None:
    _, wrong = damaged.try_kind(kind, 800, 2027, tmp_path)
    assert not wrong


@pytest.mark.parametrize("kind", damaged.KINDS)
def test_what_is_damaged_was_in_order(kind: str, tmp_path: Path) -> None:
    one = damaged.KINDS[kind]
    for content in one.texts():
        one.read(tmp_path / one.file, content)


def test_a_reader_that_breaks_or_says_too_much_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(file: Path, content: bytes) -> None:
        raise (KeyError if len(content) % 2 else InputError)(f"{file.name} " + "x" * 5000)

    monkeypatch.setitem(damaged.KINDS, "readings", damaged.Kind(damaged.KINDS["readings"].texts, breaks))
    seen, wrong = damaged.try_kind("readings", 20, 1, tmp_path)
    assert len(wrong) == 20
    assert 0 < seen["refused"] < 20


def test_an_address_of_thousands_of_parts_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part that is looked at costs time, and anybody may send an address."""
    looked_at: list[str] = []

    def counted(text: str, until: tuple[str, ...], fits: tuple[str, ...]) -> View | None:
        looked_at.append(text)
        return view_of_query(text, until, fits)

    monkeypatch.setattr(address, "view_of_query", counted)
    kept = as_query(View(scenarios=("no-grants",)))
    assert (
        kept_of_text("|".join([kept] * 2000), ("2025-12",), ("plan",)) == [View(scenarios=("no-grants",))] * MOST_KEPT
    )
    assert kept_of_text("|" * 40_000, ("2025-12",), ("plan",)) == []
    assert len(looked_at) < 100


@pytest.mark.parametrize("read", [readings_of, lambda file: load_experiments([file])], ids=["readings", "experiment"])
def test_a_long_format_is_not_repeated(read, tmp_path: Path) -> None:
    file = tmp_path / "input.toml"
    file.write_text(f'format = "{"x" * 5000}"\n', "utf-8")
    with pytest.raises(InputError, match=r"input\.toml: format is .x+") as refused:
        read(file)
    assert max(map(len, refused.value.problems)) < 300


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("found = 36.0", "found = 1e999", "found is inf; give a number"),
        ("high = 55.0", "high = nan", "high is nan; give a number"),
        ("months = 36", "months = 36.0", "measure.months is 36.0; give 1 to 84 whole months from the branch"),
        ("[treated]\n", "[treated]\n'tax.relief' = 1\n", "treated.tax.relief is not a lever"),
        ("= 0.17", "= nan", "treated: tax.credit_rate = nan"),
        ("= 0.17", "= 17", "treated: tax.credit_rate = 17"),
        ("[measure]", "treated_months = -3\n[measure]", "treated_months is -3; give 0 to 84"),
    ],
)
def test_an_experiment_with_a_number_that_is_none_is_refused(old: str, new: str, said: str, tmp_path: Path) -> None:
    text = (damaged.ROOT / "scenarios/experiments/credit-on-equipment-2009.toml").read_text("utf-8")
    assert old in text
    file = tmp_path / "experiment.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as refused:
        load_experiments([file])
    assert any(said in line for line in map(str, refused.value.problems)), refused.value.problems
