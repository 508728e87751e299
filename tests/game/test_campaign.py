"""The campaign's levels hold what their files say of them: every build kept beside a level is played again."""

import pytest

from scalegame.game.level import Level, Proof
from scalegame.game.level_library import find, library
from scalegame.game.score import medals
from scalegame.game.script import read_script
from scalegame.game.session import Session

CAMPAIGN = [entry.id for entry in library() if entry.pack == "campaign"]
PROOFS = [(level, proof) for level in map(find, CAMPAIGN) for proof in level.proofs]
REFERENCES = [(level, proof) for level, proof in PROOFS if proof.reference]


def play(level: Level, proof: Proof, seed: int) -> Session:
    session = Session(level, seed, keep_history=False)
    script = read_script("\n".join(proof.commands), proof.name)
    while not session.over:
        while script and script[0].tick <= session.tick:
            refusal = session.do(script.pop(0).line)
            assert refusal is None or proof.outcome == "lost", refusal
        session.step()
    return session


def assert_holds(level: Level, proof: Proof, seed: int) -> None:
    session = play(level, proof, seed)
    assert session.outcome == proof.outcome, session.reason
    uptime, cost = medals(session.result(), level.par)
    assert proof.uptime in (None, uptime)
    assert proof.cost in (None, cost)


def test_the_campaign_begins_with_one_box() -> None:
    assert CAMPAIGN[:3] == ["one-box", "the-biggest-box", "who-am-i-again"]


@pytest.mark.parametrize(("level", "proof"), REFERENCES, ids=[level.id for level, _ in REFERENCES])
def test_the_build_that_pars_are_made_from_comes_to_what_the_level_says(level: Level, proof: Proof) -> None:
    assert_holds(level, proof, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize(("level", "proof"), PROOFS, ids=[f"{level.id}: {proof.name}" for level, proof in PROOFS])
def test_every_build_kept_beside_a_level_comes_to_what_it_says(level: Level, proof: Proof, seed: int) -> None:
    assert_holds(level, proof, seed)


@pytest.mark.parametrize("level_id", CAMPAIGN)
def test_each_level_has_a_reference_and_loses_when_nothing_is_done(level_id: str) -> None:
    proofs = find(level_id).proofs
    assert sum(proof.reference for proof in proofs) == 1
    assert any(proof.outcome == "lost" and not proof.commands for proof in proofs)


@pytest.mark.slow
@pytest.mark.parametrize("level_id", CAMPAIGN)
def test_no_build_made_wholly_at_second_0_takes_gold_on_both_axes(level_id: str) -> None:
    """The reference's own orders, and those of every other build, all given at once at the start."""
    level = find(level_id)
    for proof in level.proofs:
        if not proof.commands:
            continue
        at_once = tuple(f"0 {command.split(maxsplit=1)[1]}" for command in proof.commands)
        session = play(level, Proof(proof.name, at_once, "lost"), seed=1)
        assert medals(session.result(), level.par) != ("gold", "gold"), proof.name
