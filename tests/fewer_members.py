"""The shipped ensembles as if they had fewer members, so that a few draws are enough to repeat them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zhizao.evidence.ensembles import read_ensemble


def fewer_members(monkeypatch: pytest.MonkeyPatch, members: int) -> None:
    """Let studies see only the first `members` of each ensemble."""

    def cut(calibration, funding):
        whole = read_ensemble(calibration, funding)
        return replace(whole, values=whole.values[:members])

    for study in ("parameter_draws", "mixes"):
        monkeypatch.setattr(f"zhizao.studies.{study}.read_ensemble", cut)
