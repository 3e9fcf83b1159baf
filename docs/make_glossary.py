"""Make docs/GLOSSARY.md from the terms that the program declares: ``python docs/make_glossary.py``."""

from __future__ import annotations

from pathlib import Path

from zhizao.words.glossary import Term, glossary

PAGE = Path(__file__).with_name("GLOSSARY.md")
HEAD = """# Glossary

One term for one thing: how the program, its pages and its documents call it, in English and in Chinese. Made by
`docs/make_glossary.py` from `model/zhizao/words/glossary.toml`; a test holds the words that people read to it.

| term | in Chinese | meaning | 含义 |
|---|---|---|---|
"""


def page() -> str:
    """Return the page: a row for each term, sorted by the English one."""
    return HEAD + "".join(_row(term) for term in sorted(glossary().values(), key=lambda term: term.english.lower()))


def _row(term: Term) -> str:
    english = f"**{term.english}**" + (f" (in narrow columns: {term.short})" if term.short else "")
    chinese = term.chinese + (f"（窄列：{term.short_chinese}）" if term.short_chinese else "")
    return f"| {english} | {chinese} | {term.meaning} | {term.meaning_chinese} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
