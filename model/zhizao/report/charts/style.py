"""The look that all charts share: one style sheet, one font for both languages, and a frame around every chart.

Matplotlib is heavy and may not be installed, so it is loaded when the first chart is drawn.
"""

from __future__ import annotations

import importlib.util
import io
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.errors import InputError
from zhizao.files import writable_file
from zhizao.report.charts.words import Say
from zhizao.report.palette import GREY
from zhizao.storage.whole import write_output
from zhizao.words.tables import LANGUAGES, Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ft2font import FT2Font

__all__ = [
    "WIDTH",
    "checked_file",
    "dated",
    "fan",
    "figure_bytes",
    "frame",
    "new_figure",
    "row_height",
    "row_labels",
    "save_figure",
    "styled",
    "untitled",
    "width_of",
    "wrapped",
]

WIDTH = 8.0
"""Width of every chart, inches."""
SUFFIXES = (".png", ".svg", ".pdf")
_NO_MATPLOTLIB = "charts need matplotlib; install it with: pip install matplotlib"
_HERE = Path(__file__).parent
_FONT = _HERE / "ZhizaoSansSC-Regular.otf"
_FAMILY = "Zhizao Sans SC"
_MARGIN = 0.1
_TITLE, _NOTE, _KEY, _ROW, _SOURCE = 12.0, 8.5, 8.0, 8.0, 7.0
_LEADING = 1.35
_USUAL_LETTER = 0.6
"""Width of a letter that the font does not have, in widths of a hanzi."""
_UNITS, _JOINED = "亿万千元个家年月日次级", ("亿元", "万元")
"""Hanzi before which no line is broken: units behind a number, and those of money."""
_MEASURED, _FIXED_POINT = 1000.0, 2.0**16
"""Points in which letters are measured, and parts of a point in which FreeType gives their unhinted width."""


_DATED: ContextVar[str] = ContextVar("dated", default="")


@contextmanager
def dated(text: str) -> Iterator[None]:
    """Put a text, such as a policy and a day, behind the source of every chart that is drawn within."""
    token = _DATED.set(text)
    try:
        yield
    finally:
        _DATED.reset(token)


_UNTITLED: ContextVar[bool] = ContextVar("untitled", default=False)


@contextmanager
def untitled() -> Iterator[None]:
    """Leave the title of every chart that is drawn within to what is around it, where it is text."""
    token = _UNTITLED.set(True)
    try:
        yield
    finally:
        _UNTITLED.reset(token)


@contextmanager
def styled(language: Language) -> Iterator[Say]:
    """Draw in the shared style, and hand out the words of a language; English where there is no Chinese font.

    Raises
    ------
    InputError
        If matplotlib is not installed, or the language is not one of `LANGUAGES`.
    """
    try:
        import matplotlib as mpl  # here, because it is heavy and may not be installed
    except ImportError:
        raise InputError(_NO_MATPLOTLIB) from None
    if language not in LANGUAGES:
        raise InputError(f"language is {language!r}; use {' or '.join(map(repr, LANGUAGES))}")
    families = [_FAMILY, "DejaVu Sans"] if _font_is_known() else ["DejaVu Sans"]
    with mpl.rc_context():
        # from matplotlib's own values, so that nobody's matplotlibrc changes a chart
        mpl.rcParams.update({name: mpl.rcParamsDefault[name] for name in mpl.rcParamsDefault if name != "backend"})
        mpl.rcParams.update(mpl.rc_params_from_file(_HERE / "zhizao.mplstyle", use_default_template=False))
        mpl.rcParams["font.family"] = families
        yield Say(language if len(families) == 2 else "en")


def _font_is_known() -> bool:
    """Whether matplotlib knows the shipped font; it is registered if need be."""
    from matplotlib import font_manager

    if not _FONT.is_file():
        return False
    if all(entry.name != _FAMILY for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(_FONT)
    return True


def new_figure(height: float) -> Figure:
    """Return an empty figure of the shared width.

    Parameters
    ----------
    height
        Height in inches.
    """
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height), layout="constrained")


def frame(figure: Figure, *, title: str, source: str, note: str = "", key: Sequence[Axes] = ()) -> Figure:
    """Put title, note and key above a chart and its source below, lay it out, and return it.

    Lines too long for the figure are broken. What is between is left to matplotlib's constrained layout.

    Parameters
    ----------
    title
        What the chart shows.
    note
        How it is to be read.
    source
        Where its numbers come from.
    key
        Axes whose labelled lines and bars are explained above the whole chart, if any.
    """
    width, height = figure.get_size_inches()
    room = width - 2 * _MARGIN
    top = height - _MARGIN
    title = "" if _UNTITLED.get() else title
    for text, size, colour in ((title, _TITLE, "black"), (note, _NOTE, GREY)):
        lines = wrapped(text, room, size)
        if text:
            figure.text(_MARGIN / width, top / height, lines, size=size, color=colour, va="top", linespacing=1.2)
            top -= _tall(lines, size)
    if any(axes.get_legend_handles_labels()[1] for axes in key):
        top -= _draw_key(figure, key, top)
    lines = wrapped(f"{source} {_DATED.get()}".strip(), room, _SOURCE)
    figure.text(_MARGIN / width, _MARGIN / height, lines, size=_SOURCE, color=GREY, va="bottom", linespacing=1.2)
    bottom = _MARGIN + _tall(lines, _SOURCE)
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0.0, bottom / height, 1.0, (top - bottom) / height), w_pad=0.08, h_pad=0.08)
    figure.draw_without_rendering()  # ticks made later would not be in the style
    return figure


