"""Damaged inputs of version 2, by tens of thousands: ``python benchmarks/verification/damaged.py [--count 40000]``.

Files that people write (policies that adapt or are announced, facts for updates and packs, experiments, facts to find
out, readings, ideas) and the app's addresses and saved files are damaged as people and machines damage them, and read.
Each must be read, to finite numbers, or refused: `InputError`, lines that name the file, can be printed and are short.
It prints how often which kind ended how, and ends with 1 if one ended otherwise.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhizao.calendar import BRANCH_MONTH
from zhizao.dashboard.address import as_query, kept_as_text, kept_of_text, view_of_query
from zhizao.dashboard.levers import all_inputs
from zhizao.dashboard.opened import MARK, opened_view
from zhizao.dashboard.view import View, own_scenario
from zhizao.errors import InputError
from zhizao.evidence.experiments import load_experiments
from zhizao.evidence.facts import load_evidence
from zhizao.files import shipped
from zhizao.ideas.file import use_ideas
from zhizao.policy.conditional import signposts_of
from zhizao.policy.levers import lever_specifications
from zhizao.scenario.scenario import list_scenarios, load_scenario
from zhizao.studies.calibration.inputs import readings_of
from zhizao.studies.deciding import candidates

__all__ = ["KINDS", "Kind", "damaged", "try_kind"]

ROOT = Path(__file__).resolve().parents[2]
UNTIL, FITS = ("2025-12", "2030-12"), ("plan", "facts")
_LONGEST = 2000
"""Characters of a line that refuses something."""

VALUES = (
    *("nan", "inf", "-inf", "1e999", "-1", "0", "0.5", "9" * 400, "0x1F", "1e-320", "true", "1979-05-27T07:32:00Z"),
    *('""', '"\\u0000"', '"2025-13"', '"0000-00"', '"2024-06"', '"' + "x" * 5000 + '"', '"🏭\\u202e"', "'", '"""'),
    *(
        "[]",
        "{}",
        "[[1]]",
        "{ a = 1 }",
        '[1, "a"]',
        '"../../../../etc/passwd"',
        '"..\\\\..\\\\etc"',
        "[1,2,3,4,5,6,7,8,9]",
    ),
    *(
        '"level2_share < 0.5"',
        '"level2_share<"',
        '"< 0.5"',
        '"level2_share < nan"',
        '"level2_share == 1"',
        '"a < b < c"',
    ),
    *('"level2_share < 1e400"', '"firms >= -0"', '"budget_used >= 0.5 and awards > 3"', '"exec(1) > 0"'),
)
NAMES = ("unknown", "format ", "a.b", '"" ', "value2", "when", "at", "over", "from", "until", "announced", "off")
PIECES = (
    "[",
    "]",
    "[[",
    "]]",
    "=",
    '"',
    "'",
    "#",
    ",",
    "{",
    "}",
    ".",
    "\\",
    "\n",
    "\t",
    "\r",
    "\0",
    "\ufeff",
    "，",
    "＝",
    " ",
)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return the text of a file with one or a few mistakes of the kinds that people and machines make."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        content = chance.choice(_WAYS)(content, chance)
    return content


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").split("\n")


def _of_keys(content: bytes, chance: random.Random) -> bytes:
    """Something wrong with a line that gives a key a value: gone, twice, other key, other value, value of another."""
    lines = _lines(content)
    keys = [n for n, line in enumerate(lines) if "=" in line and not line.lstrip().startswith("#")]
    if not keys:
        return content
    at, other = chance.choice(keys), chance.choice(keys)
    name, _, value = lines[at].partition("=")
    lines[at] = chance.choice(
        (
            *(f"{name}= {chance.choice(VALUES)}",) * 3,
            "",
            f"{lines[at]}\n{lines[at]}",
            f"{chance.choice(NAMES)} ={value}",
            f"{name}={lines[other].partition('=')[2]}",
            f"{name} {value}",
        )
    )
    return "\n".join(lines).encode("utf-8", "replace")


def _of_lines(content: bytes, chance: random.Random) -> bytes:
    """Lines that are gone, twice, in another order, or of another indent."""
    lines = _lines(content)
    at, other = (chance.randrange(len(lines)) for _ in range(2))
    way = chance.randrange(4)
    if way == 0:
        del lines[at]
    elif way == 1:
        lines.insert(other, lines[at])
    elif way == 2:
        lines[at], lines[other] = lines[other], lines[at]
    else:
        lines[at] = chance.choice(("    ", "\t", "# ", "[x]\n", "[[changes]]\n")) + lines[at].lstrip()
    return "\n".join(lines).encode("utf-8", "replace")


