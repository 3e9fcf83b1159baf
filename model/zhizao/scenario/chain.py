"""Where scenario files are and what each extends: from a name or a path to every file of its chain."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from zhizao.district.in_force import DISTRICT
from zhizao.errors import InputError, Message, in_words, printable, within
from zhizao.files import resolved_path
from zhizao.scenario.file import ScenarioFile, problem_lines, read_scenario_file

__all__ = ["BASELINE", "find_scenario", "is_own", "is_scenario", "own_scenarios", "read_chain"]

BASELINE = "baseline"
"""The policy in force, which others change."""
_MAX_CHAIN = 32
_FOLDERS = ("limits", "what-if")
"""Folders of the library that scenarios are named with: they change more than policy, and are not listed."""
_SHIPPED_NAME = re.compile(rf"(({'|'.join(_FOLDERS)})/)?[a-z0-9][a-z0-9_-]*", re.ASCII)


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
        return printable(Path(text).stem), Path(text), text
    given = (f"{in_words(text)} is not a shipped scenario", f"{in_words(text)} 不是随附的情景")
    raise InputError(within(_nearest_scenario(text), given, (", nor a file (.toml)", "，也不是文件（.toml）")))


def read_chain(path: Path, label: str) -> list[ScenarioFile]:
    """Read a file and those it extends, the root first; what is wrong with the chain is reported for its file."""
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
            circle = " → ".join(names)
            wrong = Message(
                f"the files go round in a circle ({circle}); take out one extends",
                f"文件互相引用成环（{circle}）；请去掉其中一个 extends",
            )
        elif len(files) == _MAX_CHAIN:
            wrong = Message(
                f"more than {_MAX_CHAIN} files extend each other; put some together",
                f"逐级引用的文件超过{_MAX_CHAIN}个；请合并一些",
            )
        if wrong:
            given = f"extends = {in_words(child.extends)}"
            line = problem_lines(child.label, [within(wrong, (f"key {given}: ", f"{given}："))])
            files[-1] = replace(child, problems=(*child.problems, *line))
            return files[::-1]
        assert isinstance(found, Path)
        path = found
        label = found.name if _shipped_path(child.extends) else str(found)


def _parent(child: ScenarioFile) -> Path | str:
    """Return the file that `child` extends, or what is wrong with it."""
    name = child.extends or ""
    if path := _shipped_path(name):
        return path
    if not name.endswith(".toml"):
        given = ("there is no shipped scenario of this name", "没有这个名称的随附情景")
        return within(_nearest_scenario(name), given, ("; a path ends in .toml", "；文件路径以 .toml 结尾"))
    path = child.path.parent / name
    if not resolved_path(path).is_relative_to(resolved_path(child.path.parent)):
        return Message(
            "it must be in the folder of this file, or be the name of a shipped scenario",
            "须与本文件在同一文件夹，或为随附情景的名称",
        )
    if not _exists(path):
        return Message("there is no such file beside this one", "本文件旁没有这个文件")
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
    path = policy_file() if name == BASELINE else policies_folder() / f"{name}.toml"
    return path if os.path.lexists(path) else None  # if it is not a file, reading it says so


@cache
def policy_file() -> Path:
    """Return the file of the policy in force: the scenario ``baseline``."""
    return DISTRICT.path(DISTRICT.own.library.policy)


@cache
def policies_folder() -> Path:
    """Return the folder of the other scenarios of the district in force; it need not exist."""
    return DISTRICT.path(DISTRICT.own.library.policies)


def own_scenarios() -> list[str]:
    """Return the names of the district's scenarios, the policy in force first."""
    names = {path.stem for path in policies_folder().glob("*.toml") if resolved_path(path) != policy_file()}
    return [BASELINE, *sorted(names - {BASELINE})]


def is_own(path: Path) -> bool:
    """Whether a file is one of the district's scenarios, so that its name is enough to find it again."""
    return resolved_path(path) == policy_file() or resolved_path(path).is_relative_to(policies_folder())


def _nearest_scenario(name: str) -> Message:
    apart = [f"{folder}/{path.stem}" for folder in _FOLDERS for path in policies_folder().glob(f"{folder}/*.toml")]
    known = [*own_scenarios(), *sorted(apart)]
    found = difflib.get_close_matches(name[:100], known, n=1, cutoff=0.5)
    return Message(f" (did you mean '{found[0]}'?)", f"（是否应为“{found[0]}”？）") if found else Message("")
