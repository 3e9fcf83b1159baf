"""`zhizao sweep`: many runs by a design, into a store that grows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from zhizao.commands import options as common
from zhizao.commands.console import print_as, print_lines, print_table, remark
from zhizao.commands.output import print_notes, say_notes
from zhizao.commands.progress import progress
from zhizao.commands.study import study_option
from zhizao.commands.words import word
from zhizao.errors import InputError
from zhizao.results.sweep_store import SweepStatus, SweepStore, open_store
from zhizao.scenario.scenario import parse_setting
from zhizao.studies.options import notes_in_both
from zhizao.studies.sweeps.cluster import ClusterAddress
from zhizao.studies.sweeps.design import list_designs, read_design
from zhizao.studies.sweeps.sweep import default_folder, sweep
from zhizao.words.tables import Language

__all__ = ["command"]

_ERRORS_SHOWN = 10
_DAMAGE_SHOWN = 20


@click.command("sweep")
@click.argument("design", required=False)
@click.option("--out", metavar="DIR", help="The store; runs/ and the design's name if not given.")
@click.option("--status", metavar="DIR", help="Only report how far the sweep in DIR is.")
@click.option("--size", type=int, metavar="N", help="Size of the sample, instead of the design's.")
@click.option("--draws", type=int, metavar="N", help="Draws of what is not swept, instead of the design's.")
@click.option("--seed", type=int, metavar="N", help="Seed of all luck, instead of the design's.")
@click.option("--threads", is_flag=True, help="Use threads instead of processes.")
@click.option("--cluster", metavar="ADDRESS", help="Let the workers of this Dask scheduler do the runs.")
@click.option(
    "--cluster-wait",
    type=click.FloatRange(0.0),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the first worker of the cluster.",
)
@click.option("--retry-failed", is_flag=True, help="Also run again what is stored as failed.")
@common.options(study_option("settings"), common.output_format, common.language, study_option("workers"), common.quiet)
def command(
    design: str | None,
    out: str | None,
    status: str | None,
    size: int | None,
    draws: int | None,
    seed: int | None,
    threads: bool,
    cluster: str | None,
    cluster_wait: float,
    retry_failed: bool,
    settings: tuple[str, ...],
    output_format: str,
    language: Language,
    workers: int | None,
    quiet: bool,
) -> None:
    """Make the runs of DESIGN, a shipped name or a file; without one, list the shipped designs.

    However it was stopped, the same command continues it. Runs that fail are stored with their error.

    \b
    Examples:
      zhizao sweep
      zhizao sweep grants-and-specialists --draws 20
      zhizao sweep my-design.toml --out runs/mine
      zhizao sweep my-design.toml --out runs/mine --retry-failed
      zhizao sweep --status runs/mine
    """
    if status is not None:
        _refuse_damage(_print_status(open_store(status), output_format, language, quiet=quiet))
        return
    if design is None:
        _print_designs(output_format)
        return
    changes: dict[str, Any] = {"size": size, "draws": draws, "seed": seed}
    changes = {name: value for name, value in changes.items() if value is not None}
    if settings:
        changes["set"] = dict(map(parse_setting, settings))
    found = read_design(design, changes)
    folder = Path(out) if out is not None else default_folder(found)
    again: list[str] = []
    there = None
    if cluster is not None:
        there = ClusterAddress(address=cluster, wait=cluster_wait, note=lambda line: remark(line, quiet=quiet))
    with progress("sweep", quiet=quiet, unit="runs") as tell:
        try:
            store = sweep(
                found,
                folder,
                workers=workers,
                kind="threads" if threads else "processes",
                cluster=there,
                retry_failed=retry_failed,
                progress=tell,
                note=lambda line: again.append(line),
            )
        except KeyboardInterrupt:
            raise KeyboardInterrupt(word("sweep stopped", language, folder=folder)) from None
    stored = _print_status(store, output_format, language, quiet=quiet)
    for line in [line for line in again if line not in stored.damaged][:_DAMAGE_SHOWN]:
        remark(word("made again", language, part=line), quiet=quiet)
    _refuse_damage(stored)


def _print_designs(output_format: str) -> None:
    found = [read_design(path) for path in list_designs().values()]
    rows = [{"name": design.name, "title": design.title, "question": design.question} for design in found]
    print_as(
        output_format,
        rows=lambda: rows,
        table=lambda: print_table(list(rows[0]), [list(row.values()) for row in rows], lines=True),
    )


def _print_status(store: SweepStore, output_format: str, language: Language, *, quiet: bool) -> SweepStatus:
    """Print how far a sweep is, and return it."""
    status = store.status()
    say_notes(store.notes, output_format, language, quiet=quiet)
    numbers = {
        "runs": status.runs,
        "done": status.done,
        "failed": status.failed,
        "complete": status.complete,
        "bytes": status.size,
        "missing": len(status.missing),
        "damaged": len(status.damaged),
    }
    errors = [{"error": text, "runs": count} for text, count in status.errors]
    names = {"folder": str(store.folder), "title": store.manifest["design"]["title"], **notes_in_both(store.notes)}
    print_as(
        output_format,
        value=lambda: {**names, **numbers, "errors": errors},
        rows=lambda: [numbers],
        table=lambda: _print_progress(store, status, language),
    )
    return status


def _refuse_damage(status: SweepStatus) -> None:
    """End with what is wrong with parts, such as one that is not of this sweep: no analysis would take the store."""
    if status.damaged:
        raise InputError(status.damaged[:_DAMAGE_SHOWN])


def _print_progress(store: SweepStore, status: SweepStatus, language: Language) -> None:
    each = status.size / status.done / 1000.0 if status.done else 0.0
    print_lines(str(store.manifest["design"]["title"]))
    print_notes(store.notes, language)
    print_lines(
        word(
            "sweep status",
            language,
            done=f"{status.done:,}",
            runs=f"{status.runs:,}",
            failed=f"{status.failed:,}",
            size=f"{status.size / 1e6:,.1f}",
            each=f"{each:,.1f}",
            folder=store.folder,
        ),
        word("sweep complete" if status.complete else "sweep goes on", language),
        *(word("part missing", language, file=file) for file in status.missing[:_DAMAGE_SHOWN]),
    )
    if status.errors:
        shown = [[f"{count:,}", text] for text, count in status.errors[:_ERRORS_SHOWN]]
        print_table([word("runs", language), word("error", language)], shown, right=[0])
        print_lines(word("sweep retry", language))
