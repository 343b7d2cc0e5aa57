"""What holds for the repository as a whole, whoever changes it."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
APP = ROOT / "app"
RENEW = "requirements.lock is not in step: packaging/renew_lock.sh writes it anew"
SOURCES = sorted(APP.rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

# Written in pieces, so that this file does not name what it looks for.
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js", "debian" + ".org", "conda" + ".anaconda"]
MACHINE_PATHS = ["work", "root", "farm", "home", "Users"]

DATA_FILE = re.compile(r"\.(parquet|feather|arrow|duckdb|sqlite3?|db|npy|npz|csv|csv\.gz|zip|pkl)$")

# These differ with the instruction set of the processor, with the linear algebra library underneath numpy, or with the
# order in which numpy chooses to add.
INEXACT = {
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "power", "float_power", "sin", "cos", "tan", "sinh"),
    *("cosh", "tanh", "arcsin", "arccos", "arctan", "arctan2", "cbrt", "logaddexp"),
    *("dot", "vdot", "inner", "outer", "matmul", "tensordot", "einsum", "convolve", "correlate", "interp", "polyfit"),
    *("linalg", "fft", "random"),
    *("sum", "mean", "std", "var", "prod", "average", "nansum", "nanmean", "nanstd", "nanvar", "nanprod"),
}


def tracked_files() -> list[Path]:
    """Return the files under version control that are there; skip where this is no checkout."""
    git = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if git.returncode:
        pytest.skip("this is not a git checkout")
    return [path for name in git.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def parsed(*folders: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in SOURCES:
        if any(path.is_relative_to(folder) for folder in folders):
            yield path, tree_of(path)


@cache
def tree_of(path: Path) -> ast.Module:
    """Return what a source consists of; nobody changes it."""
    return ast.parse(path.read_text())


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def imported(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def modules_after(statement: str) -> set[str]:
    """Return the names of all modules that a fresh Python has loaded after `statement`."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return set(subprocess.check_output([sys.executable, "-c", code], text=True, env=environment).split())


def test_no_tracked_file_names_a_package_index_or_a_machine_path() -> None:
    hosts = "|".join(re.escape(host) for host in HOSTS)
    folders = "|".join(MACHINE_PATHS)
    forbidden = re.compile(rf"{hosts}|(?<![\w.])/(?:{folders})/|[A-Z]:\\Users", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked_files()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if forbidden.search(line)
    ]
    assert found == []


def test_uv_lock_is_not_tracked() -> None:
    assert ROOT / "uv.lock" not in tracked_files()


def test_no_market_data_or_other_large_file_is_tracked() -> None:
    large = [path.name for path in tracked_files() if path.stat().st_size > 1_500_000]
    data = [path.name for path in tracked_files() if DATA_FILE.search(path.name) and path.stat().st_size > 60_000]
    assert large + data == []


def test_no_file_is_called_utils() -> None:
    meaningless = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
    assert [path for path in tracked_files() if path.suffix == ".py" and path.stem in meaningless] == []


def test_each_room_says_what_it_is_for_and_imports_nothing() -> None:
    for path in SOURCES:
        if path.name == "__init__.py":
            body = ast.parse(path.read_text()).body
            assert len(body) == 1, path
            assert isinstance(body[0], ast.Expr), path
            assert isinstance(body[0].value, ast.Constant), path
            assert isinstance(body[0].value.value, str), path


def test_blocks_and_engine_use_only_arithmetic_that_is_the_same_on_every_processor() -> None:
    found = [
        place(path, node)
        for path, tree in parsed(APP / "blocks", APP / "engine", APP / "market")
        for node in ast.walk(tree)
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in ("np", "numpy")
            and node.attr in INEXACT
        )
        or (isinstance(node, ast.Attribute) and node.attr in {"dot", "sum", "mean", "std", "var", "prod"})
        or (isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult))
    ]
    found += [
        place(path, node)
        for path, tree in parsed(APP / "blocks", APP / "engine", APP / "market")
        for node, name in imported(tree)
        if name.startswith("numpy.") and name.split(".")[1] in INEXACT
    ]
    assert found == []


def test_nothing_is_compiled_with_loose_arithmetic_or_several_threads() -> None:
    loose = {"fastmath", "parallel"}
    found = [
        place(path, node.value)
        for path, tree in parsed(APP)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg in loose
    ]
    assert found == []


def test_blocks_strategy_and_engine_never_depend_on_the_order_of_a_set() -> None:
    found = [
        place(path, node)
        for path, tree in parsed(APP / "blocks", APP / "strategy", APP / "engine", APP / "market")
        for node in walks_through_a_set(tree)
    ]
    assert found == []


