"""The README's picture is made by the game and can be made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from scalegame.tui.picture import main

ROOT = Path(__file__).resolve().parents[2]


def test_the_same_call_gives_the_same_picture_and_leaves_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    commands = tmp_path / "commands"
    commands.write_text("1 resize app medium\n", encoding="utf-8")
    texts = []
    for name in ("one.svg", "two.svg"):
        assert main([str(tmp_path / name), "one-box", "3", str(commands), "--size", "80x24"]) == 0
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
    assert "resizing" in texts[0]
    assert texts[0] == texts[1]
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    "arguments", [["no-such-level", "3"], ["one-box", "3", "no-such-file"], ["one-box", "3", "--size", "wide"]]
)
def test_a_bad_call_is_one_line_and_no_file(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.svg"
    assert main([str(out), *arguments]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not out.exists()


def test_the_pictures_commands_stand_beside_it() -> None:
    assert (ROOT / ".github" / "game.svg").stat().st_size > 10_000
    assert "place cache" in (ROOT / ".github" / "game.commands").read_text(encoding="utf-8")
