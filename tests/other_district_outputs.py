"""Run every kind of output for the district in force and write what was said, by name, as JSON: a script for a test."""

from __future__ import annotations

import html
import json
import re
import sys
import zipfile
from pathlib import Path

from click.testing import CliRunner
from google.protobuf.text_format import MessageToString
from streamlit.testing.v1 import AppTest

from zhizao.commands import cli
from zhizao.dashboard.server import PAGE
from zhizao.evidence.ensembles import FIRST_READING
from zhizao.files import shipped
from zhizao.report.calibration_report import report_lines
from zhizao.report.charts.single import save_run_chart
from zhizao.report.folder import write_report
from zhizao.studies.compare import compare
from zhizao.studies.run import run

SMALL = ("--n-firms", "20")
COMPARED = ("baseline", "no-advisers", "--draws", "2", *SMALL, "--workers", "1")


def said_by(*arguments: str, language: str) -> str:
    """What a command prints on both streams; anything but success ends the script."""
    done = CliRunner().invoke(cli.program, [*arguments, "--lang", language], prog_name="zhizao")
    if done.exit_code:
        sys.exit(f"zhizao {' '.join(arguments)}: {done.output[-3000:]} {done.exception!r}")
    return done.output


def in_workbook(path: Path) -> str:
    """Every text of a workbook."""
    with zipfile.ZipFile(path) as file:
        parts = [file.read(name).decode("utf-8") for name in file.namelist() if name.endswith(".xml")]
    return html.unescape(re.sub(r"<[^>]+>", "\n", "".join(parts)))  # libraries write letters as numbers or as they are


def on_page(language: str) -> str:
    """Every text on the dashboard."""
    app = AppTest.from_file(str(PAGE), default_timeout=300)
    app.session_state["draws"] = 2
    app.session_state["language"] = language
    app.session_state[f"policy {language}"] = ["no-advisers"]
    app.run()
    if app.exception:
        sys.exit(f"dashboard: {app.exception}")
    texts = "\n".join(
        MessageToString(element.proto, as_utf8=True)
        for block in (app.main, app.sidebar)
        for element in block
        if getattr(element, "proto", None) is not None
    )
    return re.sub(r"\$\$ID-[0-9a-f]+", "", texts)  # made from a hash, in which any figures may stand


def texts_of(drawing: str) -> str:
    """Every text in an SVG file, which draws the letters and has the words in comments."""
    return "\n".join(re.findall(r"<!--(.*?)-->", drawing, re.DOTALL))


def numbers(language: str) -> str:
    """What is said of every number, but for its source, which can name any place."""
    rows = json.loads(said_by("params", "--format", "json", language=language))
    return json.dumps([{key: text for key, text in row.items() if key != "source"} for row in rows])


def calibration_report() -> str:
    """The long report on a calibration, with the numbers of the shipped one and none of its names."""
    text = (shipped("calibration/fitted") / "findings.json").read_text("utf-8")
    numbers = json.loads(text.replace(" · report", f" · {FIRST_READING}"))
    for section, entries in numbers.items():
        if isinstance(entries, dict):
            numbers[section] = {name: entry for name, entry in entries.items() if not name.endswith(" · brief")}
    numbers |= {"evidence": [], "learned": dict.fromkeys(numbers["learned"], ())}
    numbers["needed"]["moves"] = []
    numbers["money_years"] = {name: {"2021": years["2021"]} for name, years in numbers["money_years"].items()}
    return " ".join(" ".join(report_lines(numbers)).split())


def main(folder: Path) -> dict[str, str]:
    """Return what was said, by what said it and in which language."""
    found = {"calibration en": calibration_report()}
    done, single = compare(["baseline", "no-advisers"], draws=2, n_firms=20, workers=1), run(n_firms=20)
    for language in ("en", "zh"):
        report = folder / language
        write_report(done, [], report, language, "zhizao report")
        page = (report / "report.html").read_text("utf-8")
        drawn = save_run_chart(single, folder / f"run-{language}.svg", language)
        found |= {
            f"compare {language}": said_by("compare", *COMPARED, "--full", "--by", "size", language=language),
            f"run {language}": said_by("run", *SMALL, language=language),
            f"params {language}": numbers(language),
            f"scenarios {language}": said_by("scenarios", language=language),
            f"show {language}": said_by("scenarios", "show", "no-advisers", "--resolved", language=language),
            f"dashboard {language}": on_page(language),
            f"page {language}": re.sub(r"<script(?! type).*?</script>|<style.*?</style>", "", page, flags=re.DOTALL),
            f"workbook {language}": in_workbook(report / "workbook.xlsx"),
            f"run chart {language}": texts_of(drawn.read_text("utf-8")),
        }
        for path in report.glob("charts/*.svg"):
            found[f"{path.stem} chart {language}"] = texts_of(path.read_text("utf-8"))
    return found


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1])), ensure_ascii=False))
