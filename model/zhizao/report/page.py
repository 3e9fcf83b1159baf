"""A comparison as one page of HTML that fetches nothing: charts, the tables behind them, evidence, and how to redo it.

The page needs the extra ``report``. Everything is in the file: the charts' library once, their numbers, the style.
Its own security policy forbids every request and every script but those it was made with, so that text from
scenario files and registers can do nothing even if it were not escaped; and it is.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhizao.district.folder import district_arguments
from zhizao.errors import InputError, in_language
from zhizao.evidence.figures import FigureCheck
from zhizao.evidence.structures import structure_title
from zhizao.report.beyond import Finding, part_of_page
from zhizao.report.changes import changes_note
from zhizao.report.chart_rows import ACCOUNT_PARTS, display_names
from zhizao.report.findings import finding
from zhizao.report.headline import about_line, chosen_policy, headline
from zhizao.report.interactive import CHARTS, FONTS, need_altair
from zhizao.report.limits import evidence_counted, funding_in_words, limits_of
from zhizao.report.page_tables import Table, changes_table, chart_tables, evidence_tables, inputs_table, policies_table
from zhizao.report.page_words import say
from zhizao.report.words import percent
from zhizao.results.outcomes import TARGET_SHARE
from zhizao.studies.compared import Compared
from zhizao.studies.comparison import Comparison
from zhizao.studies.record import study_inputs
from zhizao.version import version
from zhizao.words.place import month_in_words
from zhizao.words.tables import Language, fact_of

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["dated_line", "need_report_extra", "page"]

_MONTH = re.compile(r"\b\d{4}-\d{2}\b")
_TEMPLATES = Path(__file__).resolve().parent / "templates"
_SHOWN = ("road", "who_gains", "cost_effect")
"""Charts that show the policy of the page before others: first in their list, or named where few names have room."""
_HINTS = ("cost_effect", "who_gains")
"""Charts with something to do on a screen, which is not said on paper."""
_PRINTED = (25, 11)
"""Rows and columns of the largest table behind a chart that is printed; a larger one cannot be read on paper."""
_MOST_TOGETHER = 16
"""Rows of the longest table that is kept on one page of paper."""
_WHOLE: dict[Language, int] = {"en": 14, "zh": 8}
"""Characters of the longest text of a cell that is kept in one line."""


@dataclass(frozen=True, kw_only=True)
class _Chart:
    """A chart of the page: its place in the page, its words, its specification and the table behind it."""

    name: str
    title: str
    note: str
    hint: str
    specification: dict[str, Any]
    table: Table


def need_report_extra() -> None:
    """Find out early whether all that a page needs is installed.

    Raises
    ------
    InputError
        If something is not.
    """
    for name in ("altair", "jinja2", "vl_convert", "matplotlib"):
        if importlib.util.find_spec(name) is None:
            raise InputError(f"a report needs {name}; install it with: pip install 'zhizao[report]'")


@dataclass(frozen=True, kw_only=True)
class _Change:
    """What one policy changes: the title, what is said of the table, and the table."""

    title: str
    note: str
    table: Table


def page(
    done: Comparison,
    checks: Sequence[FigureCheck],
    language: Language,
    command: str,
    *,
    policy: str | None = None,
    made: str = "",
    alone: bool = False,
    beyond: Sequence[Finding] = (),
) -> str:
    """Return the page.

    Parameters
    ----------
    done
        The comparison that the page is about.
    checks
        The evidence beside the model, made with the same options.
    command
        The command that makes the same page again.
    policy
        Label of the scenario that it answers for, as for `chosen_policy`.
    made
        The day on which it is made, ``"YYYY-MM-DD"``, if the page is to say so.
    alone
        Whether it comes without the files that the command would put beside it.
    beyond
        What other commands have found, which gets sections of its own.

    Raises
    ------
    InputError
        If the extra ``report`` is not installed, or there is no such policy.
    """
    need_report_extra()
    mine = chosen_policy(done, policy)
    library, script = _library(), _text("page.js")
    evidence, other_figures = evidence_tables(checks, language)
    share = percent(TARGET_SHARE, language).replace(".0", "")
    template = _environment(language).get_template("page.html")
    return template.render(
        language=fact_of(language, "html"),
        policy=_security_policy(library, script),
        library=library,
        script=script,
        style=_text("page.css"),
        fonts=FONTS,
        title=say("page title", language, share=share),
        where=_where(done, language),
        about=about_line(done, mine, language),
        made=made,
        foot=dated_line(done, policy, made, language),
        draws=len(done.draws),
        version=version(),
        share=share,
        headline=headline(done, language, mine.label),
        changes=_changes(done, mine, language),
        treatments=len(done.by_treatment),
        policies=policies_table(done, language, shocks=False),
        shocks=policies_table(done, language, shocks=True),
        about_first=mine is done.first,
        printed=_PRINTED,
        together=_MOST_TOGETHER,
        whole=_WHOLE.get(language, _WHOLE["en"]),
        parts=ACCOUNT_PARTS,
        beyond=[part_of_page(one, language, display_names(done, language)) for one in beyond],
        charts={chart.name: chart for chart in _charts(done, mine, language)},
        evidence=evidence,
        other_figures=other_figures,
        evidence_counted=evidence_counted(checks, language),
        notes=[in_language(note, language) for note in done.options.notes],
        notes_first=done.options.firms_file is not None,
        caveats=limits_of(done, checks, language),
        command=command,
        alone=alone,
        rerun=shlex.join(["zhizao", "rerun", "results/run.json", *district_arguments()]),
        facts=_facts(done, language),
        inputs=inputs_table(study_inputs("comparison", [e.scenario for e in done.compared], done.options), language),
    )


def dated_line(done: Comparison, policy: str | None, made: str, language: Language) -> str:
    """Return the policy that a report is about and the day on which it is made, for the foot of charts and of paper."""
    return " ".join(part for part in (about_line(done, chosen_policy(done, policy), language), made) if part)


def _changes(done: Comparison, mine: Compared, language: Language) -> list[_Change]:
    """Return what the policy of the page changes, then every other one; nothing of the first, which changes nothing."""
    others = [entry for entry in done.compared[1:] if entry is not mine]
    first = done.first.scenario
    changes = []
    for entry in (*([] if mine is done.first else [mine]), *others):
        table = changes_table(entry.scenario, first, language, done.options.until)
        note = changes_note(entry.scenario, first, language, any_=bool(table.rows))
        changes.append(_Change(title=table.caption, note=note, table=table))
    return changes


def _charts(done: Comparison, mine: Compared, language: Language) -> list[_Chart]:
    names, tables = display_names(done, language), chart_tables(done, language)
    words = {"first": names[done.first.label], "until": month_in_words(done.options.until, language)}
    return [
        _Chart(
            name=name,
            title=finding(name, done, mine, language),
            note=say(f"{name} note", language, **words),
            hint=say(f"{name} hint", language) if name in _HINTS else "",
            specification=draw(done, language, **({"shown": mine.label} if name in _SHOWN else {})).to_dict(),
            table=tables[name],
        )
        for name, draw in CHARTS.items()
        if len(done.compared) > 1 or name in ("road", "subsidy_account")
    ]


def _environment(language: Language) -> Environment:
    """Return the templates' surroundings: every text is escaped, and an unknown name is a fault."""
    import jinja2  # here, because it is heavy and may not be installed

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"css_text": _css_text, "coded": _coded, "unbroken": _unbroken}
    environment.globals["say"] = lambda key, **values: say(key, language, **values)
    return environment


