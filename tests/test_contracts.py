"""Who may know whom, and what the model may use: held by reading the source and by looking at what an import loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "scalegame"

FLOORS = ("model", "game", "tui", "bench", "flags", "cli")
"""From the ground to the roof: a room may know those below it. The package's own __init__ holds the version only."""

OPTIONAL = {"distributed": "game/proving/jobs.py", "gymnasium": "game/bots/environment.py"}
"""Libraries of an extra, and the one module that asks for each, only when it is needed."""
OF_AN_EXTRA = {"gymnasium"}
"""Those whose module is nothing without it: no other module imports that."""
OUTSIDE = {
    "model": {"numpy"},
    "game": {"numpy", "pydantic", "pydantic_core", "platformdirs", "rich", *OPTIONAL},
    "tui": {"textual", "rich", "platformdirs"},
    "flags": set(),
    "cli": {"platformdirs"},
}
"""The libraries a room may import; the benchmark measures what it likes."""


def modules(room: str) -> list[Path]:
    folder = PACKAGE / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{room}.py"]


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of all imports, those within functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize("room", FLOORS)
def test_a_room_knows_only_the_rooms_below_it(room: str) -> None:
    above = {f"scalegame.{other}" for other in FLOORS[FLOORS.index(room) + 1 :]}
    wrong = [
        f"{path.relative_to(PACKAGE.parent)}:{line} imports {name}"
        for path in modules(room)
        for line, name in imports(ast.parse(path.read_text("utf-8")))
        if any(name == other or name.startswith(f"{other}.") for other in above)
    ]
    assert not wrong


@pytest.mark.parametrize("room", OUTSIDE)
def test_a_room_uses_only_its_own_libraries(room: str) -> None:
    allowed = OUTSIDE[room] | set(sys.stdlib_module_names) | {"scalegame"}
    wrong = [
        f"{path.relative_to(PACKAGE.parent)}:{line} imports {name}"
        for path in modules(room)
        for line, name in imports(ast.parse(path.read_text("utf-8")))
        if name.split(".")[0] not in allowed
    ]
    assert not wrong


