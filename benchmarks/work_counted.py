"""Count what the months of this revision's engine do, as plain Python; `work.py` starts it, with each revision in turn.

Needs ``NUMBA_DISABLE_JIT=1`` and the revision's own ``benchmarks`` and ``model`` on the path.
"""

from __future__ import annotations

import dis
import json
import math
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import speed
import zhizao
from zhizao.engine.month import simulate

PACKAGE = Path(zhizao.__file__).parent
WRITTEN = tuple(str(PACKAGE / folder) for folder in ("engine", "rules"))
"""Where the code is that is counted."""
RULES, DRAWS = WRITTEN[1], str(PACKAGE / "draws.py")
CURVES = ("exp", "expm1", "log", "log1p", "sqrt", "pow")
counts: Counter[str] = Counter()


@cache
def kinds(code: CodeType) -> dict[int, str]:
    """Return what each step of a function that is counted does, by its place."""
    found, before = {}, ""
    for step in dis.get_instructions(code):
        name = step.opname
        if name in ("BINARY_SUBSCR", "STORE_SUBSCR") or step.argrepr == "[]":
            found[step.offset] = "places"
        elif name.startswith(("BINARY_OP", "UNARY_NEG")):
            found[step.offset] = "arithmetic"
        elif name == "COMPARE_OP":
            found[step.offset] = "comparisons"
        elif name == "STORE_ATTR" or (name == "LOAD_ATTR" and before != "LOAD_GLOBAL"):
            found[step.offset] = "places"  # what follows a global name is in a module, not in a state
        if name not in ("CACHE", "EXTENDED_ARG"):
            before = name
    return found


def called(frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
    """Note a call, and have the steps of the function counted if it is one of the engine's or a rule."""
    code = frame.f_code
    if code.co_filename == DRAWS:
        if code.co_name == "word":
            counts["draws"] += 1
        elif code.co_name == "words":
            counts["draws"] += frame.f_locals["out"].size
        return None
    if not code.co_filename.startswith(WRITTEN):
        return None
    counts["rules"] += code.co_filename.startswith(RULES) and not code.co_name.startswith(("_", "<"))
    frame.f_trace_opcodes, frame.f_trace_lines = True, False
    by_place = kinds(code)

    def step(within: FrameType, event: str, _: Any) -> Any:
        if event == "opcode":
            kind = by_place.get(within.f_lasti)
            if kind is not None:
                counts[kind] += 1
        return step

    return step


def counted(function: Callable[..., float]) -> Callable[..., float]:
    """Return a function that counts its calls."""

    def known(*numbers: float) -> float:
        counts["exponentials"] += 1
        return function(*numbers)

    return known


def main() -> None:
    """Run all months but the first and print what a firm-month took, by kind."""
    firms = int(sys.argv[1])
    world = speed.fresh_world(firms)
    simulate(world, 0, 1)
    for name in CURVES:
        setattr(math, name, counted(getattr(math, name)))
    sys.settrace(called)
    simulate(world, 1, speed.MONTHS)
    sys.settrace(None)
    firm_months = float(world.series[1:, 0, 0].sum())
    print(json.dumps({kind: number / firm_months for kind, number in counts.items()}))


if __name__ == "__main__":
    main()
