"""The house: who may import whom, what may be loaded, and how large a file or a function may be."""

from __future__ import annotations

import ast
import re
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import zhizao.draws
from small_district import python

PACKAGE = Path(zhizao.draws.__file__).parent
DATA = PACKAGE / "data"
"""What an installed package carries of districts, their scripts among it; it is no part of the code."""
FLOORS = {
    "errors": 0,
    "calendar": 0,
    "files": 0,
    "storage": 0,
    "limits": 0,
    "bounded_tables": 0,
    "toml_rows": 0,
    "toml_text": 0,
    "sectors": 0,
    "district": 0,
    "compiled": 0,
    "by_reference": 0,
    "linking": 0,
    "version": 0,
    "records": 0,
    "interrupts": 0,
    "isolation": 0,
    "parallel": 0,
    "processes": 0,
    "for_each": 0,
    "garbage": 0,
    "ideas": 0,
    "words": 0,
    "arrays": 0,
    "guarded": 0,
    "draws": 1,
    "parameters": 1,
    "register": 1,
    "rules": 2,
    "population": 2,
    "policy": 2,
    "results": 2,
    "evidence": 2,
    "parameter_words": 2,
    "scenario": 3,
    "engine": 4,
    "mesa_model": 4,
    "accounts": 5,
    "code_cache": 0,
    "kept_columns": 0,
    "room": 0,
    "fitting": 5,
    "studies": 6,
    "report": 7,
    "dashboard": 8,
    "commands": 8,
    "__main__": 8,
}
"""From the ground up: a module imports from lower floors or, without a circle, from its own."""


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def offered(tree: ast.Module) -> set[str]:
    """The names in ``__all__``."""
    lists = [at for at in tree.body if isinstance(at, ast.Assign) and getattr(at.targets[0], "id", "") == "__all__"]
    return {item.value for at in lists for item in ast.walk(at.value) if isinstance(item, ast.Constant)}


SOURCES = [path for path in sorted(PACKAGE.rglob("*.py")) if DATA not in path.parents]
TREES = {name_of(path): ast.parse(path.read_text("utf-8")) for path in SOURCES}


def imports_of(module: str) -> list[tuple[str, ast.stmt]]:
    """Modules of the package that one module imports, anywhere in it."""
    found = []
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names if alias.name.split(".")[0] == "zhizao"]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}, line {node.lineno}: write imports in full"
            if (node.module or "").split(".")[0] == "zhizao":
                whole = [f"{node.module}.{alias.name}" for alias in node.names]
                found += [(name if name in TREES else str(node.module), node) for name in whole]
    return found


def floor(module: str) -> int:
    return FLOORS[module.split(".")[1]]


MODULES = [module for module in TREES if module != "zhizao"]
FRONT_DOORS = {"zhizao.scenario.scenario"}
"""Not a package, but the entrance to three files: scenarios, their schema and their months."""


def test_every_module_has_a_floor():
    assert {module.split(".")[1] for module in MODULES} <= set(FLOORS)


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_downwards(module):
    upwards = [f"line {at.lineno}: {other}" for other, at in imports_of(module) if floor(other) > floor(module)]
    assert not upwards


def test_nothing_imports_the_front_door():
    assert not [module for module in MODULES if any(other == "zhizao" for other, _ in imports_of(module))]


def test_there_are_no_circles():
    graph = {module: {other for other, _ in imports_of(module)} - {module} for module in MODULES}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


@pytest.mark.parametrize("module", MODULES)
def test_no_import_of_the_package_hides_in_a_function(module):
    top = {id(node) for node in TREES[module].body}
    assert not [f"line {at.lineno}: {other}" for other, at in imports_of(module) if id(at) not in top]


@pytest.mark.parametrize("module", MODULES)
def test_only_front_doors_hand_on_what_others_define(module):
    """A name in `__all__` is defined in its own file, except in the `__init__` of a package."""
    if (PACKAGE.parent / module.replace(".", "/")).is_dir() or module in FRONT_DOORS:
        return
    handed = {
        node.asname or node.name
        for at in TREES[module].body
        if isinstance(at, ast.ImportFrom) and (at.module or "").startswith("zhizao")
        for node in at.names
    }
    assert not handed & offered(TREES[module])


HEAVY = ("mesa", "pandas", "matplotlib", "pyarrow", "openpyxl", "scipy.stats", "pydantic", "dask", "IPython")


def test_importing_the_package_is_light():
    loaded = python("import sys, zhizao; print(*sys.modules)").split()
    assert not {"mesa", "pandas", "matplotlib", "numba", "numpy"} & set(loaded)


def test_the_model_itself_needs_no_tables_charts_or_agents():
    loaded = python(
        "import sys, zhizao.engine.simulation, zhizao.scenario.scenario, zhizao.policy.offers; print(*sys.modules)"
    ).split()
    assert not set(HEAVY) & set(loaded)


# -------------------------------------------------------------------------------------------------- sizes

LONGEST_FILE, LONGEST_FUNCTION, MOST_ARGUMENTS = 400, 60, 9
LONGER = {
    "records/state.py": "made from the declarations",
    "engine/appraisal.py": "one thought: what a project is worth to a firm",
    "studies/deciding/learn.py": "one study, and what it returns",
}
"""Files that may have more lines, and why."""


def functions(module: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(TREES[module]) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement to the last, without the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_is_too_long(path):
    if path.relative_to(PACKAGE).as_posix() not in LONGER:
        assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("module", MODULES)
def test_no_function_is_too_long_or_asks_too_much(module):
    long = [
        f"{node.name}: {code_lines(node)} lines" for node in functions(module) if code_lines(node) > LONGEST_FUNCTION
    ]
    named = module.startswith(("zhizao.rules.", "zhizao.commands."))  # formulas, and one argument for each option
    greedy = [
        f"{node.name}: {len(node.args.args)} arguments that need no name"
        for node in functions(module)
        if len(node.args.args) > MOST_ARGUMENTS and not named
    ]
    assert not long + greedy


# ------------------------------------------------------------------------------------------------- what is unused

CALLED_FROM_OUTSIDE = {
    "zhizao.commands.cli.list_commands",
    "zhizao.commands.cli.get_command",
    "zhizao.commands.cli.format_commands",
    "zhizao.code_cache.cache_path",
    "zhizao.code_cache.load_overload",
    "zhizao.code_cache.save_overload",
    "zhizao.by_reference._Address",
    "zhizao.by_reference._Fields",
    "zhizao.by_reference.from_argument",
    "zhizao.by_reference.generic_resolve",
    "zhizao.by_reference._read",
    "zhizao.linking._optimize_functions",
    "zhizao.linking.serialize_using_object_code",
    "zhizao.linking._optimize_final_module",
}
"""What click and Numba call."""


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def test_what_is_defined_is_used_by_more_than_tests():
    """Every function, method and class is named once more somewhere: in the package, the benchmarks or the docs."""
    root = Path(__file__).resolve().parents[1]
    places = (PACKAGE, root / "benchmarks", root / "docs", root / "notebooks")
    named = sum((words(path.read_text("utf-8")) for folder in places for path in folder.rglob("*.py")), Counter[str]())
    unused = {
        f"{module}.{node.name}"
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("__")
        and named[node.name] - 1 - (node.name in offered(tree)) < 1
    }
    assert sorted(unused - CALLED_FROM_OUTSIDE) == []
