"""A brief as pages of Word."""

from __future__ import annotations

import datetime
import io
from typing import Any

from zhizao.report.brief.content import Brief, Picture
from zhizao.report.brief.words import plain, say
from zhizao.report.page_tables import Table
from zhizao.words.tables import fact_of

__all__ = ["document"]

_BLUE, _GREY, _PALE = "00558A", "595959", "E8F1F7"
_WIDTH = 17.0
"""Width of the text on a page of A4, cm."""
_PICTURE = 16.0


def document(brief: Brief) -> bytes:
    """Return a brief as the bytes of a .docx file."""
    from docx import Document  # here, because it may not be installed
    from docx.shared import Cm

    pages = Document()
    section = pages.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21.0 - _WIDTH) / 2.0)
    section.top_margin = section.bottom_margin = Cm(1.8)
    _set_styles(pages, brief)
    _set_properties(pages, brief)
    _number_pages(section, brief)
    _line(pages, brief.title, style="Title")
    _line(pages, brief.about, bold=True)
    if brief.made:
        _line(pages, brief.made, size=9.0, colour=_GREY)
    _first_page(pages, brief)
    if brief.changes.rows or brief.changes_note:
        _heading(pages, brief.changes_title)
    if brief.changes.rows:
        _table(pages, brief.changes, (4.4, 3.2, 2.4, 7.0))
    if brief.changes_note:
        _line(pages, brief.changes_note, size=9.0, colour=_GREY)
    if brief.others is not None and brief.apart is not None:
        _heading(pages, say("brief others", brief.language))
        _table(pages, brief.others, (3.2, *((_WIDTH - 3.2) / (len(brief.others.headers) - 1),) * 7), size=8.0)
        _picture(pages, brief.apart)
    _heading(pages, say("brief money", brief.language))
    _picture(pages, brief.money)
    _heading(pages, say("brief limits", brief.language))
    for text in (*((brief.evidence,) if brief.evidence else ()), *brief.limits):
        _line(pages, text, style="List Bullet")
    _line(pages, brief.source, size=8.0, colour=_GREY)
    content = io.BytesIO()
    pages.save(content)
    return content.getvalue()


def _first_page(pages: Any, brief: Brief) -> None:
    """Put the answer, its numbers, the remarks and the road to the plan in place."""
    _line(pages, brief.headline.line, size=12.0, bold=True, colour=_BLUE)
    _table(pages, brief.numbers, (5.9, 2.3, 4.0, 4.8) if len(brief.numbers.headers) > 3 else (8.2, 2.8, 6.0))
    for remark in brief.headline.remarks:
        _line(pages, remark, style="List Bullet")
    _picture(pages, brief.road)


def _set_styles(pages: Any, brief: Brief) -> None:
    """Set letters of both scripts: headings in a face without serifs, as papers of offices have them."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    text, heading = fact_of(brief.language, "fonts of papers")
    for name, size, latin in (
        ("Normal", 10.5, text),
        ("Title", 17.0, heading),
        ("Heading 1", 13.0, heading),
        ("List Bullet", 10.5, text),
    ):
        style = pages.styles[name]
        style.font.size, style.font.name = Pt(size), latin[0]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[key]
        fonts.set(qn("w:eastAsia"), latin[1])
        fonts.set(qn("w:hAnsi"), latin[0])
        style.paragraph_format.space_after = Pt(4.0 if name != "Title" else 6.0)
        if name != "Normal" and name != "List Bullet":
            style.font.color.rgb = RGBColor.from_string(_BLUE)
            style.font.bold = True
    pages.styles["Heading 1"].paragraph_format.space_before = Pt(12.0)


def _set_properties(pages: Any, brief: Brief) -> None:
    made = pages.core_properties
    made.author, made.language = "zhizao", brief.language
    made.title, made.comments = plain(brief.title), plain(brief.about)
    made.created = made.modified = datetime.datetime(2000, 1, 1)


def _number_pages(section: Any, brief: Brief) -> None:
    """Put the policy, the day and the number of the page at the foot."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    line = section.footer.paragraphs[0]
    foot = " · ".join(plain(text) for text in (brief.about, brief.made) if text)
    line.add_run(f"{foot} · ").font.size = Pt(8.0)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = line.add_run()
        run.font.size = Pt(8.0)
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)


def _heading(pages: Any, text: str) -> None:
    pages.add_heading(plain(text), level=1)


def _line(
    pages: Any, text: str, *, style: str | None = None, size: float = 0.0, bold: bool = False, colour: str = ""
) -> None:
    from docx.shared import Pt, RGBColor

    run = pages.add_paragraph(style=style).add_run(plain(text))
    if size:
        run.font.size = Pt(size)
    if bold:
        run.bold = True
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)


def _table(pages: Any, table: Table, widths: tuple[float, ...], *, size: float = 9.0) -> None:
    """Put a table in place, its headers shaded and repeated on every page, no row broken."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    made = pages.add_table(rows=0, cols=len(table.headers))
    made.style, made.autofit = "Table Grid", False
    for column, width in zip(made.columns, widths, strict=False):
        column.width = Cm(width)
    for place, cells in enumerate((table.headers, *table.rows)):
        row = made.add_row()
        marks = row._tr.get_or_add_trPr()
        marks.append(OxmlElement("w:cantSplit"))
        if place == 0:
            marks.append(OxmlElement("w:tblHeader"))
        for column, text in enumerate(cells):
            cell = row.cells[column]
            cell.width = Cm(widths[column])
            line = cell.paragraphs[0]
            line.paragraph_format.space_after = Pt(0.0)
            if column not in table.words:
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run = line.add_run(plain(text))
            run.font.size = Pt(size)
            run.bold = place == 0 or column == 0
            if place == 0:
                shade = OxmlElement("w:shd")
                shade.set(qn("w:val"), "clear")
                shade.set(qn("w:fill"), _PALE)
                cell._tc.get_or_add_tcPr().append(shade)
    pages.add_paragraph().paragraph_format.space_after = Pt(2.0)


def _picture(pages: Any, picture: Picture) -> None:
    from docx.shared import Cm

    _line(pages, picture.found, size=11.0, bold=True)
    pages.paragraphs[-1].paragraph_format.keep_with_next = True
    shape = pages.add_picture(io.BytesIO(picture.png), width=Cm(_PICTURE))
    shape._inline.docPr.set("descr", picture.description)
