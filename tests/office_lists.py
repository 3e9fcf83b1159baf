"""Lists of firms as offices keep them, all made from one list of 60 firms whose numbers are known.

They were written from the user's side, without a look at the reader. Each says what a careful person would do with it:

read       the same firms and the same numbers come out
refused    it is refused, in a few lines
either     it is refused, or the same numbers come out, or it is read and a note says what was made of it
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl

__all__ = ["FIRMS", "LISTS", "OfficeList"]

Firm = dict[str, Any]
Cells = list[list[Any]]

INDUSTRIES = (
    ("汽车零部件及配件制造", "C3670", "vehicles"),
    ("汽车整车制造", "C3611", "vehicles"),
    ("计算机制造", "C3911", "electronics"),
    ("通信设备制造", "C3921", "electronics"),
    ("通用设备制造业", "C34", "equipment"),
    ("专用设备制造业", "C35", "equipment"),
    ("食品制造业", "C14", "consumer_goods"),
    ("软件和信息技术服务业", "I65", "software"),
    ("化学纤维制造业", "C28", "materials"),
    ("电池制造", "C3841", "new_energy"),
    ("显示器件制造", "C3974", "display"),
)
DIVISIONS = {
    "vehicles": "36汽车制造业",
    "electronics": "39计算机、通信和其他电子设备制造业",
    "equipment": "34通用设备制造业",
    "consumer_goods": "14食品制造业",
    "software": "65软件和信息技术服务业",
    "materials": "28化学纤维制造业",
    "new_energy": "38电气机械和器材制造业",
    "display": "39计算机、通信和其他电子设备制造业",
}
PARKS = ("空港工业园区", "前沿科技城", "创新经济走廊")
MISSING = ("/", "无", "暂无", "-", "——", "N/A", "不详", "—", "null", "空")
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _credit_code(chance: random.Random) -> str:
    """A code of 18 signs with its check sign (GB 32100-2015)."""
    body = "91500112MA" + "".join(chance.choice(_SIGNS) for _ in range(7))
    total = sum(_SIGNS.index(sign) * pow(3, index, 31) for index, sign in enumerate(body))
    return body + _SIGNS[(31 - total % 31) % 31]


def _firms() -> list[Firm]:
    chance = random.Random(7)
    firms = []
    for number in range(60):
        staff = int(20 * 2.71828 ** (chance.random() * 3.2))
        industry, code, sector = INDUSTRIES[number % len(INDUSTRIES)]
        firms.append(
            {
                "number": number + 1,
                "id": _credit_code(chance),
                "name": f"重庆{chance.choice('华荣盛达瑞通鑫宏')}{chance.choice('精科智联创汇')}{number}有限公司",
                "industry": industry,
                "code": code,
                "sector": sector,
                "staff": staff,
                "wanyuan": round(max(2000.0, staff * chance.uniform(60, 220)), 1),
                "park": PARKS[number % 3],
                "score": round(chance.uniform(8, 52), 1),
            }
        )
    return firms


FIRMS = _firms()
"""The firms as they are; `wanyuan` is their revenue in 10,000 RMB."""
HEADER = ["统一社会信用代码", "行业", "从业人数", "营业收入（万元）", "所在园区", "数字化得分"]
_COLUMNS = ("id", "industry", "staff", "wanyuan", "park", "score")


class OfficeList(NamedTuple):
    """One list: its name with the ending of its file, what to do with it, and how to write it."""

    name: str
    verdict: str
    write: Callable[[Path], None]


LISTS: list[OfficeList] = []


def rows(**other: Callable[[Firm], Any]) -> Cells:
    """A row a firm in the columns of `HEADER`, with other values in some of them."""
    return [[other.get(name, lambda firm, name=name: firm[name])(firm) for name in _COLUMNS] for firm in FIRMS]


def with_unit(header: str) -> list[str]:
    return [*HEADER[:3], header, *HEADER[4:]]


def lines(cells: Iterable[Iterable[Any]], separator: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(cells)
    return text.getvalue()


def text(name: str, verdict: str, content: str, encoding: str = "utf-8-sig") -> None:
    LISTS.append(OfficeList(f"{name}.csv", verdict, lambda file: file.write_bytes(content.encode(encoding)) and None))


def sheet(
    name: str,
    verdict: str,
    cells: Cells,
    *,
    merged: Iterable[str] = (),
    hidden: Iterable[int] = (),
    change: Callable[[openpyxl.Workbook], None] | None = None,
) -> None:
    def write(file: Path) -> None:
        book = openpyxl.Workbook()
        page = book.active
        page.title = "企业名单"
        for row in cells:
            page.append(row)
        for area in merged:
            page.merge_cells(area)
        for number in hidden:
            page.row_dimensions[number].hidden = True
        if change is not None:
            change(book)
        book.save(file)

    LISTS.append(OfficeList(f"{name}.xlsx", verdict, write))


def _totals() -> list[Any]:
    return [sum(firm["staff"] for firm in FIRMS), sum(firm["wanyuan"] for firm in FIRMS)]


# ------------------------------------------------------------------------------------------- round the table

_named = [[firm[name] for name in ("number", "name", "id", "industry", "staff", "wanyuan", "park")] for firm in FIRMS]
sheet(
    "title, unit, total and signature",
    "read",
    [
        ["某区规模以上工业企业名录"],
        ["填报单位：区经信委", None, None, None, None, "单位：万元、人"],
        ["序号", "企业名称", "统一社会信用代码", "行业", "从业人员平均人数", "营业收入", "所在园区"],
        *_named,
        ["合计", None, None, None, *_totals(), None],
        ["注：数据为年报数"],
        ["填表人：李四", None, None, "审核人：王五"],
    ],
    merged=["A1:G1"],
)
sheet(
    "groups of columns above",
    "read",
    [
        ["基本情况", None, None, "经营情况", None, "其他"],
        ["统一社会信用代码", "行业", "所在园区", "从业人数", "营业收入（万元）", "数字化得分"],
        *[[firm[name] for name in ("id", "industry", "park", "staff", "wanyuan", "score")] for firm in FIRMS],
    ],
    merged=["A1:C1", "D1:E1"],
)
_by_park: Cells = []
_blocks: Cells = []
_merged: Cells = []
_areas: list[str] = []
for _park in PARKS:
    _part = [row for row in rows() if row[4] == _park]
    _by_park += [*_part, [f"{_park}小计", None, sum(row[2] for row in _part), sum(row[3] for row in _part), None, None]]
    _blocks += [*_part, [None] * 6]
    _first = len(_merged) + 2
    _areas.append(f"A{_first}:A{_first + len(_part) - 1}")
    _merged += [[_park if not place else None, *row[:4], row[5]] for place, row in enumerate(_part)]
sheet("subtotals", "read", [HEADER, *_by_park, ["总计", None, *_totals(), None, None]])
sheet("blank rows", "read", [HEADER, *_blocks])
sheet("merged parks", "read", [["所在园区", *HEADER[:4], HEADER[5]], *_merged], merged=_areas)
sheet("count of firms below", "read", [HEADER, *rows(), ["共60家企业"]])
text("total first", "read", lines([HEADER, ["全区合计", "", *_totals(), "", ""], *rows()]))
text("month in a title", "read", "截至2018年1月,,,,,\r\n" + lines([HEADER, *rows()]))
sheet("hidden rows", "either", [HEADER, *rows()], hidden=range(10, 30))


def _instructions(book: openpyxl.Workbook) -> None:
    page = book.create_sheet("填报说明", 0)
    for line in ("填报说明", "1. 请如实填写。", "2. 单位为万元。"):
        page.append([line])


def _second_half(book: openpyxl.Workbook) -> None:
    page = book.create_sheet("空港")
    for row in [HEADER, *rows()[30:]]:
        page.append(row)


sheet("instructions on a first sheet", "read", [HEADER, *rows()], change=_instructions)
sheet("two halves on two sheets", "refused", [HEADER, *rows()[:30]], change=_second_half)

# ------------------------------------------------------------------------------------------- names of columns

text(
    "thousand RMB in GB18030",
    "read",
    lines(
        [
            ["组织机构代码", "行业代码", "全部从业人员年平均人数（人）", "主营业务收入（千元）"],
            *[[firm["id"], firm["code"], firm["staff"], round(firm["wanyuan"] * 10)] for firm in FIRMS],
        ]
    ),
    "gb18030",
)
sheet(
    "marks of what is required",
    "read",
    [
        [
            "*统一社会信用代码",
            "*行业（必填）",
            "从业人数*",
            "营业收入（单位：万元）*",
            "所在园区",
            "数字化得分（选填）",
        ],
        *rows(),
    ],
)
sheet(
    "brackets of both kinds",
    "read",
    [
        ["统一社会信用代码 ", "所属 行业", "从业人员期末人数(人）", "营业收入（万元)", "所在园区", "数字化得分（分）"],
        *rows(),
    ],
)
sheet(
    "line breaks in names",
    "read",
    [["统一社会\n信用代码", "行业", "从业\n人数", "营业收入\n（万元）", "所在\n园区", "数字化\n得分"], *rows()],
)
text("no names over empty columns", "read", lines([[*HEADER, "", ""], *[[*row, "", ""] for row in rows()]]))
text(
    "growth, profit and telephone",
    "read",
    lines(
        [
            [*HEADER[:4], "同比增长（%）", "利润总额（万元）", "联系人", "联系电话", "所在园区"],
            *[[*row[:4], 5.2, 100, "张三", "13800000000", row[4]] for row in rows()],
        ]
    ),
)
text(
    "English",
    "read",
    lines(
        [
            ["id", "sector", "employees", "revenue (10,000 RMB)", "park", "digital score"],
            *[[row[0], firm["sector"], *row[2:]] for row, firm in zip(rows(), FIRMS, strict=True)],
        ]
    ),
)
text(
    "revenue of 2017",
    "read",
    lines([[*HEADER[:3], "营业收入（2017年，万元）", "所在园区"], *[row[:5] for row in rows()]]),
)
text(
    "revenue of 2023",
    "refused",
    lines([[*HEADER[:3], "营业收入（2023年，万元）", "所在园区"], *[row[:5] for row in rows()]]),
)
sheet(
    "two years",
    "either",
    [
        [*HEADER[:3], "2016年营业收入（万元）", "2017年营业收入（万元）", "所在园区"],
        *[[*row[:3], round(row[3] * 0.8, 1), row[3], row[4]] for row in rows()],
    ],
)

# ------------------------------------------------------------------------------------------------------ units

text("RMB", "read", lines([with_unit("营业收入（元）"), *rows(wanyuan=lambda firm: round(firm["wanyuan"] * 1e4))]))
for _name, _factor in (("RMB", 1e4), ("thousand RMB", 10.0), ("10,000 RMB", 1.0)):
    text(
        f"{_name} without a word",
        "refused",
        lines([with_unit("营业收入"), *rows(wanyuan=lambda firm, by=_factor: round(firm["wanyuan"] * by, 1))]),
    )
text(
    "million RMB without a word",
    "either",
    lines([with_unit("营业收入"), *rows(wanyuan=lambda firm: round(firm["wanyuan"] / 100, 4))]),
)
text("100 million RMB, wrongly", "refused", lines([with_unit("营业收入（亿元）"), *rows()]))
text("RMB, wrongly", "refused", lines([with_unit("营业收入（元）"), *rows()]))
text(
    "units in cells",
    "read",
    lines(
        [
            with_unit("营业收入"),
            *rows(
                staff=lambda firm: f"{firm['staff']:,}人",
                wanyuan=lambda firm: f"{firm['wanyuan']:,.1f}万元",
                score=lambda firm: f"{firm['score']}分",
            ),
        ]
    ),
)
text(
    "two units in cells",
    "either",
    lines(
        [
            with_unit("营业收入"),
            *rows(
                wanyuan=lambda firm: (
                    f"{firm['wanyuan']}万元" if firm["number"] % 2 else f"{firm['wanyuan'] / 1e4:.5f}亿元"
                )
            ),
        ]
    ),
)


def _format_yi(book: openpyxl.Workbook) -> None:
    for row in range(2, 62):
        book.active.cell(row, 4).number_format = '0.0000"亿元"'


sheet(
    "unit in the format of cells",
    "read",
    [with_unit("营业收入"), *rows(wanyuan=lambda firm: round(firm["wanyuan"] / 1e4, 5))],
    change=_format_yi,
)
text(
    "10,000 persons",
    "either",
    lines([[*HEADER[:2], "从业人数（万人）", *HEADER[3:]], *rows(staff=lambda firm: firm["staff"] / 1e4)]),
)
text("scores in per cent", "read", lines([HEADER, *rows(score=lambda firm: f"{firm['score']}%")]))
text("scores as fractions", "either", lines([HEADER, *rows(score=lambda firm: round(firm["score"] / 100, 3))]))
text("levels for scores", "refused", lines([HEADER, *rows(score=lambda firm: int(firm["score"] // 20))]))
text(
    "levels in words",
    "either",
    lines([[*HEADER[:5], "数字化等级"], *rows(score=lambda firm: f"{int(firm['score'] // 20)}级")]),
)

# ------------------------------------------------------------------------------------------------------ cells

text(
    "marks of what is missing",
    "read",
    lines(
        [
            HEADER,
            *rows(
                park=lambda firm: MISSING[firm["number"] % 10] if firm["number"] % 2 else firm["park"],
                score=lambda firm: firm["score"] if firm["number"] % 3 else MISSING[firm["number"] % 10],
            ),
        ]
    ),
)
text(
    "full width digits",
    "read",
    lines(
        [
            HEADER,
            *rows(
                staff=lambda firm: str(firm["staff"]).translate(FULL_WIDTH),
                wanyuan=lambda firm: str(firm["wanyuan"]).translate(FULL_WIDTH),
            ),
        ]
    ),
)
sheet(
    "numbers kept as text",
    "read",
    [HEADER, *rows(staff=lambda firm: f" {firm['staff']}\u00a0", wanyuan=lambda firm: f"{firm['wanyuan']:,}")],
)
text(
    "thousands without quotes",
    "refused",
    ",".join(HEADER)
    + "\r\n"
    + "".join(f"{row[0]},{row[1]},{row[2]},{row[3]:,.1f},{row[4]},{row[5]}\r\n" for row in rows()),
)
text("a quote that does not end", "refused", lines([HEADER, *rows()]).replace(FIRMS[5]["park"], '"' + PARKS[2], 1))
text(
    "one negative revenue",
    "refused",
    lines([HEADER, *rows(wanyuan=lambda f: -5 if f["number"] == 9 else f["wanyuan"])]),
)
text("one firm without staff", "refused", lines([HEADER, *rows(staff=lambda f: 0 if f["number"] == 9 else f["staff"])]))
sheet("an error of Excel", "refused", [HEADER, *rows(wanyuan=lambda f: "#REF!" if f["number"] == 7 else f["wanyuan"])])
sheet(
    "a formula without its value",
    "refused",
    [HEADER, *rows(wanyuan=lambda firm: f"={firm['wanyuan']}*1" if firm["number"] == 7 else firm["wanyuan"])],
)
sheet(
    "a date for a score",
    "refused",
    [HEADER, *rows(score=lambda f: date(2018, 1, 1) if f["number"] == 4 else f["score"])],
)
sheet(
    "ids that Excel has rounded",
    "refused",
    [HEADER, *[[float(915001120000000000 + 7 * number), *row[1:]] for number, row in enumerate(rows())]],
)
sheet("a firm twice", "refused", [HEADER, *rows(), rows()[3]])
text(
    "names for ids",
    "either",
    lines(
        [
            ["序号", "企业名称", *HEADER[1:4]],
            *[[f["number"], f["name"], f["industry"], f["staff"], f["wanyuan"]] for f in FIRMS],
        ]
    ),
)

# ------------------------------------------------------------------------------------------------ other columns

text("codes with names", "read", lines([HEADER, *rows(industry=lambda firm: f"{firm['code']} {firm['industry']}")]))
text(
    "divisions of industry",
    "either",
    lines(
        [
            ["统一社会信用代码", "行业大类", *HEADER[2:4]],
            *[[row[0], DIVISIONS[f["sector"]], *row[2:4]] for row, f in zip(rows(), FIRMS, strict=True)],
        ]
    ),
)
text(
    "code and name disagree",
    "either",
    lines(
        [
            ["统一社会信用代码", "行业代码", *HEADER[1:4]],
            *[[row[0], "C3670", "食品制造业", *row[2:4]] for row in rows()],
        ]
    ),
)
text(
    "three coal mines",
    "either",
    lines([HEADER, *rows(industry=lambda f: "煤炭开采和洗选业" if f["number"] < 4 else f["industry"])]),
)
text(
    "counts of robots",
    "either",
    lines([[*HEADER, "工业机器人（台）"], *[[*row, number % 4] for number, row in enumerate(rows())]]),
)
text(
    "leaders and blanks",
    "either",
    lines(
        [[*HEADER, "是否链主企业"], *[[*row, "是" if number in (3, 9) else ""] for number, row in enumerate(rows())]]
    ),
)
text(
    "partners by name",
    "either",
    lines(
        [
            ["企业名称", *HEADER, "配套企业"],
            *[[FIRMS[n]["name"], *row, FIRMS[n + 1]["name"] if n < 10 else ""] for n, row in enumerate(rows())],
        ]
    ),
)
text(
    "workshops and factories",
    "read",
    lines(
        [
            [*HEADER, "数字化车间（个）", "智能工厂（个）"],
            *[[*row, 2 * (n < 4), int(n < 2)] for n, row in enumerate(rows())],
        ]
    ),
)

# --------------------------------------------------------------------------------------------- forms of files

text("tabs", "read", lines([HEADER, *rows()], "\t"))
text("semicolons", "read", lines([HEADER, *rows()], ";"))
text("Unicode text of Excel", "read", lines([HEADER, *rows()], "\t"), "utf-16")
