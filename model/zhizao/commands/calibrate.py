"""`zhizao calibrate`: the model fitted to the evidence again, or the shipped fit checked."""

from __future__ import annotations

from pathlib import Path

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_lines, print_table, remark
from zhizao.commands.progress import progress
from zhizao.report.calibration_report import write_calibration_report
from zhizao.results.ensembles import FUNDING, TREATMENTS
from zhizao.studies.calibration.calibrate import calibrate
from zhizao.studies.calibration.check import check_ensembles
from zhizao.studies.calibration.fit import CalibrationSettings
from zhizao.studies.options import cores

__all__ = ["command"]

_STALE = 1


@click.command("calibrate")
@click.option("--check", is_flag=True, help="Only run a part of the shipped ensembles again and see that they match.")
@click.option("--particles", type=int, default=4000, show_default=True, metavar="N", help="Members of an ensemble.")
@click.option("--bank", type=int, default=65536, show_default=True, metavar="N",
              help="Runs of the prior that every fit begins from, and runs that check it.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Seed of everything drawn.")
@click.option("--work", default="runs/calibration", show_default=True, metavar="DIR",
              help="Work in progress; a fit that was stopped goes on from there.")  # fmt: skip
@click.option("--out", default="calibration", show_default=True, metavar="DIR",
              help="Where fitted/, figures/ and REPORT.md are written.")  # fmt: skip
@common.options(common.workers, common.quiet)
def command(
    check: bool, particles: int, bank: int, seed: int, work: str, out: str, workers: int | None, quiet: bool
) -> None:
    """Fit the model to the report's figures: four ensembles, and a report on what they do and do not settle.

    There is one ensemble for each treatment of the plan (plan, facts) and each reading of the money (report,
    brief). On two processors this takes about an hour; stopped, even killed, it goes on where it was.

    \b
    Examples:
      zhizao calibrate --check
      zhizao calibrate --particles 500 --bank 4096 --out runs/quick --work runs/quick-work
    """
    if check:
        _check(workers or cores(), quiet)
        return
    settings = CalibrationSettings(
        particles=particles, bank=bank, seed=seed, workers=workers or cores(), folder=Path(work)
    )
    with progress("calibrate", quiet=quiet, unit="runs") as tell:
        findings = calibrate(settings, Path(out) / "fitted", progress=tell, tell=lambda line: remark(line, quiet=quiet))
    remark(f"written: {write_calibration_report(findings, Path(out))}", quiet=quiet)


def _check(workers: int, quiet: bool) -> None:
    """Run members of each shipped ensemble again, print how they match, and end with 1 if one does not."""
    with progress("check", quiet=quiet, unit="runs") as tell:
        found = check_ensembles(workers=workers, progress=tell)
    rows = [
        [f"{t} · {f}", f"{found[t, f].same} of {found[t, f].run}", f"{found[t, f].inside} of {found[t, f].targets}",
         f"{found[t, f].effective_sample_size:,}"]
        for f in FUNDING for t in TREATMENTS
    ]  # fmt: skip
    headers = ["ensemble", "runs that match", "targets inside 90 %", "effective sample size"]
    print_table(headers, rows, right=[1, 2, 3])
    if not all(entry.matches for entry in found.values()):
        print_lines("The shipped ensembles were made by other rules than these; make them again: zhizao calibrate")
        raise click.exceptions.Exit(_STALE)
