"""What people read is plain English: no word of the writers' own dialect where a usual one says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

USUAL = {
    r"\bmend(s|ed|ing)?\b": "fix, correct",
    r"\banew\b": "again",
    r"(?<![Tt]here )\bis no (?!longer|better|higher|larger|more|less|fewer|other|such)[a-z]+": "is not a ...",
    r"(?<![Tt]here )\bare no (?!longer|better|higher|larger|more|less|fewer|other|such)[a-z]+": "are not ...",
    r"\b([Ii]s|[Aa]re|[Ww]as|[Ww]ere|be) told\b": "is called with, learns, is reported",
    r"\btells\b": "shows, distinguishes, describes",
    r"\b([Hh]angs?|[Hh]ung) on\b": "depends on",
    r"\b([Ll]ies|[Ll]ie) (in|beside|under|on|at|with|there|here|together)\b": "is in, is beside, is under",
    r"\bstands? (in|beside|under|on)\b": "is in, is beside, is used instead",
    r"\bas (it|they) stands?\b": "as it is",
    r"\b[Ww]hoever\b": "anyone who",
    r"\b[Ss]ound (id|name|text|file|fit|value)\b": "valid",
    r"\b[Dd]oor (for|to)\b": "entrance, way",
    r"\bpublic door\b": "the package's top module",
    r"\bfor want of\b": "for lack of",
    r"\bhence\b": "so",
    r"\b(speaks?|spoke) of\b": "mentions, describes, covers",
    r"\bof use(?=[.,;: ]+(in|:|;|$))": "useful",
    r"\bunsaid\b": "silently",
    r"\bsees to it\b": "makes sure",
    r"\bnoughts?\b": "zero",
    r"\basked after\b": "asked for",
    r"\bis asked with\b": "is called with",
    r"\b(thereby|wherefore|whereupon|thence|whence|lest)\b": "so, because, from where",
    r"\bin its stead\b": "instead",
    r"\b(policies|scenarios) part\b": "differ",
    r"\bhanded (in|over)\b": "uploaded, given",
    r"; for good\b|\bis for good\b": "constant",
    r"\b(line|row) an? (scenario|cause|fact|run)\b": "for each",
    r"\bof the user's own(?=[,.:;)]| that)": "the user's own ...",
    r"\b(firms?|those|partners) that stand\b(?! (still|at|for))": "that exist",
    r"\bof its like\b|\bits like\b": "of its kind",
}
"""Patterns of the dialect, and what to write."""

AS_RECORDED = {"districts/yubei/readings.toml"}
"""Files whose SHA-256 the shipped posteriors record: a change of a comment would make them strangers to each other."""


def texts() -> dict[str, str]:
    """Code, pages, words and scenarios that people read; not the changelog, whose entries are history."""
    patterns = ("model/**/*.py", "docs/*.py", "benchmarks/**/*.py", "notebooks/*.py", "*.md", "docs/**/*.md")
    patterns += ("benchmarks/**/*.md", "calibration/*.md", "scenarios/*.md", "model/**/*.toml", "scenarios/**/*.toml")
    patterns += ("calibration/**/*.toml", "districts/**/*.toml")
    files = {path for pattern in patterns for path in ROOT.glob(pattern)}
    named = {str(path.relative_to(ROOT)): path for path in files if path.name != "CHANGELOG.md"}
    return {name: path.read_text("utf-8") for name, path in sorted(named.items()) if name not in AS_RECORDED}


TEXTS = texts()


def found(pattern: str, text: str) -> list[str]:
    """Lines with a phrase; one that runs over the end of a line counts, too."""
    joined = re.sub(r"[ \t]*\n[ \t#]*", " ", text)
    return [joined[max(0, hit.start() - 40) : hit.end() + 30] for hit in re.finditer(pattern, joined)]


def test_all_kinds_of_texts_are_read():
    assert len(TEXTS) > 300
    ends = {Path(name).suffix for name in TEXTS}
    assert ends == {".py", ".md", ".toml"}
    assert {"README.md", "docs/ODD.md", "model/zhizao/words/en.toml", "scenarios/baseline.toml"} <= set(TEXTS)


@pytest.mark.parametrize("pattern", USUAL)
def test_no_word_of_the_dialect_is_left(pattern):
    lines = [f"{name}: …{line}…" for name, text in TEXTS.items() for line in found(pattern, text)]
    assert not lines, f"write {USUAL[pattern]!r}:\n" + "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("what is wrong, and how to mend it", r"\bmend(s|ed|ing)?\b"),
        ("the file is\n    # told to stop", r"\b([Ii]s|[Aa]re|[Ww]as|[Ww]ere|be) told\b"),
        ("'x' is no lever", next(key for key in USUAL if key.endswith("[a-z]+") and "is no" in key)),
    ],
)
def test_the_patterns_find_what_they_are_for(text, pattern):
    assert pattern in USUAL
    assert found(pattern, text)


@pytest.mark.parametrize(
    "text", ["there is no such file", "it is no longer there", "a recommended step", "it is not a lever"]
)
def test_plain_sentences_pass(text):
    assert not [pattern for pattern in USUAL if found(pattern, text)]
