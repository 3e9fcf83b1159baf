"""The brief: the numbers of the comparison in Word and PowerPoint, small, dated, and the same bytes each time."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from zhizao.commands import cli
from zhizao.errors import InputError
from zhizao.report.brief import ENDINGS, Brief, brief_bytes, brief_of, checked_brief
from zhizao.report.brief.words import plain
from zhizao.report.changes import changes_in_words
from zhizao.report.headline import headline
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import LANGUAGES, Language

LARGEST = 2_000_000
HARM = "=cmd|' /C calc'!A0 <w:p/> \x07 ${x}"

needs_office = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("docx", "pptx")), reason="needs the extra brief"
)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(["baseline", "services-surge", "no-programme"], draws=4, n_firms=60)


@pytest.fixture(scope="module")
def briefs(comparison: Comparison) -> dict[Language, Brief]:
    return {
        language: brief_of(comparison, [], language, "zhizao brief x.docx", policy="services-surge", made="2026-11-30")
        for language in LANGUAGES
    }


def texts(content: bytes, ending: str) -> str:
    """All that stands in a brief, as its own library reads it."""
    if ending == ".docx":
        from docx import Document

        pages = Document(io.BytesIO(content))
        cells = [cell.text for table in pages.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(line.text for line in pages.paragraphs), *cells])
    from pptx import Presentation

    found: list[str] = []
    for slide in Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


@needs_office
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_holds_the_numbers_of_the_comparison(
    comparison: Comparison, briefs: dict[Language, Brief], language: Language, ending: str
) -> None:
    content = brief_bytes(briefs[language], ending)
    assert len(content) < LARGEST
    assert content == brief_bytes(briefs[language], ending)
    shown = texts(content, ending)
    said = headline(comparison, language, "services-surge")
    assert plain(said.line) in shown
    for card in said.cards:
        assert plain(card.value) in shown
        assert plain(card.change) in shown
    first = comparison.first.scenario
    for change in changes_in_words(comparison.compared[1].scenario, first, language, "2025-12"):
        assert change.lever in shown
        assert f"{change.before} → {change.after}" in shown
    assert "2026-11-30" in shown
    assert "zhizao brief x.docx" in shown


@needs_office
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_picture_has_words_and_no_part_a_day_of_its_own(briefs: dict[Language, Brief], ending: str) -> None:
    with zipfile.ZipFile(io.BytesIO(brief_bytes(briefs["en"], ending))) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        text = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    pictures = text.count("<pic:pic") if ending == ".docx" else text.count("<p:pic>")
    assert pictures == 3
    assert text.count('descr="') >= pictures


@needs_office
def test_text_from_files_stays_text(comparison: Comparison, briefs: dict[Language, Brief]) -> None:
    import dataclasses

    harmful = dataclasses.replace(briefs["en"], about=HARM, changes_title=HARM)
    for ending in ENDINGS:
        assert plain(HARM) in texts(brief_bytes(harmful, ending), ending)


@needs_office
def test_the_command_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "monday.docx"
    given = [str(file), "baseline", "services-surge", "--draws", "2", "--n-firms", "40", "--lang", "zh", "--quiet"]
    done = CliRunner().invoke(cli.program, ["brief", *given])
    assert done.exit_code == 0, done.output
    shown = texts(file.read_bytes(), ".docx")
    assert "服务全面提升" in shown
    assert f"zhizao brief {file} baseline services-surge" in shown


def test_what_cannot_be_a_brief_is_refused_before_anything_is_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ending"):
        checked_brief(tmp_path / "brief.pdf")


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"pip install 'zhizao\[brief\]'"):
        checked_brief(tmp_path / "brief.docx")


def test_nothing_of_an_office_is_loaded_before_it_is_needed() -> None:
    script = "import sys, zhizao.commands.brief; print('docx' in sys.modules, 'pptx' in sys.modules)"
    done: Any = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
