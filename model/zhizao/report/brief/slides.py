"""A brief as slides of PowerPoint: the answer, what the policy changes, a chart each, and the limits."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import Any

from zhizao.report.brief.content import Brief, Picture
from zhizao.report.brief.words import plain, say
from zhizao.report.page_tables import Table
from zhizao.words.tables import fact_of

__all__ = ["slides"]

_BLUE, _GREY, _PALE = "00558A", "595959", "E8F1F7"
_WIDE, _HIGH, _EDGE = 33.87, 19.05, 1.2
_FOOT = 17.7
"""Where the foot of a slide begins, cm from the top."""
_POINT = 2.54 / 72.0
"""A point of print, cm."""
_BLANK = 6
_MOST_LINES = 10
"""Lines of a table that a slide has room for."""


def slides(brief: Brief) -> bytes:
    """Return a brief as the bytes of a .pptx file."""
    from pptx import Presentation  # here, because it may not be installed
    from pptx.util import Cm

    show = Presentation()
    show.slide_width, show.slide_height = Cm(_WIDE), Cm(_HIGH)
    made = show.core_properties
    made.author, made.language = "zhizao", brief.language
    made.title, made.subject = plain(brief.title), plain(brief.about)
    made.created = made.modified = datetime.datetime(2000, 1, 1)
    made.last_modified_by = "zhizao"
    below = _answer(_Slide(show, brief, brief.title))
    if below:
        slide = _Slide(show, brief, say("answer", brief.language))
        slide.text(below, (_EDGE, 3.0, _WIDE - 2 * _EDGE, 14.0), size=16.0)
    if brief.changes.rows or brief.changes_note:
        _changes(_Slide(show, brief, brief.changes_title))
    for picture in (brief.road, brief.apart, brief.money):
        if picture is not None:
            _Slide(show, brief, picture.found).picture(picture, (_EDGE, 2.9, _WIDE - 2 * _EDGE, 14.6))
    _limits(_Slide(show, brief, say("brief limits", brief.language)))
    content = io.BytesIO()
    show.save(content)
    return content.getvalue()


def _answer(slide: _Slide) -> Sequence[str]:
    """Put the answer and its numbers in place; return the remarks if there is no room for them below."""
    brief, width = slide.brief, _WIDE - 2 * _EDGE
    high = _tall([brief.headline.line], width, 17.0)
    slide.text([brief.headline.line], (_EDGE, 2.7, width, high), size=17.0, bold=True, colour=_BLUE)
    widths = (12.0, 3.6, 7.4, 8.4) if len(brief.numbers.headers) > 3 else (17.0, 5.0, 9.4)
    top = 2.9 + high
    rows = [brief.numbers.headers, *brief.numbers.rows]
    slide.table(brief.numbers, (_EDGE, top), widths, size=11.0)
    top += 0.3 + sum(_row_height(row, widths, 11.0) for row in rows)
    if top + _tall(brief.headline.remarks, width, 12.0) > _FOOT:
        return brief.headline.remarks
    slide.text(brief.headline.remarks, (_EDGE, top, width, _FOOT - top), size=12.0)
    return ()


def _tall(lines: Sequence[str], width: float, size: float) -> float:
    """Return how high lines of text are at most, cm: with the widest of usual letters, and hanzi twice as wide."""
    letter = 0.6 * size * _POINT
    most = max(1, int((width - 0.6) / letter))
    counts = (-(-sum(2 if ord(sign) > 0x2E80 else 1 for sign in text) // most) or 1 for text in lines)
    return sum(1.25 * size * _POINT * count + size * _POINT / 3.0 for count in counts)


def _row_height(cells: Sequence[str], widths: Sequence[float], size: float) -> float:
    """Return how high a row of a table is at most, cm."""
    return max(_tall([text], width, size) for text, width in zip(cells, widths, strict=True))


def _changes(slide: _Slide) -> None:
    brief = slide.brief
    rows = brief.changes.rows[:_MOST_LINES]
    if rows:
        cut = Table(caption="", headers=brief.changes.headers, rows=rows, words=brief.changes.words)
        slide.table(cut, (_EDGE, 2.9), (8.2, 6.4, 4.4, 12.4), size=11.0)
    more = len(brief.changes.rows) - len(rows)
    note = brief.changes_note
    if more and not note:
        note = say("brief more changes", brief.language, count=more)
    slide.text([note] if note else [], (_EDGE, 16.7, _WIDE - 2 * _EDGE, 1.0), size=10.0, colour=_GREY)


def _limits(slide: _Slide) -> None:
    brief = slide.brief
    lines = [*([brief.evidence] if brief.evidence else []), *brief.limits]
    slide.text(lines, (_EDGE, 3.0, _WIDE - 2 * _EDGE, 12.5), size=14.0, bullets=True)
    slide.text([brief.source], (_EDGE, 16.2, _WIDE - 2 * _EDGE, 1.4), size=9.0, colour=_GREY)


class _Slide:
    """One slide: a title, a foot with the policy, and what is put between. Places and sizes are in cm."""

    def __init__(self, show: Any, brief: Brief, title: str) -> None:
        self.brief = brief
        self.slide = show.slides.add_slide(show.slide_layouts[_BLANK - 1])  # the layout that has a title alone
        self.fonts = fact_of(brief.language, "fonts of papers")
        from pptx.util import Cm

        shape = self.slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = Cm(_EDGE), Cm(0.7), Cm(_WIDE - 2 * _EDGE), Cm(2.0)
        size = 26.0 if _tall([title], _WIDE - 2 * _EDGE, 26.0) < 2.0 else 20.0
        self._write(shape.text_frame, [title], size=size, bold=True, colour=_BLUE, face=1)
        number = len(show.slides)
        foot = " · ".join(text for text in (brief.about, brief.made, str(number)) if text)
        self.text([foot], (_EDGE, 17.8, _WIDE - 2 * _EDGE, 0.9), size=9.0, colour=_GREY)

    def text(self, lines: Sequence[str], place: tuple[float, float, float, float], **looks: Any) -> None:
        """Put lines of text into a box."""
        from pptx.util import Cm

        if lines:
            box = self.slide.shapes.add_textbox(*(Cm(value) for value in place))
            self._write(box.text_frame, lines, **looks)

    def table(self, table: Table, place: tuple[float, float], widths: Sequence[float], *, size: float) -> None:
        """Put a table in place, its headers shaded."""
        from pptx.dml.color import RGBColor
        from pptx.util import Cm

        heights = [_row_height(row, widths, size) for row in (table.headers, *table.rows)]
        shape = self.slide.shapes.add_table(
            len(table.rows) + 1, len(table.headers), Cm(place[0]), Cm(place[1]), Cm(sum(widths)), Cm(sum(heights))
        )
        made = shape.table
        for column, width in enumerate(widths):
            made.columns[column].width = Cm(width)
        for row, cells in enumerate((table.headers, *table.rows)):
            made.rows[row].height = Cm(heights[row])
            for column, text in enumerate(cells):
                cell = made.cell(row, column)
                cell.margin_top = cell.margin_bottom = Cm(0.05)
                cell.fill.solid()
                cell.fill.fore_color.rgb = RGBColor.from_string(_PALE if row == 0 else "FFFFFF")
                self._write(cell.text_frame, [text], size=size, bold=row == 0 or column == 0, colour="1A1A1A")

    def picture(self, picture: Picture, place: tuple[float, float, float, float]) -> None:
        """Put a picture into a box, as large as it has room there."""
        from pptx.util import Cm

        left, top, width, height = place
        shape = self.slide.shapes.add_picture(io.BytesIO(picture.png), Cm(left), Cm(top))
        scale = min(Cm(width) / shape.width, Cm(height) / shape.height)
        shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
        shape._element.nvPicPr.cNvPr.set("descr", picture.description)

    def _write(
        self,
        frame: Any,
        lines: Sequence[str],
        *,
        size: float,
        bold: bool = False,
        colour: str = "1A1A1A",
        face: int = 0,
        bullets: bool = False,
    ) -> None:
        from pptx.dml.color import RGBColor
        from pptx.oxml.ns import qn
        from pptx.util import Pt

        frame.word_wrap = True
        for number, text in enumerate(lines):
            line = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            line.space_after = Pt(size / 3.0 if len(lines) > 1 else 0.0)
            run = line.add_run()
            run.text = plain(f"• {text}" if bullets else text)
            run.font.size, run.font.bold, run.font.name = Pt(size), bold, self.fonts[face][0]
            run.font.color.rgb = RGBColor.from_string(colour)
            marks = run._r.get_or_add_rPr()
            east = marks.makeelement(qn("a:ea"), {"typeface": self.fonts[face][1]})
            marks.append(east)
