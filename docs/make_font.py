"""Cut the Chinese font that the charts use out of Noto Sans CJK.

Run: ``apt-get install fonts-noto-cjk && pip install fonttools && python docs/make_font.py``. It keeps the 6763 hanzi
of GB 2312, ASCII and the signs that charts use, without hints and layout tables, and gives the cut its own name, so
that it is never taken for the whole font. The same source gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FACE = "Noto Sans CJK SC"
LICENCE = Path("/usr/share/doc/fonts-noto-cjk/copyright")
HERE = Path(__file__).resolve().parent.parent / "model" / "zhizao" / "report" / "charts"
TARGET = HERE / "ZhizaoSansSC-Regular.otf"
FAMILY = "Zhizao Sans SC"
LATIN = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0°±²³·×÷éü–—‘’“”…‰→←↑↓−≈≠≤≥ηλμσΔΣαβγ✓①②③④⑤⑥⑦⑧⑨⑩"
ROWS = (*range(0xA1, 0xA4), *range(0xB0, 0xF8))
"""Rows of GB 2312: signs, full-width forms, and the two planes of hanzi."""


def characters() -> str:
    """Return every character that is kept."""
    found = set(LATIN)
    for row in ROWS:
        for place in range(0xA1, 0xFF):
            found.update(bytes((row, place)).decode("gb2312", errors="ignore"))
    return "".join(sorted(found))


def face(source: Path) -> TTFont:
    """Return the simplified Chinese face of the collection."""
    for number in range(64):
        font = TTFont(source, fontNumber=number, recalcTimestamp=False)
        if font["name"].getDebugName(1) == FACE:
            return font
    raise SystemExit(f"{source}: has no face '{FACE}'")


def rename(font: TTFont) -> None:
    """Give the cut its own name; copyright and licence stay."""
    names = {1: FAMILY, 2: "Regular", 3: f"{FAMILY} Regular", 4: FAMILY, 6: "ZhizaoSansSC-Regular"}
    table = font["name"]
    for record in list(table.names):
        if record.nameID in names or record.nameID in (16, 17) or record.langID != 0x409:
            table.removeNames(record.nameID, record.platformID, record.platEncID, record.langID)
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [names[6]]
    top.topDictIndex[0].FamilyName, top.topDictIndex[0].FullName = FAMILY, FAMILY


def licence(font: TTFont) -> str:
    """Return copyright and licence, as they come with the font."""
    whole = LICENCE.read_text(encoding="utf-8").split("License: SIL-1.1\n")[-1].split("\nLicense:")[0]
    lines = ["" if line == " ." else line.removeprefix(" ") for line in whole.splitlines()]
    names = [font["name"].getDebugName(number) for number in (0, 7)]
    cut = f"{FAMILY} is a cut of {FACE} (docs/make_font.py)."
    return "\n".join([*names, cut, "", *lines]).rstrip() + "\n"


def main() -> None:
    """Cut and write the font, and its licence beside it."""
    if not SOURCE.is_file():
        raise SystemExit(f"{SOURCE} does not exist; run: apt-get install fonts-noto-cjk")
    font = face(SOURCE)
    options = subset.Options(
        hinting=False,
        layout_features=[],
        name_IDs=["*"],
        name_languages=["*"],
        notdef_outline=True,
        drop_tables=[*subset.Options().drop_tables, "GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "VDMX"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters())
    cutter.subset(font)
    rename(font)
    font.save(TARGET)
    (HERE / "OFL.txt").write_text(licence(font), encoding="utf-8")
    missing = sorted(set(characters()) - set(map(chr, font.getBestCmap())))
    size = TARGET.stat().st_size
    sys.stdout.write(
        f"{TARGET.name}: {size / 1e6:.2f} MB, {len(font.getBestCmap())} characters; not in it: {missing}\n"
    )


if __name__ == "__main__":
    main()
