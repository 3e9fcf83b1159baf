"""`zhizao calibrate`: the model fitted to the evidence again, or the fit that there is checked."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_lines, print_table, remark
from zhizao.commands.progress import progress
from zhizao.commands.study import study_option
from zhizao.commands.words import asked_language, word
from zhizao.district.folder import DEFAULT
from zhizao.district.in_force import DISTRICT
from zhizao.evidence.ensembles import FIRST_READING, FUNDING, TREATMENTS
from zhizao.report.calibration_folder import prepare_calibration_folder, write_calibration_report
from zhizao.report.fit_report import missed, prepare_fit_folder, worth, write_ensembles, write_fit
from zhizao.studies.calibration.calibrate import calibrate
from zhizao.studies.calibration.check import check_ensembles
from zhizao.studies.calibration.fit import CalibrationSettings
from zhizao.studies.calibration.fit_structures import chosen_structures, fit_structures
from zhizao.studies.calibration.simulator import effects_known
from zhizao.studies.calibration.some import chosen_pairs, fit_some, stored_fits
from zhizao.studies.options import cores

__all__ = ["command"]

_STALE = 1
_PARTICLES, _BANK = 1000, 32_768
_QUICK_PARTICLES, _QUICK_BANK = 500, 4096


@click.command("calibrate")
@click.option("--check", is_flag=True, help="Only run a part of the shipped ensembles again and check that they match.")
@click.option("--treatment", type=click.Choice(TREATMENTS), help="Fit only with the plan met, or to facts alone.")
@click.option("--funding", type=click.Choice(list(FUNDING)), help="Fit only under this reading of the public money.")
@click.option("--quick", is_flag=True, help="A first usable fit in minutes; it says what it is worth.")
@click.option(
    "--structure",
    "chosen",
    multiple=True,
    metavar="KEY",
    help="Fit a structure of readings.toml instead; can be repeated, `all` means each.",
)
@click.option("--particles", type=int, metavar="N", help="Members of an ensemble.  [default: 1000; with --quick 500]")
@click.option(
    "--bank",
    type=int,
    metavar="N",
    help="Runs of the prior that every fit begins from, and runs that check it.  [default: 32768; with --quick 4096]",
)
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Seed of everything drawn.")
@click.option(
    "--work", metavar="DIR", help="Work in progress; a fit that was stopped goes on from there.  [default: in runs]"
)
@click.option(
    "--out",
    metavar="DIR",
    help="Where fitted/, REPORT.md and charts are written.  [default: where the district has its fits]",
)
@common.options(study_option("workers"), common.language_of_errors, common.quiet)
def command(
    check: bool,
    treatment: str | None,
    funding: str | None,
    quick: bool,
    chosen: tuple[str, ...],
    particles: int | None,
    bank: int | None,
    seed: int,
    work: str | None,
    out: str | None,
    workers: int | None,
    quiet: bool,
) -> None:
    """Fit the model to the facts of the district in force, and report what they do and do not settle.

    There is one ensemble for each treatment of the plan (plan, facts) and each reading of the money. All four of the
    default district take about an hour on two processors; --quick fits any district in minutes. A fit that is stopped,
    even killed, continues from there.

    \b
    Examples:
      zhizao calibrate --check
      zhizao calibrate --district my-city --quick
      zhizao calibrate --district my-city --treatment facts --particles 2000 --bank 16384
      zhizao calibrate --structure all --particles 400 --bank 8192
    """
    if check:
        _check(workers or cores(), quiet)
        return
    folder = Path(out) if out else _own_folder()
    settings = CalibrationSettings(
        particles=particles or (_QUICK_PARTICLES if quick else _PARTICLES),
        bank=bank or (_QUICK_BANK if quick else _BANK),
        seed=seed,
        workers=workers or cores(),
        folder=Path(work) if work else _own_work(),
    )
    if chosen:
        _fit_structures(chosen, settings, folder, quiet)
        return
    whole = not quick and treatment is None and funding is None and _has_all()
    if whole:
        prepare_calibration_folder(folder)
        with progress("calibrate", quiet=quiet, unit="runs") as tell:
            findings = calibrate(settings, progress=tell, tell=lambda line: remark(line, quiet=quiet))
        remark(word("written", asked_language(), folder=write_calibration_report(findings, folder)), quiet=quiet)
        return
    pairs = chosen_pairs(treatment, funding)
    prepare_fit_folder(folder, pairs)
    with progress("calibrate", quiet=quiet, unit="runs") as tell:
        say = partial(remark, quiet=quiet)
        fits = fit_some(pairs, settings, quick=quick, progress=tell, tell=say)
        others = stored_fits(
            folder / "fitted", seed=settings.seed, workers=settings.workers, but=pairs, progress=tell, tell=say
        )
    report = write_fit(fits, folder, others)
    print_lines(*(f"{' · '.join(pair)}: {worth(one.ensemble)}" for pair, one in fits.items()), *missed(fits))
    remark(word("written", asked_language(), folder=report), quiet=quiet)


def _fit_structures(chosen: tuple[str, ...], settings: CalibrationSettings, folder: Path, quiet: bool) -> None:
    keys = chosen_structures(() if "all" in chosen else chosen)
    prepare_fit_folder(folder, [(key, FIRST_READING) for key in keys], report=False)
    with progress("calibrate", quiet=quiet, unit="runs") as tell:
        found = fit_structures(keys, settings, progress=tell, tell=lambda line: remark(line, quiet=quiet))
    write_ensembles(found.values(), folder)
    print_lines(*(f"{key}: {worth(ensemble)}" for key, ensemble in found.items()))
    remark(f"written: {folder / 'fitted'}; weigh them with `zhizao structures`", quiet=quiet)


def _has_all() -> bool:
    """Whether the district has what the long report is about: a plan, two readings of the money, and effects."""
    return len(FUNDING) > 1 and len(chosen_pairs(None, None)) == len(FUNDING) * len(TREATMENTS) and effects_known()


def _own_folder() -> Path:
    return DISTRICT.path(DISTRICT.own.library.calibration)


def _own_work() -> Path:
    name = DISTRICT.folder.name
    return Path("runs", "calibration" if name == DEFAULT else f"calibration-{name}")


def _check(workers: int, quiet: bool) -> None:
    """Run members of each shipped ensemble again, print how they match, and end with 1 if one does not."""
    with progress("check", quiet=quiet, unit="runs") as tell:
        found = check_ensembles(workers=workers, progress=tell)
    rows = [
        [
            f"{t} · {f}",
            f"{found[t, f].same} of {found[t, f].run}",
            f"{found[t, f].inside} of {found[t, f].targets}",
            f"{found[t, f].effective_sample_size:,}",
        ]
        for t, f in found
    ]
    headers = ["ensemble", "runs that match", "targets inside 90 %", "effective sample size"]
    print_table(headers, rows, right=[1, 2, 3])
    if any(entry.inside < entry.targets for entry in found.values()):
        print_lines("Some facts that were fitted are missed; the report of the fit names them.")
    if not all(entry.matches for entry in found.values()):
        print_lines("The ensembles were made by other rules than these; make them again: zhizao calibrate")
        raise click.exceptions.Exit(_STALE)
