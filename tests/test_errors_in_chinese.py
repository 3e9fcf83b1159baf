"""What is wrong with what a user gave, said in Chinese: every text, whatever provokes it, without English sentences."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import zhizao.draws
from zhizao.commands import cli
from zhizao.district.making import make_district
from zhizao.district.reader import read_district
from zhizao.errors import InputError, Message
from zhizao.evidence.experiments import load_experiments
from zhizao.evidence.facts import load_evidence
from zhizao.parameter_words.units import UNITS, unit_name
from zhizao.words.of_errors import error_file, error_in

PACKAGE = Path(zhizao.draws.__file__).parent
TEMPLATES = {
    english: (section, chinese)
    for section, table in tomllib.loads(error_file("zh").read_text("utf-8")).items()
    for english, chinese in table.items()
}
HANZI = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(
    r"`[^`]*`|\"[^\"]*\"|'[^']*'|“[^”]*”|\([A-Z][^()]*\([^()]*\)\)|（[A-Z][^（）]*）|[\w./=-]*[/=_.\[\]{}-][\w./=-]*"
    r"|--[a-z-]+ [a-z]+|pip install \S+|zhizao(?: (?:--)?[a-z]+| [A-Z.]+)+|EMA workbench|\w+(?:, \w+)+"
)
"""What stays as it is: code, names, paths, keys, lists of names, and what Python says itself, in brackets."""
SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")

# What is written


ERRORS = {
    "InputError",
    "OutOfResourcesError",
    "OtherProblemError",
    "StoreFullError",
    "OSError",
    "read_json",
    "check_checksum",
}
"""What is raised, or is given the fix of what it raises."""
PROBLEMS = re.compile(r"problems?|faults?|wrong|fix|hint|\w*_FIX|_NOT_INSTALLED|_NO_MATPLOTLIB")
"""Names under which modules gather what is wrong."""
WORDED = {"Message", "within"}
"""What gives the Chinese beside the English."""


def english_texts() -> Iterator[tuple[str, str]]:
    """Every text of an error that has no Chinese beside it: where it is, and the text, its values as ⟨1⟩."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if file.parent.name != "dashboard":
            yield from texts_in(file.name, ast.parse(file.read_text("utf-8")), False)


def texts_in(where: str, node: ast.AST, is_error: bool) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Constant | ast.JoinedStr):
        if is_error and (text := text_of(node)) and SENTENCE.search(text):
            yield f"{where}, line {node.lineno}", text
        return
    if isinstance(node, ast.Call):
        called = name_of(node.func)
        if called in WORDED:
            return
        is_error |= called in ERRORS or (called in ("append", "extend") and is_gathered(node.func))
    elif isinstance(node, ast.Assign | ast.AugAssign):
        is_error |= is_gathered(node.targets[0] if isinstance(node, ast.Assign) else node.target)
    elif isinstance(node, ast.FunctionDef):
        is_error = False
        where = f"{where}, {node.name}"
    elif isinstance(node, ast.Return | ast.Yield):
        is_error |= bool(re.search("fault|problem|complaint", where.rpartition(", ")[2]))
    for child in ast.iter_child_nodes(node):
        yield from texts_in(where, child, is_error)


def name_of(node: ast.expr) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def is_gathered(node: ast.expr) -> bool:
    holder = node.value if isinstance(node, ast.Attribute) else node
    return bool(PROBLEMS.fullmatch(name_of(holder)))


def text_of(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
    numbers = iter(range(1, len(parts) + 1))
    return "".join(f"⟨{next(numbers)}⟩" if part is None else str(part) for part in parts)


def english_left(text: str) -> str:
    """The first English of a text that is no name, path, key or code."""
    found = SENTENCE.search(CODE.sub("⟨⟩", text))
    return found[0] if found else ""


def test_every_error_has_its_chinese() -> None:
    texts = dict.fromkeys((text, where) for where, text in english_texts())
    assert len(texts) > 350
    lacking = [f"{where}: {text}" for text, where in texts if english_left(error_in("zh", text))]
    assert lacking == [], "words/errors.zh.toml lacks these"


def test_no_chinese_is_left_over() -> None:
    trees = [ast.parse(file.read_text("utf-8")) for file in PACKAGE.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr)]
    every = "\n".join(map(text_of, nodes))
    of_libraries = re.compile(
        r"it should be|items? after|^[A-Z][a-z]+(?: [a-z]+)+$|^Input/output|^Read-only|^\w+ \{key\}$"
    )
    """Also of the names of tables."""
    left = [
        english
        for english, (section, _) in TEMPLATES.items()
        if section != "usage" and not of_libraries.search(english)
        if max(re.split(r"\{\w+\}", english), key=len).strip() not in every
    ]
    assert left == []