def _of_letters(content: bytes, chance: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    at = chance.randrange(len(text) + 1)
    more = chance.choice((*PIECES, chr(chance.randrange(32, 0x2FFF)), str(chance.randrange(-9, 99))))
    return (text[:at] + more + text[at + chance.randrange(3) :]).encode("utf-8", "replace")


def _of_bytes(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    more = bytes(chance.randrange(256) for _ in range(chance.randrange(8)))
    return chance.choice((content[:at], content[:at] + more + content[at + len(more) :], content[:at] + more))


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _of_keys,
    _of_keys,
    _of_keys,
    _of_lines,
    _of_letters,
    _of_bytes,
)


@dataclass(frozen=True)
class Kind:
    """One kind of input: texts that are in order, and what reads them, which checks what it has read."""

    texts: Callable[[], list[bytes]]
    read: Callable[[Path, bytes], None]
    file: str = "input.toml"


def _finite(value: Any) -> bool:
    """Whether there is no number within that is infinite or none."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, (list, tuple)):
        return all(map(_finite, value))
    return all(map(_finite, value.values())) if isinstance(value, dict) else True


HEAD = (
    'format = 1\ntitle = "T"\ntitle_zh = "题"\nquestion = "Q?"\nsource = "assumption: a test"\nextends = "baseline"\n'
)
ADAPTIVE = (
    '\n[[changes]]\nfrom = "2024-07"\nat = "2024-06"\nwhen = "level2_share < 0.72"\n'
    "[changes.multiply.specialists]\ncount = 2.0\n"
    '\n[[changes]]\nat = "2025-01"\nwhen = "awards >= 20"\nover = 6\nuntil = "2025-06"\n'
    "[changes.set.grants]\nadvance_share = 0.3\nrate = { light = 0.4 }\n"
)
ANNOUNCED = (
    '\n[parameters.choosing]\nanticipation = 0.5\n\n[[changes]]\nannounced = "2024-03"\nfrom = "2024-09"\n'
    'until = "2025-06"\noff = ["campaign"]\n[changes.set.grants]\nrate = 0.5 # more\ncap = { light = 1.0 }\n'
)


def _read_scenario(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    scenario = load_scenario(file)
    policies = scenario.policies()
    specs = lever_specifications()
    for policy in {id(one): one for one in policies}.values():
        for key, spec in specs.items():
            group, _, name = key.partition(".")
            value = getattr(getattr(policy, group), name)
            assert _finite(value), f"{key} is {value}"
            numbers = value if isinstance(value, tuple) else (value,)
            assert isinstance(value, str) or all(spec.low <= one <= spec.high for one in numbers), f"{key} is {value}"
    assert all(one.at >= BRANCH_MONTH for one in signposts_of(scenario.blocks))
    scenario.announced()
    assert all(str(one).isprintable() for one in scenario.remarks)


def _scenarios() -> list[bytes]:
    what_if = sorted(shipped("scenarios").glob("what-if/*.toml"))
    return [(HEAD + ADAPTIVE).encode(), (HEAD + ANNOUNCED).encode(), *(file.read_bytes() for file in what_if)]


def _rows(read: Callable[[Path], Any]) -> Callable[[Path, bytes], None]:
    """Return what reads a file of rows and demands finite numbers of it."""

    def reads(file: Path, content: bytes) -> None:
        file.write_bytes(content)
        for row in read(file):
            assert _finite(vars(row)), row

    return reads


def _read_ideas(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    try:
        use_ideas(file)
    finally:
        use_ideas(None)


def _ideas() -> list[bytes]:
    """The example without its rule: rules are refused where the engine is loaded already."""
    text = (ROOT / "docs" / "examples" / "ideas.py").read_text("utf-8")
    before, _, rest = text.partition("@zz.rule")
    return [(before + rest[rest.index("class ") :]).encode()]


def _views() -> list[View]:
    names = [scenario.name for scenario in list_scenarios()]
    inputs = all_inputs()
    dice, views = random.Random(5), []
    for _ in range(20):
        moved = dice.sample(inputs, dice.randrange(5))
        levers = [(one.key, dice.choice(one.choices) if one.kind == "choice" else 0.25) for one in moved]
        views.append(View(scenarios=tuple(dice.sample(names, 2)), levers=tuple(levers), draws=dice.randrange(2, 500)))
    return views


def _read_address(_: Path, content: bytes) -> None:
    """An address never is refused: what is not known is left out. What is read can be written and read again."""
    text = content.decode("utf-8", "replace")
    view = view_of_query(text, UNTIL, FITS)
    for one in [view, *kept_of_text(text, UNTIL, FITS)]:
        if one is None:
            continue
        again = view_of_query(as_query(one), UNTIL, FITS)
        assert again is None or again == one, f"{one} is read again as {again}"
        assert _finite(one.levers), one.levers
        if len(content) % 10 == 0:  # putting scenarios together takes a hundred times as long as reading
            _put_together(one)
    if view is None:
        raise InputError("address: says nothing of a view")


def _put_together(view: View) -> None:
    try:
        own_scenario(view)
    except InputError as error:
        _check_words(error, "")


def _read_opened(_: Path, content: bytes) -> None:
    view = opened_view("my.toml", content, UNTIL, FITS)
    own_scenario(view)


def _opened() -> list[bytes]:
    views = [view for view in _views() if len(view.levers) > 1][:6]
    kept = [f"{MARK}{as_query(View(scenarios=('baseline',), levers=view.levers))}\n{HEAD}" for view in views]
    body = '\n[[changes]]\nfrom = "2024-01"\n[changes.set]\nspecialists.count = 120\ngrants.rate = 0.3\n'
    return [(text + body).encode() for text in (*kept, HEAD)]


def _shipped_files(*patterns: str) -> Callable[[], list[bytes]]:
    return lambda: [file.read_bytes() for pattern in patterns for file in sorted(ROOT.glob(pattern))]


KINDS: dict[str, Kind] = {
    "policies that adapt or are announced": Kind(_scenarios, _read_scenario),
    "facts of packs and updates": Kind(
        _shipped_files("districts/*/evidence.toml"), _rows(lambda file: load_evidence(file).facts)
    ),
    "experiments": Kind(
        _shipped_files("scenarios/experiments/*.toml"), _rows(lambda file: load_experiments([file])), "experiment.toml"
    ),
    "facts to find out": Kind(
        _shipped_files("model/zhizao/studies/deciding/candidates.toml"), _rows(candidates.load_candidates)
    ),
    "readings": Kind(
        _shipped_files("districts/yubei/readings.toml"),
        _rows(lambda file: [*readings_of(file)[0], *readings_of(file)[1]]),
    ),
    "ideas": Kind(_ideas, _read_ideas, "ideas.py"),
    "addresses of the app": Kind(
        lambda: [*(as_query(one).encode() for one in _views()), kept_as_text(_views()[:4]).encode()],
        _read_address,
        "address",
    ),
    "files saved by the app": Kind(_opened, _read_opened, "my.toml"),
}


def _check_words(error: InputError, name: str) -> None:
    assert error.problems, "refused without a word"
    for line in map(str, error.problems):
        assert name in line, f"names no file: {line[:300]}"
        assert line.isprintable(), f"cannot be printed: {line[:300]!r}"
        assert len(line) < _LONGEST, f"{len(line)} characters: {line[:300]}"


def try_kind(name: str, count: int, seed: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """Damage inputs of one kind; return how often they ended how, and what ended otherwise than it should."""
    kind, chance = KINDS[name], random.Random(f"{seed} {name}")
    texts, seen, wrong = kind.texts(), Counter[str](), []
    file = folder / kind.file
    for number in range(count):
        content = damaged(chance.choice(texts), chance)
        try:
            kind.read(file, content)
        except InputError as error:
            seen["refused"] += 1
            try:
                _check_words(error, kind.file)
            except AssertionError as said:
                wrong.append(f"{name} {number}: {said}")
        except Exception as error:
            wrong.append(f"{name} {number}: {type(error).__name__}: {error} of {content[-600:]!r}")
        else:
            seen["read"] += 1
    return seen, wrong


def main() -> int:
    """Print a line for each kind, and what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=40_000, help="how many inputs are damaged, all kinds together")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    everything: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in given.kinds:
            begun = time.monotonic()
            seen, wrong = try_kind(name, given.count // len(given.kinds), given.seed, Path(folder))
            ends = ", ".join(f"{count:,} {how}" for how, count in sorted(seen.items()))
            print(f"{name}: {ends}, {len(wrong)} wrong, {time.monotonic() - begun:.0f} s", flush=True)
            print(*(line[:600] for line in wrong[:20]), sep="\n", flush=True)
            everything += wrong
    return 1 if everything else 0


if __name__ == "__main__":
    sys.exit(main())
