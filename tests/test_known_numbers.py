"""Known regression: what people quote does not move unseen."""

from __future__ import annotations

import json
import math

import known_numbers
import pytest


def test_known_numbers_have_not_moved():
    """If the change is meant, say why under Results in CHANGELOG.md, and run the script with --renew."""
    changed = known_numbers.moved(known_numbers.known(), known_numbers.now())
    assert not changed, f"{len(changed)} numbers, such as {dict(list(changed.items())[:5])}"


def test_known_numbers_are_explained_in_the_changelog():
    assert known_numbers.explained(known_numbers.because())


def test_a_number_that_moves_appears_or_goes_is_noticed():
    before = {"a": 1.0, "b": 2.0, "c": 0.0, "d": math.inf}
    after = {"a": 1.0 + 1e-8, "b": 2.0 + 1e-12, "c": 0.0, "e": 1.0, "d": math.inf}
    assert set(known_numbers.moved(before, after)) == {"a", "e"}
    assert set(known_numbers.moved({"c": 0.0}, {"c": 1e-300})) == {"c"}


@pytest.mark.parametrize("line", ["", "No such line.", "The district: synthetic firms matched to known marginals"])
def test_numbers_are_not_renewed_without_a_line_under_results(line, tmp_path, monkeypatch):
    file = tmp_path / "numbers.json"
    monkeypatch.setattr(known_numbers, "FILE", file)
    with pytest.raises(SystemExit, match="under Results"):
        known_numbers.renew(line)
    assert not file.exists()


def test_renewing_writes_what_is_now(tmp_path, monkeypatch):
    changelog, file = tmp_path / "CHANGELOG.md", tmp_path / "numbers.json"
    changelog.write_text("# Changelog\n\n## 1\n\n### Results\n- Prices rise\n  sooner.\n\n### Added\n- Other.\n")
    monkeypatch.setattr(known_numbers, "CHANGELOG", changelog)
    monkeypatch.setattr(known_numbers, "FILE", file)
    monkeypatch.setattr(known_numbers, "now", lambda: {"a": 1.5})
    assert known_numbers.renew("Prices rise sooner.") == 1
    assert json.loads(file.read_text()) == {"because": "Prices rise sooner.", "numbers": {"a": 1.5}}
    assert known_numbers.renew("Prices rise sooner.") == 0
    assert not known_numbers.explained("Other.")
    monkeypatch.setattr(known_numbers, "now", lambda: {"a": 1.6})
    with pytest.raises(SystemExit, match="say again"):
        known_numbers.renew("Prices rise sooner.")
