"""Where scenario files lie and what each extends: from a name or a path to every file of its chain."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from pathlib import Path

from zhizao.errors import InputError
from zhizao.files import shipped
from zhizao.policy.schedule import in_words
from zhizao.scenario_file import ScenarioFile, problem_lines, read_scenario_file

__all__ = ["find_scenario", "is_scenario", "read_chain", "resolved_path"]

_MAX_CHAIN = 32
_SHIPPED_NAME = re.compile(r"(limits/)?[a-z0-9][a-z0-9_-]*", re.ASCII)


def is_scenario(text: str) -> bool:
    """Whether `text` is the name of a shipped scenario or the path of something that exists."""
    return _shipped_path(text) is not None or (bool(text.strip()) and _exists(Path(text)))


def find_scenario(text: str) -> tuple[str, Path, str]:
    """Return the name of a scenario, its file, and what messages call that file.

    Raises
    ------
    InputError
        If `text` is neither the name of a shipped scenario nor the path of a file.
    """
    if path := _shipped_path(text):
        return text, path, path.name
    if text.endswith(".toml") or is_scenario(text):
        return Path(text).stem, Path(text), text
    raise InputError(f"{in_words(text)} is not a shipped scenario{_nearest_scenario(text)}, nor a file (.toml)")


def read_chain(path: Path, label: str) -> list[ScenarioFile]:
    """Read a file and those it extends, the root first; what is wrong with the chain is told of its file."""
    files: list[ScenarioFile] = []
    seen: list[Path] = []
    while True:
        files.append(read_scenario_file(path, label))
        seen.append(resolved_path(path))
        child = files[-1]
        if not child.extends:
            return files[::-1]
        wrong, found = "", _parent(child)
        if isinstance(found, str):
            wrong = found
        elif resolved_path(found) in seen:
            names = [*(file.path.name for file in files[seen.index(resolved_path(found)) :]), found.name]
            wrong = f"the files go round in a circle ({' → '.join(names)}); take out one extends"
        elif len(files) == _MAX_CHAIN:
            wrong = f"more than {_MAX_CHAIN} files extend each other; put some together"
        if wrong:
            line = problem_lines(child.label, [f"key extends = {in_words(child.extends)}: {wrong}"])
            files[-1] = replace(child, problems=(*child.problems, *line))
            return files[::-1]
        assert isinstance(found, Path)
        path = found
        label = found.name if _shipped_path(child.extends) else str(found)


def resolved_path(path: Path) -> Path:
    """Return a path by which a file can be told from others."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):  # a null character, or links that go round
        return path.absolute()


def _parent(child: ScenarioFile) -> Path | str:
    """Return the file that `child` extends, or what is wrong with it."""
    name = child.extends or ""
    if path := _shipped_path(name):
        return path
    if not name.endswith(".toml"):
        hint = _nearest_scenario(name)
        return f"there is no shipped scenario of this name{hint}; a path ends in .toml"
    path = child.path.parent / name
    if not resolved_path(path).is_relative_to(resolved_path(child.path.parent)):
        return "it must lie in the folder of this file, or be the name of a shipped scenario"
    if not _exists(path):
        return "there is no such file beside this one"
    return path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _shipped_path(name: str) -> Path | None:
    """Return the file of a shipped scenario, or None; its name has no dots, so it cannot leave the folder."""
    if len(name) > 100 or not _SHIPPED_NAME.fullmatch(name):
        return None
    path = shipped("scenarios") / f"{name}.toml"
    return path if path.is_file() else None


def _nearest_scenario(name: str) -> str:
    folder = shipped("scenarios")
    files = [*folder.glob("*.toml"), *folder.glob("limits/*.toml")]
    known = sorted(path.relative_to(folder).as_posix()[:-5] for path in files)
    found = difflib.get_close_matches(name[:100], known, n=1, cutoff=0.5)
    return f" (did you mean '{found[0]}'?)" if found else ""
