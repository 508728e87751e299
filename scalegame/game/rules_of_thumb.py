"""The formulas behind the concepts, as plain numbers: what a player can reckon with before building anything.

Waiting comes from the model's own curves, so that a page says what the board will show.
"""

from __future__ import annotations

import math

import numpy as np

from scalegame.model.copies.popularity import zipf
from scalegame.model.queueing.waiting import erlang_c


def waiting_share(cores: int, utilisation: float) -> float:
    """The share of the requests that find all cores busy (Erlang's C), for 0 < utilisation < 1."""
    return float(erlang_c(cores, np.array([utilisation]))[0])


def mean_wait(cores: int, utilisation: float) -> float:
    """Mean wait for a core, in multiples of the mean work (M/M/c; with one core it is u / (1 - u))."""
    return waiting_share(cores, utilisation) / (cores * (1.0 - utilisation))


def slow_wait(cores: int, utilisation: float, share: float) -> float:
    """The wait that ``share`` of the requests stay below, in multiples of the mean work; 0 where they do not wait."""
    waiting = waiting_share(cores, utilisation)
    if waiting <= 1.0 - share:
        return 0.0
    return math.log(waiting / (1.0 - share)) / (cores * (1.0 - utilisation))


def strangers(machines: int) -> float:
    """The share of a user's requests that reach another machine than the one before, dealt out evenly."""
    return 1.0 - 1.0 / machines


def more_after_a_death(machines: int) -> float:
    """What each of the others gets more when one of ``machines`` dies: 0.5 is half as much again."""
    return 1.0 / (machines - 1)


def up_share(mtbf_seconds: float | None, repair_seconds: float) -> float:
    """The share of the time that one machine is up; None never fails."""
    return 1.0 if mtbf_seconds is None else mtbf_seconds / (mtbf_seconds + repair_seconds)


def all_down(machines: int, up: float) -> float:
    """The share of the time that all of so many are down, each up for the share ``up`` on its own."""
    return float((1.0 - up) ** machines)


def attempts(failing: float, retries: int) -> float:
    """Attempts for each request when the share ``failing`` of them fails and each is tried again so often."""
    return float(sum(failing**tried for tried in range(retries + 1)))


def kept_by_ttl(rate: float, ttl: float) -> float:
    """The share of the requests for one item that its copy answers, asked for ``rate`` times a second and kept ``ttl``
    seconds: the first in each ttl fetches it."""
    return rate * ttl / (1.0 + rate * ttl)


def asked_of_the_top(items: int, skew: float, share: float) -> float:
    """The share of all requests that goes to the ``share`` of the items asked for most (Zipf's law, exponent
    ``skew``)."""
    popularity = zipf(items, skew)
    room = items * share
    found = 0.0
    for number, requests in zip(popularity.items, popularity.share, strict=True):
        if number <= 0:
            break
        part = min(room / float(number), 1.0)
        found += part * float(requests)
        room -= part * float(number)
        if room <= 0:
            break
    return found
