"""What an installed game has to bring along, and what the README promises."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import scalegame

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")


def command_marked(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n```sh\n(.*?)\n```", README, re.DOTALL)
    assert found, f"the README has no block marked {mark}"
    return found.group(1)


@pytest.mark.parametrize("mark", ["play", "test", "play with uv", "test with uv"])
def test_the_readme_plays_and_tests_with_one_line_each_on_its_first_screen(mark: str) -> None:
    assert len(command_marked(mark).splitlines()) == 1
    assert README[: README.index(command_marked(mark))].count("\n") < 40


def test_the_readme_needs_nothing_but_python_and_pip() -> None:
    for mark in ("play", "test"):
        assert {step.split()[0] for step in command_marked(mark).split(" && ")} <= {
            "python3", ".venv/bin/python", ".venv/bin/scalegame",
        }  # fmt: skip


def test_the_ci_runs_the_readmes_own_test_command() -> None:
    """Read out of the README by its mark, and nowhere written down a second time."""
    recipe = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "test_command=$(readme_command test)" in recipe
    assert 'eval "$test_command"' in recipe
    assert "'.[test]'" not in recipe


def test_textual_is_held_to_one_minor() -> None:
    (textual,) = [one for one in PROJECT["project"]["dependencies"] if one.startswith("textual")]
    assert re.fullmatch(r"textual>=(\d+\.\d+),<\d+\.\d+", textual)


def test_only_the_benchmark_needs_the_peers_and_a_terminal_in_memory() -> None:
    everywhere = " ".join(PROJECT["project"]["dependencies"])
    assert "simpy" not in everywhere
    assert "pyte" not in everywhere
    extra = PROJECT["project"]["optional-dependencies"]["bench"]
    assert {"simpy", "ciw", "pyte"} == {one.split(">")[0] for one in extra}


def test_nothing_points_outside_the_project() -> None:
    outside = re.compile("/" + "(work|opt|home|root)/")
    texts = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "pyproject.toml", ROOT / ".ci" / "run"]
    for folder, ending in (("scalegame", "py"), ("scalegame", "tcss"), ("tests", "py"), ("levels", "toml")):
        texts += (ROOT / folder).rglob(f"*.{ending}")
    assert [str(path) for path in texts if outside.search(path.read_text("utf-8"))] == []


@pytest.mark.slow
def test_the_wheel_brings_levels_types_and_styles(tmp_path: Path) -> None:
    """Built without the network, where the build backend is installed."""
    pytest.importorskip("hatchling")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    wheel = tmp_path / done.stdout.splitlines()[-1]
    installed = tmp_path / "installed"
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(installed)], check=True)
    shipped = {str(path.relative_to(installed / "scalegame")) for path in (installed / "scalegame").rglob("*")}
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "levels").rglob("*.toml")}
    styles = {str(path.relative_to(ROOT / "scalegame")) for path in (ROOT / "scalegame").rglob("*.tcss")}
    assert sources | styles | {"py.typed", "levels/level.schema.json"} <= shipped
    listed = subprocess.run(
        [sys.executable, "-c", "from scalegame.cli import main; main(['levels'])"],
        cwd=installed,
        capture_output=True,
        text=True,
        check=True,
    )
    # The daily is made, not shipped.
    assert len(listed.stdout.splitlines()) == len(sources) + 1
    assert scalegame.__version__ in wheel.name