def _draw_key(figure: Figure, key: Sequence[Axes], top: float) -> float:
    """Explain the signs of some axes in rows across the figure; return the height of that in inches."""
    found = [axes.get_legend_handles_labels() for axes in key]
    handles = [handle for pair in found for handle in pair[0]]
    labels = [label for pair in found for label in pair[1]]
    width, height = figure.get_size_inches()
    widest = (max(_ems(label) for label in labels) + 4.0) * _KEY / 72.0
    columns = max(1, min(len(labels), int((width - 2 * _MARGIN) / widest)))
    rows = -(-len(labels) // columns)
    figure.legend(
        handles,
        labels,
        loc="upper left",
        bbox_to_anchor=(_MARGIN / width, top / height),
        ncols=columns,
        borderaxespad=0.0,
        borderpad=0.1,
        fontsize=_KEY,
        handlelength=1.6,
        columnspacing=1.2,
    ).set_in_layout(False)
    return rows * _KEY * 1.6 / 72.0 + 0.05


def _tall(lines: str, size: float) -> float:
    """Return the height of lines in inches, with a little room."""
    return (lines.count("\n") + 1) * size * _LEADING / 72.0 + 0.05


def wrapped(text: str, room: float, size: float) -> str:
    """Break text into lines: between words, and between hanzi except before a sign that closes.

    Parameters
    ----------
    room
        Width in inches.
    size
        Size of the letters in points.
    """
    lines = [""]
    for piece in _pieces(_narrow_quotes(text)):
        if _ems(lines[-1] + piece.rstrip()) * size / 72.0 > room and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)


def _narrow_quotes(text: str) -> str:
    """Return a text without hanzi with straight quotation marks: the font has the others as wide as a hanzi."""
    return text if any(map(_is_wide, text)) else text.replace("“", '"').replace("”", '"')


def _pieces(text: str) -> list[str]:
    """Cut text where a line may be broken."""
    pieces = [""]
    for sign in text:
        before = pieces[-1][-1:]
        wide = _is_wide(sign) or _is_wide(before)
        closing = unicodedata.category(sign) in ("Po", "Pe", "Pf")
        opening = before != "" and unicodedata.category(before) in ("Ps", "Pi")
        counted = (before.isdecimal() and sign in _UNITS) or before + sign in _JOINED
        if (before == " " and sign != " ") or (wide and not closing and not opening and not counted):
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _is_wide(sign: str) -> bool:
    return sign != "" and unicodedata.east_asian_width(sign) in "WF"


def width_of(text: str, size: float) -> float:
    """Return how wide the longest line of a text is, in points of print."""
    return size * max(map(_ems, text.split("\n")))


def _ems(text: str) -> float:
    """Return how wide text is in the font of the charts, in widths of a hanzi."""
    return sum(_advance(sign, _FONT) for sign in text)


@cache
def _advance(sign: str, file: Path) -> float:
    """Return the width of a sign in a font, or about its width where that does not have it."""
    font = _measured_font(file)
    if font is None or not font.get_char_index(ord(sign)):
        return 1.0 if _is_wide(sign) else _USUAL_LETTER
    return font.load_char(ord(sign)).linearHoriAdvance / (_FIXED_POINT * _MEASURED)


@cache
def _measured_font(file: Path) -> FT2Font | None:
    if not file.is_file():
        return None
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(file))
    font.set_size(_MEASURED, 72.0)
    return font


def row_labels(axes: Axes, labels: Sequence[str], room: float) -> None:
    """Name the rows of a chart from the top down, long names in two lines.

    Parameters
    ----------
    room
        Width for the names in inches.
    """
    texts = [wrapped(label, room, _ROW) for label in labels]
    axes.set_yticks(np.arange(len(labels)), texts, fontsize=_ROW)
    for label in axes.get_yticklabels():
        label.set_linespacing(1.05)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)


def row_height(labels: Sequence[str], room: float, least: float) -> float:
    """Return how high the rows of a chart are in inches, so that names of several lines have room; at least `least`."""
    lines = max((wrapped(label, room, _ROW).count("\n") + 1 for label in labels), default=1)
    return max(least, lines * _ROW * 1.2 / 72.0)


def fan(axes: Axes, x: FloatArray, values: FloatArray, *, colour: str, label: str, style: str = "-") -> None:
    """Draw the median over the first axis of `values` and the band that holds 90 % of it."""
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), axis=0)
    axes.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(x, middle, color=colour, label=label, linestyle=style)


def save_figure(figure: Figure, path: str | Path, *, dots: float = 200.0) -> Path:
    """Write a chart into a PNG, SVG or PDF file; the same chart gives the same bytes.

    Parameters
    ----------
    figure
        The chart.
    path
        The file; its folder exists.
    dots
        Dots per inch of a PNG file.

    Raises
    ------
    InputError
        If the file's ending is none of these, its folder does not exist, or it cannot be written.
    """
    file = checked_file(path)
    return write_output(file, figure_bytes(figure, file.suffix.lower(), dots=dots))


def figure_bytes(figure: Figure, suffix: str, *, dots: float = 200.0) -> bytes:
    """Return a chart as the bytes of a file with this ending; the same chart gives the same bytes."""
    dates: dict[str, dict[str, Any]] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    content = io.BytesIO()
    with styled("en"):  # names within an SVG file are made from a salt of the style
        figure.savefig(content, format=suffix.removeprefix("."), dpi=dots, metadata=dates.get(suffix))
    return content.getvalue()


def checked_file(path: str | Path) -> Path:
    """Return the file that a chart is to be saved in, or say what is in the way: of it, or of drawing at all."""
    if importlib.util.find_spec("matplotlib") is None:
        raise InputError(_NO_MATPLOTLIB)
    return writable_file(path, SUFFIXES, "a chart")
