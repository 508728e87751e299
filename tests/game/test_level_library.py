"""The shipped levels: found by id, listed in order, and all of them sound."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scalegame.game.level import LevelError
from scalegame.game.level_file import check_file
from scalegame.game.level_library import PACKS, find, levels_folder, library, locate
from scalegame.game.level_schema import LevelKeys, json_schema
from tests.game.level_texts import SOUND


def test_the_list_has_the_campaign_first_and_the_labs_last() -> None:
    packs = [listing.pack for listing in library()]
    assert packs == sorted(packs, key=PACKS.index)
    assert packs[-1] == "lab"


def test_no_two_levels_share_an_id() -> None:
    ids = [listing.id for listing in library()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", [listing.id for listing in library()])
def test_a_shipped_level_passes_its_checks_without_a_warning(name: str) -> None:
    path, pack = locate(name)
    level, warnings = check_file(path, pack)
    assert level.id == name
    assert not warnings


def test_labs_are_named_as_labs() -> None:
    assert all(listing.id == f"lab-{Path(listing.path).stem}" for listing in library() if listing.pack == "lab")


def test_a_level_is_found_by_its_id() -> None:
    level = find("lab-mm1-90")
    assert (level.id, level.pack) == ("lab-mm1-90", "lab")
    assert Path(level.path) == levels_folder() / "lab" / "mm1-90.toml"


def test_a_level_is_found_by_its_path_whatever_the_file_is_called(tmp_path: Path) -> None:
    path = tmp_path / "anything.txt"
    path.write_text(SOUND)
    level = find(str(path))
    assert (level.id, level.pack) == ("shop", tmp_path.name)


def test_a_misspelt_id_gets_the_nearest() -> None:
    with pytest.raises(LevelError, match=r'there is no level "lab-mm1-09"; did you mean lab-mm1-\d\d\?'):
        find("lab-mm1-09")


def test_a_path_to_nowhere_is_a_missing_file_not_an_unknown_id() -> None:
    with pytest.raises(LevelError, match="no such file"):
        find("nowhere/level.toml")


class TestTheSchema:
    def test_is_published_beside_the_levels(self) -> None:
        published = (levels_folder() / "level.schema.json").read_text()
        assert published == json.dumps(json_schema(), indent=2) + "\n"

    def test_documents_every_key(self) -> None:
        tables = [json_schema(), *json_schema()["$defs"].values()]
        silent = [
            f"{table['title']}.{key}"
            for table in tables
            for key, meaning in table["properties"].items()
            if "description" not in meaning and "$ref" not in meaning
        ]
        assert not silent

    def test_asks_for_no_more_than_it_must(self) -> None:
        required = [name for name, field in LevelKeys.model_fields.items() if field.is_required()]
        assert required == ["format", "id", "title", "classes", "start"]

    def test_leaves_the_authors_own_keys_alone(self) -> None:
        assert all("^x_" in table["patternProperties"] for table in (json_schema(), *json_schema()["$defs"].values()))

    def test_unlocks_whole_verbs_and_single_lines_of_them(self) -> None:
        unlocked = json_schema()["properties"]["unlocked"]["anyOf"][0]["items"]["enum"]
        assert {"resize", "place", "place balancer", "place cache"} <= set(unlocked)
