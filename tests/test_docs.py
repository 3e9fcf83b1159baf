"""The documentation says what is so: links lead somewhere, tables are current, commands exist, metadata agree."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import numpy as np
import pytest
import yaml

import zhizao
from zhizao.commands.cli import _district_first, program

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    path for pattern in ("*.md", "docs/*.md", "calibration/*.md", "scenarios/*.md") for path in ROOT.glob(pattern)
)
TEXTS = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in PAGES}
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def make_odd():
    """`docs/make_odd.py` as a module."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        yield importlib.import_module("make_odd")
    finally:
        sys.path.remove(str(ROOT / "docs"))


# ------------------------------------------------------------------------------------------------------- links


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#{1,6} +(.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text))


@pytest.mark.parametrize("page", TEXTS)
def test_links_lead_somewhere(page):
    lost = []
    for link in links(TEXTS[page]):
        if link.startswith(("https://", "http://")):
            continue
        file, _, anchor = link.partition("#")
        target = (ROOT / page).parent / file if file else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            lost.append(link)
    assert not lost


def test_a_lost_link_would_be_seen():
    assert links("see [this](there.md#not-here)") == ["there.md#not-here"]
    assert anchors("# One, two\n```\n# no heading\n```\n## `zz.mesa` it is\n") == {"one-two", "zzmesa-it-is"}


@pytest.mark.parametrize("page", TEXTS)
def test_files_that_are_named_are_there(page):
    named = re.findall(r"`([\w.-]+(?:/[\w.-]+)+\.(?:py|md|toml|json|csv))`", TEXTS[page])
    homes = (ROOT, ROOT / "model/zhizao", (ROOT / page).parent)
    assert not [name for name in named if not name.startswith("runs/") and not any((h / name).exists() for h in homes)]


# --------------------------------------------------------------------------------------------- generated tables


@pytest.mark.parametrize("page", ["ODD.md", "TABLES.md"])
def test_tables_are_current(make_odd, page):
    text = TEXTS[f"docs/{page}"]
    assert make_odd.renewed(page, text) == text, "run: python docs/make_odd.py"


def test_a_stale_table_is_seen_and_fixed(make_odd):
    text = TEXTS["docs/TABLES.md"]
    stale = text.replace("| `attention.spontaneous_rate` | 0.25 ", "| `attention.spontaneous_rate` | 0.3 ")
    assert stale != text
    assert make_odd.renewed("TABLES.md", stale) == text


def test_a_lost_mark_is_an_error(make_odd):
    with pytest.raises(SystemExit, match="streams"):
        make_odd.renewed("TABLES.md", TEXTS["docs/TABLES.md"].replace("<!-- end of streams -->", ""))


def test_a_field_without_a_meaning_is_an_error(make_odd):
    with pytest.raises(SystemExit, match="new_field"):
        make_odd.fields(np.dtype([("new_field", np.float64)]), {})


def test_every_row_of_a_table_has_all_its_cells():
    for page, text in TEXTS.items():
        for block in re.findall(r"(?:^\|.*\|$\n?)+", FENCE.sub("", text), re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1, (page, block.splitlines()[0])


# ---------------------------------------------------------------------------------------------------- commands


def commands(text: str) -> list[str]:
    """What a page tells its reader to type after ``zhizao``, in fenced blocks and in code within lines."""
    fenced = [
        re.split(r"\s{2,}|\s#|\s>", line)[0]
        for block in FENCE.findall(text)
        for line in re.findall(r"(?:^|bin/|- )zhizao +(.+)$", block, re.MULTILINE)
    ]
    inline = [" ".join(span.split()) for span in re.findall(r"`zhizao\s+([^`]+)`", FENCE.sub("", text))]
    return fenced + inline


def problem(line: str) -> str | None:
    """Say what is wrong with a command line: no such command, no such option, no such choice."""
    words, here = _district_first(line.split()), program  # the district may be named after the command
    while len(words) > 1 and words[0].startswith("--"):  # options that stand before the name of the command
        option = next((param for param in here.params if words[0] in param.opts), None)
        if not isinstance(option, click.Option):
            return f"no option {words[0]}"
        words = words[1 if option.is_flag else 2 :]
    while words and isinstance(here, click.Group) and not words[0].isupper() and not words[0].startswith("-"):
        found = here.get_command(click.Context(here), words[0])
        if found is None:
            return f"no command {words[0]}"
        here, words = found, words[1:]
    context = click.Context(here, **program.context_settings)  # which a command keeps for all that come later
    options = {name: param for param in here.get_params(context) for name in (*param.opts, *param.secondary_opts)}
    for place, word in enumerate(words):
        if not word.startswith("--"):
            continue
        name, _, value = word.partition("=")
        if name not in options:
            return f"no option {name}"
        kind = options[name].type
        value = value or (words[place + 1] if place + 1 < len(words) else "")
        if isinstance(kind, click.Choice) and not set(value.split("|")) <= set(kind.choices):
            return f"{name} cannot be {value}"
    return None


@pytest.mark.parametrize("page", [page for page, text in TEXTS.items() if commands(text)])
def test_commands_exist(page):
    lines = commands(TEXTS[page])
    wrong = {line: found for line in lines if (found := problem(line))}
    assert not wrong


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fly", "no command fly"),
        ("scenarios fly", "no command fly"),
        ("compare --wings 2", "no option --wings"),
        ("--wings 2 compare", "no option --wings"),
        ("--ideas mine.py fly", "no command fly"),
        ("--ideas mine.py --debug compare --draws 3", None),
        ("compare --district my-city --draws 3", None),
        ("evidence --calibration hope", "--calibration cannot be hope"),
        ("scenarios show baseline --unresolved", "no option --unresolved"),
        ("compare baseline --by size --calibration facts", None),
        ("COMMAND --help", None),
    ],
)
def test_a_wrong_command_would_be_seen(line, said):
    assert problem(line) == said