def walks_through_a_set(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield each expression whose result depends on the order in which a set is walked."""
    sets = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and makes_set(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        walked: list[ast.expr] = []
        if isinstance(node, ast.For):
            walked = [node.iter]
        elif isinstance(node, ast.ListComp | ast.DictComp | ast.GeneratorExp):
            walked = [part.iter for part in node.generators]
        elif isinstance(node, ast.Call) and called(node) in {"list", "tuple", "enumerate", "iter", "fromkeys", "join"}:
            walked = node.args[:1]
        yield from (part for part in walked if makes_set(part) or (isinstance(part, ast.Name) and part.id in sets))


def makes_set(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub) and (makes_set(node.left) or makes_set(node.right))
    return isinstance(node, ast.Set | ast.SetComp) or (
        isinstance(node, ast.Call) and called(node) in {"set", "frozenset"}
    )


def called(node: ast.Call) -> str:
    """Return the name a call goes by, `join` for any method called join."""
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for x in {1, 2}: pass", 1),
        ("s = set(rows)\nfor x in s: pass", 1),
        ("tuple(set(a) | set(b))", 1),
        ("', '.join({x for x in rows})", 1),
        ("sorted(set(rows))", 0),
        ("s = {1}\nif 2 in s: pass", 0),
    ],
)
def test_the_check_for_sets_sees_what_it_should(code: str, expected: int) -> None:
    assert len(list(walks_through_a_set(ast.parse(code)))) == expected


def test_the_app_never_runs_text_as_code_nor_loads_pickles() -> None:
    modules = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
    found = []
    for path, tree in parsed(APP):
        found += [place(path, node) for node, name in imported(tree) if name.split(".")[0] in modules]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                plain = isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec", "compile", "__import__"}
                system = isinstance(node.func, ast.Attribute) and node.func.attr in {"system", "popen"}
                if plain or system:
                    found.append(place(path, node))
            if isinstance(node, ast.keyword) and node.arg in {"shell", "allow_pickle"}:
                off = isinstance(node.value, ast.Constant) and node.value.value is False
                found += [] if off else [place(path, node.value)]
    assert found == []


def test_the_app_imports_only_what_it_declares() -> None:
    declared = {Requirement(line).name for line in PROJECT["project"]["dependencies"]}
    module_of = {"ta-lib": "talib", "pyside6-essentials": "PySide6"}
    allowed = {module_of.get(name, name) for name in declared} | set(sys.stdlib_module_names) | {"app"}
    found = [
        f"{place(path, node)} {name}"
        for path, tree in parsed(APP)
        for node, name in imported(tree)
        if name.split(".")[0] not in allowed
    ]
    assert found == []


def test_starting_the_app_loads_no_large_library_before_it_is_needed() -> None:
    assert modules_after("import app.__main__") & {"numpy", "rich", "pydantic", "duckdb", "numba", "talib"} == set()


def test_a_backtest_waits_for_no_library_it_does_not_need() -> None:
    needless = {"numba", "llvmlite", "pandas", "polars", "scipy", "duckdb", "pydantic", "rich"}
    assert modules_after("import app.engine.backtest") & needless == set()


def locked() -> dict[str, list[Requirement]]:
    """Return what requirements.lock pins, by name; a package may have another version on another platform."""
    pins: dict[str, list[Requirement]] = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if line and line[0] not in " #":
            pin = Requirement(line.removesuffix("\\"))
            pins.setdefault(pin.name, []).append(pin)
    return pins


def test_the_lock_file_pins_every_dependency_within_its_range() -> None:
    groups = PROJECT["dependency-groups"]
    wanted = PROJECT["project"]["dependencies"] + [
        line for group in groups.values() for line in group if isinstance(line, str)
    ]
    for requirement in map(Requirement, wanted):
        pins = locked()[requirement.name]
        versions = [clause.version for pin in pins for clause in pin.specifier]
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_the_lock_file_has_a_hash_for_every_pin_and_names_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    for entry in re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^ *#.*\n", "", text).strip()):
        assert re.match(r"[a-z0-9._-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_the_lock_file_says_what_this_checkout_has_resolved() -> None:
    if not (ROOT / "uv.lock").exists():
        pytest.skip("uv has not resolved the packages in this checkout")
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    resolved = [package for package in packages if "registry" in package["source"]]
    pinned = {(name, clause.version) for name, pins in locked().items() for pin in pins for clause in pin.specifier}
    assert pinned == {(package["name"], package["version"]) for package in resolved}, RENEW
    files = [file for package in resolved for file in [*package["wheels"], package.get("sdist")] if file]
    hashes = re.findall(r"--hash=(\S+)", (ROOT / "requirements.lock").read_text())
    assert sorted(hashes) == sorted(file["hash"] for file in files), RENEW


@pytest.mark.parametrize("script", ["run", "test", "packaging/set_up.sh", ".ci/run"])
def test_the_scripts_can_be_read_by_a_plain_shell(script: str) -> None:
    subprocess.run(["sh", "-n", ROOT / script], check=True)


@pytest.mark.parametrize("script", ["run", "test", ".ci/run"])
def test_the_scripts_can_be_started(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
