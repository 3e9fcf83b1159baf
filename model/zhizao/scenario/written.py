"""Scenario files written: one dated change of levers on top of another scenario."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from zhizao.calendar import BRANCH
from zhizao.scenario.file import FORMAT, Theme

__all__ = ["scenario_text"]


def scenario_text(
    texts: Mapping[str, str], *, extends: str, levers: Mapping[str, float], theme: Theme = "mix", remarks: Sequence[str]
) -> str:
    """Return a scenario file that sets levers from the branch on.

    Parameters
    ----------
    texts
        Title, question and source, by their keys in the file; in Chinese as well.
    extends
        The scenario that it changes.
    levers
        Values by key.
    theme
        What it is about.
    remarks
        Lines of comment above the change.
    """
    head = [f"format = {FORMAT}", *(f"{key} = {_quoted(text)}" for key, text in texts.items())]
    head += [f"theme = {_quoted(theme)}", f"extends = {_quoted(extends)}", ""]
    comments = [f"# {line}" for line in remarks]
    body = ["[[changes]]", f"from = {_quoted(BRANCH)}", "", "[changes.set]"]
    return "\n".join([*head, *comments, *body, *(f"{key} = {value!r}" for key, value in levers.items()), ""])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
