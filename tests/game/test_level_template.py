"""The level that an author starts from is a sound one."""

from __future__ import annotations

from pathlib import Path

import pytest

from scalegame.game.level import Level, LevelError
from scalegame.game.level_file import check_level
from scalegame.game.level_template import id_from, template, write_template
from scalegame.game.proving.proving import plan, prove


def the_level() -> Level:
    level, warnings = check_level(template("my-level"), "my-level.toml")
    assert warnings == []
    return level


def test_it_passes_all_checks_and_bears_the_id() -> None:
    level = the_level()
    assert (level.id, level.title) == ("my-level", "My level")


def test_its_lines_are_short() -> None:
    assert max(map(len, template("x" * 40).splitlines())) <= 120


@pytest.mark.slow
def test_it_proves_what_it_teaches() -> None:
    level = the_level()
    verdict = prove(level, plan(level, range(1, 9), workers=1))
    assert verdict.holds, verdict


def test_it_has_a_reference_and_a_build_for_each_medal_and_doing_nothing_loses() -> None:
    proofs = the_level().proofs
    assert sum(proof.reference for proof in proofs) == 1
    assert {("gold", None), (None, "gold")} <= {(proof.uptime, proof.cost) for proof in proofs}
    assert any(proof.outcome == "lost" and not proof.commands for proof in proofs)


class TestWriting:
    def test_it_is_named_after_the_file_or_as_told(self, tmp_path: Path) -> None:
        assert write_template(tmp_path / "Black Friday 2.toml") == "black-friday-2"
        assert write_template(tmp_path / "x.toml", "hug") == "hug"
        assert 'id = "hug"' in (tmp_path / "x.toml").read_text("utf-8")

    @pytest.mark.parametrize(("name", "found"), [("___.toml", "my-level"), ("Ünï.toml", "n"), ("a" * 60, "a" * 40)])
    def test_any_file_has_an_id(self, name: str, found: str) -> None:
        assert id_from(Path(name)) == found

    def test_nothing_is_overwritten(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.toml"
        path.write_text("mine")
        with pytest.raises(LevelError, match="is there already"):
            write_template(path)
        assert path.read_text() == "mine"

    def test_what_is_no_id_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(LevelError, match='"No Id" is no id'):
            write_template(tmp_path / "x.toml", "No Id")
        assert not list(tmp_path.iterdir())

    def test_a_folder_that_is_not_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(LevelError, match="cannot be written: No such file"):
            write_template(tmp_path / "none" / "x.toml")