def brought_in(*lines: str) -> set[str]:
    """The modules in memory after these lines, in an interpreter of its own."""
    code = "\n".join((*lines, "import sys", "print(*sys.modules)"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    return set(done.stdout.split())


@pytest.mark.parametrize("library", OPTIONAL)
def test_one_module_asks_for_the_library_of_an_extra_and_only_when_it_is_needed(library: str) -> None:
    known = {
        path.relative_to(PACKAGE).as_posix(): {name for _, name in imports(ast.parse(path.read_text("utf-8")))}
        for path in PACKAGE.rglob("*.py")
    }
    asking = [path for path, names in known.items() if any(name.split(".")[0] == library for name in names)]
    assert asking == [OPTIONAL[library]]
    module = f"scalegame.{OPTIONAL[library].removesuffix('.py').replace('/', '.')}"
    if library in OF_AN_EXTRA:
        assert not [path for path, names in known.items() if module in names]
    else:
        assert library not in brought_in(f"import {module}")


@pytest.mark.parametrize(
    ("room", "never"),
    [
        ("model", {"textual", "rich", "pydantic", "scalegame.game", "scalegame.tui", "scalegame.cli"}),
        ("game", {"textual", "scalegame.tui", "scalegame.flags", "scalegame.cli"}),
        ("tui", {"scalegame.flags", "scalegame.cli", "scalegame.bench"}),
    ],
)
def test_importing_a_whole_room_brings_in_nothing_from_above(room: str, never: set[str]) -> None:
    everything = [f"import {dotted(path)}" for path in modules(room) if path.name != "__main__.py"]
    assert not brought_in(*everything) & never


HEAVY = {"textual", "rich", "numpy", "pydantic", "scalegame.tui", "scalegame.game", "scalegame.model"}


def test_the_help_is_there_before_anything_heavy_is_imported() -> None:
    call = "from scalegame.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass"
    assert not brought_in(call) & HEAVY


def test_the_list_of_levels_needs_neither_numpy_nor_pydantic() -> None:
    call = "from scalegame.game.level_library import library\nlibrary()"
    assert not brought_in(call) & {"numpy", "pydantic", "textual"}


BANNED_MODULES = {
    "time", "datetime", "random", "secrets", "uuid", "os", "io", "pathlib", "tempfile", "socket", "threading",
    "multiprocessing", "asyncio", "numpy.random", "cmath", "statistics", "decimal.getcontext",
}  # fmt: skip
"""Clocks, chance, files, and libraries whose floats differ between machines."""

BANNED_CALLS = {"hash", "id", "open", "input", "print", "set", "frozenset"}
"""hash() of a text changes from run to run, and with it the order of a set."""

EXACT_MATH = {
    "ceil", "comb", "copysign", "factorial", "floor", "frexp", "fsum", "gcd", "inf", "isfinite", "isinf", "isnan",
    "isqrt", "ldexp", "nan", "sqrt", "trunc",
}  # fmt: skip
"""What of ``math`` gives the same bits with every libm."""

INEXACT_NUMPY = {
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "logaddexp", "power", "float_power", "sin", "cos", "tan",
    "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "arctan2", "arcsinh", "arccosh", "arctanh", "cbrt", "hypot",
    "sinc", "i0", "dot", "vdot", "inner", "matmul", "tensordot", "einsum", "convolve", "correlate", "random", "linalg",
    "fft", "polyfit", "interp", "std", "var", "percentile", "quantile", "median",
}  # fmt: skip
"""What of numpy differs between CPUs or versions, or sums in an order of its own."""


@dataclass(frozen=True)
class Breach:
    place: str
    what: str


def breaches(name: str, source: str) -> list[Breach]:
    """What in a module of the model may give other bits on another machine, or on another day."""
    tree = ast.parse(source)
    found = [Breach(f"{name}:{line}", module) for line, module in imports(tree) if module in BANNED_MODULES]
    harmless = set(_membership_tests(tree))
    for node in ast.walk(tree):
        what = None if node in harmless else _breach(node)
        if what:
            found.append(Breach(f"{name}:{getattr(node, 'lineno', 0)}", what))
    return found


def _membership_tests(tree: ast.AST) -> Iterator[ast.AST]:
    """Sets that are only asked whether something is in them: their order never shows."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield from (
                side
                for operator, side in zip(node.ops, node.comparators, strict=True)
                if isinstance(operator, ast.In | ast.NotIn) and isinstance(side, ast.Set)
            )


def _breach(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.value.id == "math" and node.attr not in EXACT_MATH:
            return f"math.{node.attr}"
        if node.value.id in ("np", "numpy") and node.attr in INEXACT_NUMPY:
            return f"np.{node.attr}"
    if isinstance(node, ast.ImportFrom) and node.module == "math":
        return next((f"math.{alias.name}" for alias in node.names if alias.name not in EXACT_MATH), None)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BANNED_CALLS:
        return f"{node.func.id}()"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("argsort", "sort"):
        # Without kind="stable" the order of ties depends on the CPU; np.sort of plain numbers has none that shows.
        kinds = [keyword.value for keyword in node.keywords if keyword.arg == "kind"]
        stable = kinds and isinstance(kinds[0], ast.Constant) and kinds[0].value == "stable"
        return None if stable or node.func.attr == "sort" else "argsort without kind"
    if isinstance(node, ast.Set | ast.SetComp):
        return "a set"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return "@"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and not _exact_power(node):
        return "**"
    return None


def _exact_power(node: ast.BinOp) -> bool:
    """Whole numbers to whole powers, powers of two, and squares."""
    base = node.left.value if isinstance(node.left, ast.Constant) else None
    right = node.right.operand if isinstance(node.right, ast.UnaryOp) else node.right
    exponent = right.value if isinstance(right, ast.Constant) else None
    square = right is node.right and exponent == 2
    return square or (isinstance(exponent, int) and (isinstance(base, int) or base == 2.0))


def test_the_model_uses_nothing_that_differs_between_machines() -> None:
    wrong = [
        f"{breach.place} uses {breach.what}"
        for path in modules("model")
        for breach in breaches(path.name, path.read_text("utf-8"))
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("import time", "time"),
        ("def f():\n    from random import random", "random"),
        ("import numpy as np\nnp.exp(1.0)", "np.exp"),
        ("import numpy as np\nnp.random.default_rng(1)", "np.random"),
        ("import math\nmath.log(2.0)", "math.log"),
        ("from math import pow", "math.pow"),
        ("hash('app-1')", "hash()"),
        ("for name in {'a', 'b'}: pass", "a set"),
        ("x = 2.0\nx**0.5", "**"),
        ("a = b = []\na @ b", "@"),
        ("import numpy as np\nnp.argsort([1])", "argsort without kind"),
    ],
)
def test_the_lint_sees(source: str, what: str) -> None:
    assert what in [breach.what for breach in breaches("x.py", source)]


@pytest.mark.parametrize(
    "source",
    [
        "import math\nmath.sqrt(2.0)",
        "2**63",
        "2.0**-53",
        "x = 1.5\nx**2",
        "import numpy as np\nnp.argsort([1], kind='stable')",
        "'app' in {'app', 'database'}",
    ],
)
def test_the_lint_lets_pass(source: str) -> None:
    assert not breaches("x.py", source)