@pytest.mark.parametrize("section", sorted({section for section, _ in TEMPLATES.values()}))
def test_both_languages_name_the_same_places(section: str) -> None:
    place = re.compile(r"\{(\w+)\}")
    for english, (own, chinese) in TEMPLATES.items():
        if own == section:
            assert len(set(place.findall(english))) == len(place.findall(english)), english
            assert set(place.findall(chinese)) <= set(place.findall(english)), english
            assert HANZI.search(chinese) or set(english) & set("{}"), english


# How parts are put together


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("a.toml: is empty; correct it", "a.toml：为空；请更正"),
        ("a.toml: fact b: source is missing; add it", "a.toml：事实 b：缺少 source；请补上"),
        ("what nobody has written; correct it", "what nobody has written；请更正"),
        ("cannot be read (what Python says)", "无法读取（what Python says）"),
        ("wide: 5 to 9 share of loan leaves its bounds 0 to 1", "wide：5至9（占贷款额）超出允许范围0至1"),
        ("nothing that is known", "nothing that is known"),
        ("", ""),
    ],
)
def test_parts_of_an_error_are_put_into_chinese_each_by_itself(english: str, chinese: str) -> None:
    assert error_in("zh", english, {"share of loan": "占贷款额"}) == chinese


def test_what_knows_its_chinese_keeps_it_and_english_stays_english() -> None:
    error = InputError([Message("no unit", "没有单位"), "a.toml: is empty"])
    assert error.in_language("zh") == ("没有单位", "a.toml：为空")
    assert error.in_language("en") == ("no unit", "a.toml: is empty")
    assert error_in("fr", "a.toml: is empty") == "a.toml: is empty"


@pytest.mark.parametrize("text", ["; " * 3000, "; a" * 900, "key is is is is " * 200, "((((" * 900, "{x}: {y!r}; {"])
def test_no_text_takes_long_or_fails(text: str) -> None:
    assert error_in("zh", text)


# What people meet