def _css_text(text: str) -> Any:
    """Return text that can stand between quotes in a style sheet, whatever is in it: all but letters is escaped."""
    import markupsafe  # here, because it may not be installed

    # a blank ends what is escaped, and is a part of it
    safe = "".join(sign if sign.isalnum() or sign in " .-" else f"\\{ord(sign):06x} " for sign in text)
    return markupsafe.Markup(safe)


def _coded(text: str) -> Any:
    """Return a text whose parts between backticks are set as what is typed."""
    import markupsafe  # here, because it may not be installed

    parts = [markupsafe.escape(part) for part in text.split("`")]
    if len(parts) % 2 == 0:  # one that nothing closes is a sign like others
        return markupsafe.escape(text)
    return markupsafe.Markup("").join(
        markupsafe.Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts)
    )


def _unbroken(text: str) -> Any:
    """Return a text whose months, such as YYYY-MM, are never broken over two lines."""
    import markupsafe  # here, because it may not be installed

    return markupsafe.Markup(_MONTH.sub(r'<span class="whole">\g<0></span>', str(markupsafe.escape(text))))


def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text("utf-8")


@cache
def _library() -> str:
    """Return Vega, Vega-Lite and vega-embed as one script that can stand within a page."""
    import vl_convert  # here, because it is heavy and may not be installed

    alt = need_altair()
    release = alt.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0]
    script: str = vl_convert.javascript_bundle(vl_version=release)  # type: ignore[call-arg]  # no snippet is fine
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _security_policy(*scripts: str) -> str:
    """Return a policy for the browser: nothing is fetched, and these scripts run and no other."""
    allowed = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts
    )
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


def _where(done: Comparison, language: Language) -> str:
    if done.options.firms_file is None:
        return say("district", language)
    return say("own firms", language, file=Path(done.options.firms_file[0]).name)


def _facts(done: Comparison, language: Language) -> list[tuple[str, str]]:
    """Return what made the numbers, as pairs of words."""
    options = done.options
    return [
        (say("program", language), f"zhizao {version()}"),
        (say("seed", language), str(options.seed)),
        (say("draws", language), f"{len(done.draws):,}"),
        (
            say("parameters", language),
            structure_title(options.calibration, language) or say(f"calibration {options.calibration}", language),
        ),
        (say("funding", language), funding_in_words(done, language)),
        (say("until", language), month_in_words(options.until, language)),
        *((key, str(value)) for key, value in options.settings.items()),
    ]
