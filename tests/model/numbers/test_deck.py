"""The deck of draws: over all its sheets each draw has its law, on one sheet they are strangers to each other."""

from __future__ import annotations

import numpy as np
import pytest

from scalegame.model.numbers import deck
from scalegame.model.numbers.deck import LANES, SHEETS, Dealer, Hand


def test_uniforms_fill_every_stratum_once() -> None:
    for row in deck.way_rows()[1:]:
        assert (np.sort(np.floor(row * SHEETS * LANES)) == np.arange(SHEETS * LANES)).all()


def test_moments_of_a_sheet_are_spread_over_the_tick() -> None:
    moments = deck.way_rows()[0].reshape(SHEETS, LANES)
    assert (np.sort(np.floor(moments * LANES), axis=1) == np.arange(LANES)).all()


@pytest.mark.parametrize("scv", [0.0, 0.5, 1.0, 4.0])
def test_services_have_mean_one_and_their_variance(scv: float) -> None:
    services = deck.service_row(scv)
    assert services.mean() == pytest.approx(1.0, abs=0.005)
    assert services.var() == pytest.approx(scv, rel=0.05, abs=1e-12)


def test_draws_of_a_sheet_do_not_know_of_each_other() -> None:
    rows = np.concatenate([deck.way_rows()[1:], deck.hop_rows()])
    sources = rows[[0, 1, 2, 3, 4, *(5 + row for row in (deck.CAME_U, deck.GONE_U, deck.DIP_U, deck.SHIFT))]]
    among_rows = np.corrcoef(sources) - np.eye(len(sources))
    assert np.abs(among_rows).max() < 5 / np.sqrt(SHEETS * LANES)
    among_lanes = np.corrcoef(sources[0].reshape(SHEETS, LANES).T) - np.eye(LANES)
    assert np.abs(among_lanes).max() < 5 / np.sqrt(SHEETS)


def test_a_run_is_dealt_the_same_alone_and_among_others() -> None:
    alone = Dealer(np.array([7]), 2).deal(30, 5, [1, 3])
    among = Dealer(np.array([3, 7, 9]), 2).deal(30, 5, [1, 3])
    assert (among.reshape(2, 5, 3, 2)[:, :, 1] == alone.reshape(2, 5, 2)).all()
    assert (Dealer(np.array([7]), 2).deal(32, 1, [3])[0] == alone.reshape(2, 5, 2)[1, 2]).all()


def test_a_full_house_reads_what_each_would_read_alone() -> None:
    sheets = Dealer(np.array([7]), 3).deal(0, 4, [2])[0]
    everyone = np.arange(sheets.size * LANES)
    assert (Hand(sheets).read(deck.hop_rows()) == Hand(sheets, everyone).read(deck.hop_rows())).all()
    some = everyone[5::7]
    row = deck.hop_rows()[deck.SERVICE]
    assert (Hand(sheets).some(row, some) == Hand(sheets, some).read(row[None])[0]).all()
