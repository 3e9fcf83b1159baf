"""`zhizao update`: new facts for a fit that there is, without fitting again."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table, remark
from zhizao.commands.progress import progress
from zhizao.commands.study import study_option
from zhizao.commands.words import word
from zhizao.evidence.ensembles import (
    FIRST_READING,
    FUNDING,
    TREATMENTS,
    ensemble_file,
    fitted_folder,
    prepare_ensembles,
)
from zhizao.evidence.units import unit_in_chinese
from zhizao.parallel import Progress, Tell
from zhizao.report.fit_report import has_fit_report, write_fit
from zhizao.studies.calibration.some import FittedEnsemble, predicted, stored_fits
from zhizao.studies.options import cores
from zhizao.studies.update import Move, Update, chosen_fit, update
from zhizao.words.of_errors import error_in
from zhizao.words.tables import Language, words_of

__all__ = ["cells_of_move", "command", "headers_of_moves"]

_REFIT = 1
_moved = words_of("pool")


@click.command("update")
@click.argument("facts", metavar="FACTS.toml")
@click.option("--treatment", type=click.Choice(TREATMENTS), help="Which fit; the first that the district has.")
@click.option("--funding", type=click.Choice(list(FUNDING)), default=FIRST_READING, help="Reading of the public money.")
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Seed of the choice of members.")
@click.option("--out", metavar="DIR", help="Where the new ensemble is written.  [default: in place of the old one]")
@common.options(common.output_format, study_option("workers"), common.language, common.quiet)
def command(
    facts: str,
    treatment: str | None,
    funding: str,
    seed: int,
    out: str | None,
    output_format: str,
    workers: int | None,
    language: Language,
    quiet: bool,
) -> None:
    """Weight the fit of the district in force by new facts, and write the new fit.

    FACTS.toml has the form of evidence.toml (docs/FACTS.md); its facts with use = "fit" count. Members are run again
    under the luck that they were accepted with. If too few are left in effect, nothing is written, and it ends with 1.

    \b
    Examples:
      zhizao update facts-of-2025.toml --district my-city
      zhizao update facts-of-2025.toml --district my-city --out runs/updated --format json
    """
    pair = chosen_fit(treatment, funding)
    place = Path(out) if out else fitted_folder()
    prepare_ensembles(place, [pair])
    with progress("update", quiet=quiet, unit="runs") as tell:
        found = update(facts, treatment=treatment, funding=funding, seed=seed, workers=workers, progress=tell)
    plain = _plain(found)
    print_as(output_format, value=lambda: plain, rows=lambda: plain["moves"], table=lambda: _print(found, language))
    if found.needs_refit:
        raise click.exceptions.Exit(_REFIT)
    if out is None and has_fit_report(place.parent):
        with progress("report", quiet=quiet, unit="runs") as tell:
            written = _write_with_report(found, seed, workers or cores(), tell, partial(remark, quiet=quiet))
    else:
        written = [found.write(place)]
    for file in written:
        remark(word("written", language, folder=file), quiet=quiet)


def _write_with_report(found: Update, seed: int, workers: int, tell: Progress | None, say: Tell) -> list[Path]:
    """Write the new fit in place of the old one, and the report on all fits of the district, both at once."""
    place, pair = fitted_folder(), (found.after.treatment, found.after.funding)
    new = FittedEnsemble(ensemble=found.after, found=predicted(found.after, seed, workers, tell))
    others = stored_fits(place, seed=seed, workers=workers, but=[pair], progress=tell, tell=say)
    report = write_fit({pair: new}, place.parent, others)
    return [place / ensemble_file(*pair), report]


def headers_of_moves(language: Language) -> list[str]:
    """Return the headers above such cells."""
    return [_moved(key, language) for key in ("number", "before", "after", "moved_sd", "spread_left")]


def cells_of_move(move: Move) -> list[str]:
    """Return how a number moved as the cells of a row: key, means, standard deviations moved, spread that is left."""
    return [
        move.key,
        f"{move.before:.4g}",
        f"{move.after:.4g}",
        f"{move.moved:+.2f}",
        f"{move.spread_after / move.spread_before:.2f}" if move.spread_before > 0 else "–",
    ]


def _plain(found: Update) -> dict[str, Any]:
    return {
        "effective_size": found.effective_size,
        "kept": found.kept,
        "members": found.before.members,
        "needs_refit": found.needs_refit,
        "facts": [
            {
                "key": row.fact.key,
                "unit": row.fact.unit,
                "low": row.low,
                "median": row.median,
                "high": row.high,
                "effective_share": row.effective_share,
            }
            for row in found.facts
        ],
        "moves": [move.to_dict() for move in found.moves],
    }


def _print(found: Update, language: Language) -> None:
    rows = [
        [
            row.fact.key,
            " to ".join("…" if abs(end) == float("inf") else f"{end:g}" for end in (row.fact.room or ())[:2]),
            f"{row.median:,.4g}",
            f"{row.low:,.4g} to {row.high:,.4g}",
            row.fact.unit if language == "en" else unit_in_chinese(row.fact.unit),
            f"{row.effective_share:.0%}",
        ]
        for row in found.facts
    ]
    if language != "en":
        rows = [[cell.replace(" to ", " – ") for cell in row] for row in rows]
    print_table(word("update headers", language).split("|"), rows, right=[2, 5])
    print_lines("")
    moves = sorted(found.moves, key=lambda move: -abs(move.moved))
    print_table(headers_of_moves(language), [cells_of_move(move) for move in moves], right=[1, 2, 3, 4])
    print_lines("", error_in(language, found.sentence) + ("。" if language == "zh" else "."))
