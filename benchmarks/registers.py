"""Read every register of firms in a folder and print what becomes of each: read with what notes, or refused and why.

    python benchmarks/registers.py FOLDER [en|zh]

For lists of a kind not seen before: nothing should be read wrongly without a word, and a refusal should say in one line
for each cause what to do.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from zhizao.errors import InputError, in_language
from zhizao.register import read_register


def outcome(file: Path, language: str) -> list[str]:
    """Return the lines for one file."""
    start = time.perf_counter()
    try:
        register = read_register(file)
    except InputError as error:
        return [f"refused, {len(error.problems)} line(s)", *error.in_language(language)]
    said = [in_language(line, language) for line in (*register.notes, *register.assumed, *register.imputed)]
    took = time.perf_counter() - start
    totals = f"{register.employees.sum():,.0f} employees, {register.revenue.sum():,.1f} million RMB"
    return [f"read, {len(register.ids):,} firms, {totals}, {took:.2f} s", *said]


def main() -> None:
    """Print the outcome of every file of the folder that is named."""
    language = sys.argv[2] if len(sys.argv) > 2 else "en"
    for file in sorted(Path(sys.argv[1]).iterdir()):
        first, *more = outcome(file, language)
        print(f"{file.name}: {first}")
        for line in more:
            print(f"    {line}")


if __name__ == "__main__":
    main()
