"""Every check of the model, in one table: ``python benchmarks/verification/run_all.py [--write] [--scripts-only]``.

Runs the scripts of this folder and the tests that check a point of the list, prints expected, tolerance, seen and
result of each, and with ``--write`` renews the table of docs/VERIFICATION.md. The exit code is 1 if one fails.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from checks import Check, markdown, plain
from figures import FIGURES
from limits import LIMITS
from mechanisms import MECHANISMS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "VERIFICATION.md"
BEGIN, END = "<!-- table: python benchmarks/verification/run_all.py --write -->", "<!-- end of table -->"


@dataclass(frozen=True, kw_only=True)
class Tests:
    """Tests that check a point of the list: all of a file, or those whose names begin with one of some words."""

    point: int
    what: str
    expected: str
    file: str
    names: tuple[str, ...] = ("test_",)

    def holds(self, file: str, name: str) -> bool:
        """Whether a test of the report is one of these."""
        return file == self.file and name.startswith(self.names)


TESTS: tuple[Tests, ...] = (
    Tests(
        point=1,
        what="Philox 4x32-10: published known-answer vectors",
        expected="equal to the bit",
        file="test_draws",
        names=("test_philox",),
    ),
    Tests(
        point=1,
        what="Evenness of every stream: Kolmogorov-Smirnov, lattices, streams against each other",
        expected="even",
        file="test_draws",
        names=("test_draws_of", "test_pairs", "test_streams_do"),
    ),
    Tests(
        point=2,
        what="Firms added: all others the same, unless in reach",
        expected="equal to the bit",
        file="test_randomness_contract",
        names=("test_firms_that_are_added", "test_one_more_firm"),
    ),
    Tests(point=2, what="A firm removed; parks by other names", expected="equal to the bit", file="test_relabelled"),
    Tests(
        point=2,
        what="Order, threads, compilation",
        expected="equal to the bit",
        file="test_randomness_contract",
        names=("test_neither_order", "test_uncompiled", "test_a_run_leaves"),
    ),
    Tests(
        point=3,
        what="Null policies: nothing to give, to anyone, beside anything",
        expected="equal to the bit",
        file="test_randomness_contract",
        names=("test_grants_that", "test_a_fund", "test_an_instrument_that"),
    ),
    Tests(
        point=3,
        what="Announcement: the same until policies first differ, each instrument",
        expected="equal to the bit",
        file="test_randomness_contract",
        names=("test_nothing_is_known", "test_a_scenario_is", "test_branches"),
    ),
    Tests(
        point=4,
        what="Ledgers under random policies; money missing or too much is noticed",
        expected="1e-9, relative",
        file="test_ledgers",
    ),
    Tests(point=4, what="Subsidy account: sums and limits", expected="1e-9, relative", file="test_subsidy_account"),
    Tests(
        point=5,
        what="More support: no firm less willing, no adopter removed",
        expected="none, firm by firm",
        file="test_monotone",
    ),
    Tests(
        point=6,
        what="Textbook limits with other parameters; theory slightly wrong is noticed",
        expected="as in the lines above",
        file="test_limits",
    ),
    Tests(
        point=6,
        what="Mechanisms of version 2 with other parameters; a mechanism slightly wrong is noticed",
        expected="as in the lines above",
        file="test_mechanism_limits",
    ),
    Tests(
        point=7,
        what="Engine and Mesa model on 20 random scenarios, firm by firm",
        expected="1e-12, relative",
        file="test_twins",
        names=("test_same_history",),
    ),
    Tests(
        point=7,
        what="Engine and the model built again from ODD.md, on shipped, textbook and 20 random scenarios",
        expected="1e-9, relative",
        file="test_odd_model",
    ),
    Tests(
        point=7,
        what="Five mechanisms written as functions from ODD.md alone, asked wherever the model decides",
        expected="1e-12, relative",
        file="test_odd_alone",
    ),
    Tests(
        point=9,
        what="Known numbers, and that a renewal is explained",
        expected="1e-9, relative",
        file="test_known_numbers",
    ),
    Tests(
        point=10,
        what="Extremes: no money, endless money, one firm, all alike, no providers, no network, all at 4",
        expected="sensible, finite, no warning",
        file="test_extremes",
    ),
    Tests(
        point=11,
        what="Known posteriors are found by the sampler",
        expected="within sampling error",
        file="test_fitting",
        names=("test_an_interval_seen", "test_a_posterior", "test_two_modes", "test_a_sound"),
    ),
    Tests(
        point=11,
        what="Planted faults of the sampler: wrong weights, cut prior, shifted bound",
        expected="each noticed, twice",
        file="test_fitting",
        names=("test_a_planted",),
    ),
    Tests(
        point=11,
        what="Parameters that are not learned are called so",
        expected="sd ratio above 0.9",
        file="test_calibration",
        names=("test_what_was_not_learned",),
    ),
)


def test_results(files: set[str]) -> Iterator[tuple[str, str, bool]]:
    """Run test files; yield file, name and whether it passed, for each test."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        paths = [str(ROOT / "tests" / f"{file}.py") for file in sorted(files)]
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", f"--junitxml={report}", *paths]
        subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
        for case in ElementTree.parse(report).iter("testcase"):
            wrong = case.find("failure") is not None or case.find("error") is not None
            yield case.get("classname", "").rpartition(".")[2], case.get("name", ""), not wrong


def checks_by_tests() -> list[Check]:
    """Return one line for each entry of `TESTS`."""
    results = list(test_results({tests.file for tests in TESTS}))
    checks = []
    for tests in TESTS:
        own = [passed for file, name, passed in results if tests.holds(file, name)]
        checks.append(
            Check(
                point=tests.point,
                what=tests.what,
                expected=tests.expected,
                tolerance="as in the test",
                seen=f"{sum(own)} of {len(own)} tests pass",
                passed=bool(own) and all(own),
                where=f"tests/{tests.file}.py",
            )
        )
    return checks


def checks_by_scripts() -> list[Check]:
    """Return the lines of every script of this folder, telling each."""
    scripts: tuple[Callable[[], list[Check]], ...] = (*FIGURES, *LIMITS, *MECHANISMS)
    checks = []
    for script in scripts:
        for check in script():
            print(plain(check), flush=True)
            checks.append(check)
    return checks


def write_page(checks: list[Check]) -> None:
    """Put the table between the markers of the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{markdown(checks)}\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Run, print, and perhaps write; the exit code is 1 if a check fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="renew the table of docs/VERIFICATION.md")
    parser.add_argument("--scripts-only", action="store_true", help="leave out the tests")
    asked = parser.parse_args()
    began = time.perf_counter()
    checks = checks_by_scripts()
    if not asked.scripts_only:
        found = checks_by_tests()
        print(*(plain(check) for check in found), sep="\n")
        checks += found
    checks.sort(key=lambda check: check.point)
    failed = sum(check.passed is False for check in checks)
    reported = sum(check.passed is None for check in checks)
    print(f"\n{len(checks)} checks in {time.perf_counter() - began:.0f} s: {failed} failed, {reported} reported only")
    if asked.write:
        write_page(checks)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
