"""`zhizao pool`: our fit in the light of another place's facts."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table, remark
from zhizao.commands.progress import progress
from zhizao.commands.study import study_option
from zhizao.commands.update import cells_of_move, headers_of_moves
from zhizao.evidence.ensembles import FIRST_READING, FUNDING, TREATMENTS
from zhizao.studies.calibration.fit import CalibrationSettings
from zhizao.studies.options import cores
from zhizao.studies.pool import DIFFERENCE, LIKENESSES, Pooled, PooledRow, pool
from zhizao.words.tables import Language, words_of

__all__ = ["command"]

say = words_of("pool")
_SHOWN = 12
"""Numbers that are printed: those that move most."""


@click.command("pool")
@click.argument("place", metavar="PLACE")
@click.option("--treatment", type=click.Choice(TREATMENTS), help="Which of our fits; the first that the district has.")
@click.option("--funding", type=click.Choice(list(FUNDING)), default=FIRST_READING, help="Reading of the public money.")
@click.option(
    "--likeness",
    "likenesses",
    type=float,
    multiple=True,
    default=LIKENESSES,
    show_default=True,
    metavar="R",
    help="How alike the places may be: 0 not at all, 1 the same; can be repeated.",
)
@click.option("--members", type=int, default=1000, show_default=True, metavar="N", help="Members of our fit to use.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Seed of the luck of their runs.")
@click.option("--fit", "again", is_flag=True, help="Fit again, to both, instead of weighting our members.")
@click.option("--particles", type=int, default=1000, show_default=True, metavar="N", help="Members of a new fit.")
@click.option(
    "--bank", type=int, default=32_768, show_default=True, metavar="N", help="Prior runs that it begins from."
)
@click.option("--work", metavar="DIR", help="Its work in progress; one that was stopped goes on.  [default: in runs]")
@common.options(study_option("workers"), common.output_format, common.language, common.quiet)
def command(
    place: str,
    treatment: str | None,
    funding: str,
    likenesses: tuple[float, ...],
    members: int,
    seed: int,
    again: bool,
    particles: int,
    bank: int,
    work: str | None,
    workers: int | None,
    output_format: str,
    language: Language,
    quiet: bool,
) -> None:
    """Weight our fit by what the facts of another PLACE say of the numbers that both share.

    PLACE is a shipped district or a folder, fitted to its own facts. What firms are like is taken for shared, more or
    less; what either place calls its own is not (`except` under [prior] of its district.toml). How alike the two are is
    not known: each likeness counts by how well it goes with the facts of both.

    \b
    Examples:
      zhizao pool ./neighbour
      zhizao pool ./neighbour --treatment facts --fit
      zhizao pool ./neighbour --likeness 0.9 --format json
    """
    folder = Path(work) if work else Path("runs") / f"pool-{Path(place).name}"
    fit = (
        CalibrationSettings(particles=particles, bank=bank, workers=workers or cores(), folder=folder)
        if again
        else None
    )
    with progress("pool", quiet=quiet, unit="runs") as tell:
        found = pool(
            place,
            treatment=treatment,
            funding=funding,
            likenesses=likenesses,
            members=members,
            fit=fit,
            tell=partial(remark, quiet=quiet),
            seed=seed,
            workers=workers,
            progress=tell,
        )
    dictionary = found.to_dict()
    print_as(
        output_format, value=lambda: dictionary, rows=lambda: dictionary["moves"], table=lambda: _print(found, language)
    )


def _print(found: Pooled, language: Language) -> None:
    print_lines(
        say(
            "what",
            language,
            place=found.place,
            numbers=len(found.shared),
            directions=found.directions,
            members=f"{found.members:,}",
        ),
        "",
    )
    names = list(found.rows[0].effects)
    headers = [say(key, language) for key in ("likeness", "weight", "members")]
    print_table(
        [*headers, *(say(f"effect {name}", language) for name in names)],
        [_cells(one, names, language) for one in found.rows],
    )
    print_lines("")
    moves = sorted(found.moves, key=lambda move: -abs(move.moved))[:_SHOWN]
    print_table(
        headers_of_moves(language),
        [[cell.replace("-", "−") for cell in cells_of_move(move)] for move in moves],
        right=[1, 2, 3, 4],
    )
    print_lines("", say("note" if DIFFERENCE in names else "note_without_effects", language))


def _cells(one: PooledRow, names: list[str], language: Language) -> list[str]:
    likeness = say("all", language) if one.likeness is None else f"{one.likeness:g}"
    return [likeness, f"{100.0 * one.weight:.3g}", f"{one.size:,.0f}", *(_ends(one.effects[name]) for name in names)]


def _ends(ends: dict[str, float]) -> str:
    return f"{ends['median']:+.1f}\n({ends['low']:+.1f} – {ends['high']:+.1f})".replace("-", "−")
