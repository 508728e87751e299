"""The labs of the learn pages show what they promise: every build kept beside one comes to what the lab says."""

from __future__ import annotations

import pytest

from scalegame.game.level import Level, Proof
from scalegame.game.level_library import find, library
from tests.game.test_campaign import assert_holds

LABS = [find(entry.id) for entry in library() if entry.id.startswith("lab-try-")]
PROOFS = [(level, proof) for level in LABS for proof in level.proofs]


@pytest.mark.parametrize("level", LABS, ids=[level.id for level in LABS])
def test_looking_on_shows_the_trouble_and_trying_it_ends_it(level: Level) -> None:
    builds = [(bool(proof.commands), proof.uptime) for proof in level.proofs]
    if level.slo_uptime:
        # The budget's own lab is about spending it: whoever touches nothing keeps most of it.
        assert builds[0] == (False, "gold")
    else:
        assert builds[0] == (False, "none")
        assert (True, "gold") in builds


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize(("level", "proof"), PROOFS, ids=[f"{level.id}: {proof.name}" for level, proof in PROOFS])
def test_every_build_kept_beside_a_lab_comes_to_what_it_says(level: Level, proof: Proof, seed: int) -> None:
    assert_holds(level, proof, seed)
