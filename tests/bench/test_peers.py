from __future__ import annotations

import pytest

from scalegame.bench import peers
from scalegame.bench.service import Service

SERVICE = Service(1_000.0)


@pytest.mark.parametrize("package", peers.PEERS)
def test_a_peer_answers_as_theory_says(package: str) -> None:
    pytest.importorskip(package)
    peer = peers.peers(SERVICE, seed=2)[package]
    peer.run(12_000 / SERVICE.rate)
    assert peer.mean_response() == pytest.approx(SERVICE.mean_response, rel=0.04)


def test_simpy_goes_on_where_it_ended() -> None:
    pytest.importorskip("simpy")
    at_once, in_two = peers.SimpyService(SERVICE, seed=3), peers.SimpyService(SERVICE, seed=3)
    at_once.run(2.0)
    in_two.run(1.0)
    in_two.run(1.0)
    assert at_once.mean_response() == in_two.mean_response()


def test_ciw_does_not_repeat_itself() -> None:
    pytest.importorskip("ciw")
    peer = peers.CiwService(SERVICE, seed=3)
    peer.run(1.0)
    first = peer.mean_response()
    peer.run(1.0)
    assert peer.mean_response() != first


def test_a_missing_peer_is_one_line_that_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "is_installed", lambda _package: False)
    simpy, ciw = peers.missing()
    assert simpy.startswith("SimPy is not installed")
    assert ciw.startswith("Ciw is not installed")
    assert ".[bench]" in ciw
    assert peers.peers(SERVICE, seed=1) == {}
