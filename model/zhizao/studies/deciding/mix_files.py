"""Mixes that a search has found, written as scenario files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from zhizao.calendar import BRANCH
from zhizao.errors import InputError
from zhizao.files import resolved_path
from zhizao.scenario.chain import is_own
from zhizao.scenario.scenario import Scenario
from zhizao.scenario.stack import split_stack
from zhizao.scenario.written import scenario_text
from zhizao.storage.whole import cannot_be_written, write_output
from zhizao.studies.deciding.objectives import mix_title
from zhizao.studies.options import Options
from zhizao.version import version
from zhizao.words.tables import words_of

__all__ = ["write_mixes"]

_say = words_of("frontier")


def write_mixes(
    folder: str | Path, base: Scenario, mixes: Mapping[str, Mapping[str, float]], options: Options
) -> list[Path]:
    """Write a scenario file for each mix, and return the files.

    Parameters
    ----------
    folder
        Where they go; it is made if it is not there.
    base
        The scenario that they change.
    mixes
        Values of levers from the branch on, by name of the mix.
    options
        What the search was asked for.

    Raises
    ------
    InputError
        If `base` cannot be extended by a file there, or a file is there already or cannot be written.
    """
    extends = _extended(base, Path(folder))
    files = {name: Path(folder) / f"frontier-{name.replace(' ', '-').replace('_', '-')}.toml" for name in mixes}
    if there := [file for file in files.values() if os.path.lexists(file)]:
        raise InputError([f"{file}: is there already; move it away, or name another folder" for file in there])
    how = f"zhizao frontier {base.name}, {options.draws} draws, seed {options.seed}, {options.calibration}"
    written = []
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_be_written(folder, error, "folder") from error
    for name, levers in mixes.items():
        texts = {
            "title": _say("title", "en", name=mix_title(name, "en")),
            "title_zh": _say("title", "zh", name=mix_title(name, "zh")),
            "question": _say("question", "en"),
            "question_zh": _say("question", "zh"),
            "source": f"assumption: found by a search, zhizao {version()}",
        }
        text = scenario_text(texts, extends=extends, levers=levers, remarks=[f"{how}; from {BRANCH} on"])
        written.append(write_output(files[name], text.encode()))
    return written


def _extended(base: Scenario, folder: Path) -> str:
    """Return how a file in a folder names the scenario that it extends."""
    if len(split_stack(str(base.path))) > 1:
        raise InputError(
            f"{base.name} is several scenarios at once; write a file that has them all, and start from that"
        )
    if is_own(base.path):
        return base.name
    if resolved_path(base.path.parent) == resolved_path(folder):
        return base.path.name
    raise InputError(f"{base.path}: a scenario can extend a file of its own folder only; write into {base.path.parent}")