DESIGN = 'format = 1\ntitle = "x"\nquestion = "q"\nscenarios = ["baseline"]\n'
FACT = (
    'format = 1\n[[fact]]\nkey = "a"\nmeaning = "x"\nmeaning_zh = "甲"\nsource = "s"\nwording = "over"\nuse = "fit"\n'
)
ROBOTS = f'{FACT}series = "robot_share"\nunit = "% of firms"\nvalue = 5\n'
FILES = {
    "factor.toml": f'{DESIGN}[sample]\nmethod = "sobol"\nsize = 0\n[[factor]]\nkey = "grants.rat"\n',
    "high.toml": f'{DESIGN}[sample]\nmethod = "sobol"\nsize = 8\n[[factor]]\nkey = "grants.rate.light"\nhigh = 7\n',
    "method.toml": f'{DESIGN}titel = "x"\n[sample]\nmethod = "any"\nsize = "a"\n',
    "broken.toml": "format = = 2\n",
    "other.toml": "format = 9\n",
    "candidate.toml": 'format = 1\n[[candidate]]\nkey = "a"\ntitle = "t"\nreason = "r"\n'
    '[[candidate.datum]]\nseries = "robots"\nat = "2023-12"\n',
    "misspelt.toml": FACT.replace("wording", "wordng") + "value = 5\n",
    "month.toml": f'{ROBOTS}at = "2023-13"\n',
    "series.toml": f'{ROBOTS}at = "2023-12"\n'.replace("robot_share", "robot_shares"),
    "unit.toml": f'{ROBOTS}at = "2023-12"\n'.replace("% of firms", "tons"),
    "scenario.toml": 'format = 1\ntitle = "x"\nquestion = "q"\nsource = "s"\n[[changes]]\nfrom = "2024-13"\n'
    'off = ["grant"]\n[changes.set.grants]\nrate = 7\n[[changes]]\nwhen = "x"\n',
    "notes.json": "{",
    "taken/notes.txt": "mine",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files that have something wrong in them."""
    for name, content in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("sweep factor.toml", "factor.toml：没有因素 grants.rat；factor.toml：sample.size = 0"),
        ("sweep high.toml", "high.toml：因素 grants.rate.light = 7.0：须为0至1之间的数值（单位：占合格投资额比例）"),
        ("sweep method.toml", "没有键 titel；sample.method；须为整数"),
        ("sweep broken.toml", "broken.toml：不是 TOML"),
        ("sweep other.toml", "format 为 9"),
        ("sweep nowhere.toml", "nowhere.toml：没有这个文件"),
        ("sweep latin", "不是随附的设计"),
        ("sensitivity taken", "taken：其中没有 sweep.json"),
        ("discover taken --fails level2", "fails = 'level2'"),
        ("reach --probability 2", "probability = 2.0：须大于0且小于1"),
        ("reach --dial specialists.count=0", "key=low:high"),
        ("reach --tries 3", "tries = 3：至少为10"),
        ("choose baseline", "policies：只有 baseline"),
        ("choose baseline no-grants --outcome levels", "outcome = 'levels' 不是结果"),
        ("choose baseline no-grants --for smal", "是否应为“small”？"),
        ("choose baseline no-grants --worth -1", "worth = -1.0：须为大于0的数值（单位：百万元）"),
        ("choose baseline no-grants --structure some", "structure = 'some' 不是已拟合的结构"),
        ("learn baseline no-grants --facts nowhere.toml", "nowhere.toml：没有这个文件"),
        ("learn baseline no-grants --facts candidate.toml", "candidate.toml：候选事实 a：模型没有序列“robots”"),
        ("frontier --objective plan", "objective：请至少指定两个"),
        ("watch baseline", "baseline 不会应变"),
        ("update nowhere.toml", "nowhere.toml：没有这个文件"),
        ("update misspelt.toml", "misspelt.toml：事实 a：缺少 wording；没有键 wordng"),
        ("update month.toml", "month.toml：事实 a：'2023-13' 不是月份"),
        ("update series.toml", "是否应为“robot_share”？"),
        ("update unit.toml", 'unit.toml：事实 a：unit "tons" 不适用'),
        ("calibrate --particles 3", "particles = 3"),
        ("district new taken", "taken：已经存在"),
        ("pool nowhere", "地区 'nowhere'：不存在"),
        ("compare scenario.toml", "scenario.toml：键 off = 'grant' 不是杠杆组；键 at 未写"),
        ("compare --draws 0", "draws = 0：须为1至1000000的整数"),
        ("compare --out taken", "taken：其中有其他文件"),
        ("compare --set grants.rate=many", "--set：grants.rate = 'many'：须为0至1之间的数值"),
        ("run --until 2020", "until：'2020' 不是月份"),
        ("report taken", "taken：其中有“notes.txt”"),
        ("rerun nowhere", "nowhere：其中没有 run.json"),
        ("params nosuch", "没有含“nosuch”的键"),
        ("experiments nowhere", "nowhere：没有这个文件"),
        ("compare --drws 3", "没有选项“--drws”"),
        ("compare --draws many", "“--draws”的值有误：“many”不是整数"),
        ("run a b", "多出参数（b）"),
        ("sensitivity", "缺少参数“DIR”"),
        ("comparee", "没有命令“comparee”；是否应为“compare”？"),
        ("district check nowhere", "地区 'nowhere'：不存在"),
    ],
)
def test_the_command_line_says_in_chinese_what_is_wrong(here: Path, command: str, named: str) -> None:
    found = CliRunner().invoke(cli.program, [*command.split(), "--lang", "zh"], prog_name="zhizao")
    assert found.exit_code == 2
    for part in named.split("；"):
        assert part.rstrip("？") in found.stderr
    for line in filter(None, found.stderr.splitlines()):
        if not line.startswith(("compiling", "用法")):
            assert HANZI.search(line), line
            assert not english_left(line), (english_left(line), line)


def test_without_a_language_errors_are_english(here: Path) -> None:
    for command in ("sweep factor.toml", "update misspelt.toml", "compare --drws 3"):
        found = CliRunner().invoke(cli.program, command.split(), prog_name="zhizao")
        assert found.exit_code == 2
        assert not HANZI.search(found.stderr)


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("district.toml", "share = 0.", "share = 9.", "city/district.toml：plan.share 为 9"),
        ("district.toml", 'start = "', 'strt = "', "months.start"),
        ("district.toml", 'branch = "', 'branch = "x', "city/district.toml：months.branch 为 'x"),
        ("district.toml", "format = 1", "", "district.toml：format 为 None；本版本读取 1"),
        ("priors.toml", "value = ", "valu = ", "priors.toml"),
        ("evidence.toml", "format = 1", "format = 1\n[report]\na = 1", "evidence.toml"),
    ],
)
def test_a_folder_of_a_district_says_in_chinese_what_is_wrong(
    tmp_path: Path, file: str, old: str, new: str, named: str
) -> None:
    folder = tmp_path / "city"
    make_district(folder, "A city")
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as error:
        load_evidence(folder / file) if file == "evidence.toml" else read_district(folder)
    lines = error.value.in_language("zh", {unit: unit_name(unit, "zh", percent=False) for unit in UNITS})
    assert named in "\n".join(lines)
    for line in lines:
        assert HANZI.search(line), line
        assert not english_left(line), line


def test_an_experiment_says_in_chinese_what_is_wrong(tmp_path: Path) -> None:
    shipped = next(
        (PACKAGE / "data" if (PACKAGE / "data").is_dir() else PACKAGE.parents[1]).rglob("experiments/*.toml")
    )
    text = shipped.read_text("utf-8")
    (tmp_path / "e.toml").write_text(re.sub(r"(?m)^low = .*$", "low = 1e9", text, count=1), "utf-8")
    with pytest.raises(InputError) as error:
        load_experiments([tmp_path / "e.toml"])
    (line,) = error.value.in_language("zh")
    assert line.startswith("e.toml：low 1e+09 须小于 high")
