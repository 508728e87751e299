"""The labs of the learn pages show what they promise."""

from __future__ import annotations

import re

import pytest

from scalegame.game.level import Level
from scalegame.game.level_library import find, library

LABS = [find(entry.id) for entry in library() if entry.id.startswith("lab-try-")]


@pytest.mark.parametrize("level", LABS, ids=[level.id for level in LABS])
def test_looking_on_shows_the_trouble_and_trying_it_ends_it(level: Level) -> None:
    builds = [(bool(proof.commands), proof.uptime) for proof in level.proofs]
    if level.slo_uptime:
        # The budget's own lab is about spending it: whoever touches nothing keeps most of it.
        assert builds[0] == (False, "gold")
    else:
        assert builds[0] == (False, "none")
        assert (True, "gold") in builds


@pytest.mark.parametrize("level", LABS, ids=[level.id for level in LABS])
def test_what_a_story_tells_to_try_has_been_tried_to_the_letter(level: Level) -> None:
    tried = {command.split(maxsplit=1)[1] for proof in level.proofs for command in proof.commands}
    told = re.findall(r"`([^`]+)`", level.story)
    assert told
    assert set(told) <= tried


@pytest.mark.parametrize("level", LABS, ids=[level.id for level in LABS])
def test_the_moments_that_a_story_names_are_those_of_its_events(level: Level) -> None:
    told = {int(second) for second in re.findall(r"[Aa]t (\d+) seconds", level.story)}
    assert told <= {round(fault.seconds) for fault in level.scenario.faults}