def test_commands_are_found_in_blocks_and_in_lines():
    text = "`zhizao run\n--seed 7` and\n```\nzhizao reach      the cheapest\n.venv/bin/zhizao params > out.csv\n```\n"
    assert commands(text) == ["reach", "params", "run --seed 7"]


# ---------------------------------------------------------------------------------------------------- metadata


def test_metadata_agree():
    code = json.loads((ROOT / "codemeta.json").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert code["@context"] == "https://w3id.org/codemeta/3.0"
    assert code["name"] == project["name"]
    assert code["version"] == project["version"] == str(citation["version"])
    assert code["description"] == project["description"]
    assert code["license"] == f"https://spdx.org/licenses/{project['license']}"
    assert project["license"] == citation["license"]
    assert code["datePublished"] == str(citation["date-released"])
    assert code["keywords"] == project["keywords"]
    assert set(citation["keywords"]) <= set(project["keywords"])
    names = [author["name"] for author in project["authors"]]
    assert [author["name"] for author in code["author"]] == [author["name"] for author in citation["authors"]] == names
    needed = sorted(re.match(r"[\w-]+", line).group() for line in project["dependencies"])
    assert code["softwareRequirements"] == needed
    pythons = [line.rpartition(":: ")[2] for line in project["classifiers"] if ":: Python :: 3." in line]
    assert code["runtimePlatform"] == [f"Python {version}" for version in pythons]
    for key in ("readme", "buildInstructions", "continuousIntegration", "softwareHelp"):
        assert (ROOT / code[key]).exists(), key
    latest = re.search(r"^## (\S+) \((\S+)\)$", TEXTS["CHANGELOG.md"], re.MULTILINE)
    assert latest is not None
    assert latest.groups() == (code["version"], code["datePublished"])


def test_the_paper_cites_what_is_in_its_list_and_nothing_else():
    paper = (ROOT / "docs/paper/paper.md").read_text("utf-8")
    entries = re.findall(r"^@\w+\{(\w+),$", (ROOT / "docs/paper/paper.bib").read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"@(\w+)", paper)) == set(entries)
    assert len(entries) == len(set(entries))


# ---------------------------------------------------------------------------------------------------- the site


def test_every_public_name_is_in_the_reference():
    page = TEXTS["docs/API.md"]
    named = set(re.findall(r"^\.\. auto\w+:: ([\w.]+)$", page, re.MULTILINE))
    wanted = {f"zhizao.{name}" for name in zhizao.__all__} - {"zhizao.__version__", "zhizao.mesa"}
    assert wanted <= named
    for name in named:
        home, _, last = name.rpartition(".")
        assert hasattr(importlib.import_module(home), last), name


def test_every_page_is_in_the_contents():
    listed = re.findall(r"^(?:\w+ <)?([\w./-]+)>?$", TEXTS["docs/index.md"], re.MULTILINE)
    pages = {(ROOT / "docs" / f"{name}.md").resolve() for name in listed}
    missing = [path.name for path in PAGES if path not in pages and path != ROOT / "docs/index.md"]
    assert not missing, "name them in docs/index.md"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    if importlib.util.find_spec("sphinx") is None or importlib.util.find_spec("furo") is None:
        pytest.skip("the site is built with pip install zhizao[docs]")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-E", "-c", "docs", ".", str(folder)]
    done = subprocess.run(
        [*command, "-d", str(folder / "work")], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_the_site_builds_without_warnings(site):
    assert (site / "index.html").exists()
    assert 'id="zhizao.compare"' in (site / "docs/API.html").read_text("utf-8")


@pytest.mark.slow
def test_the_site_asks_for_nothing_from_outside(site):
    fetched = re.compile(r"""<(?:script|img|iframe|source|link)\b[^>]*?(?:src|href)=["'](?:https?:)?//[^"']+""")
    found = {page.name: fetched.findall(page.read_text("utf-8")) for page in site.rglob("*.html")}
    assert not {name: hits for name, hits in found.items() if hits}
    styles = [style.read_text("utf-8") for style in site.rglob("*.css")]
    assert styles
    assert not [hit for style in styles for hit in re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)]*", style)]
