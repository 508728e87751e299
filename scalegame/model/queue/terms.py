"""On which terms jobs are queued and done: arrays alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalegame.model.catalogue import MAX_RECEIVES, VISIBILITY_SECONDS
from scalegame.model.numbers.exact import Floats
from scalegame.model.scenario import RequestClass
from scalegame.model.state import Mask


@dataclass
class Terms:
    """What operators set, and what befalls; (runs,), or (runs, classes)."""

    queued: Mask
    """(runs, classes): the app leaves the job to the queue; the others are done inline."""

    visibility: Floats
    """Seconds until an undeleted message is visible again."""
    most_receives: Floats
    """Deliveries after which a message is a dead letter."""
    idempotent: Mask
    """(runs, classes): the handler looks whether the job is done already, which costs the worker DEDUPE_CPU_MS."""
    failing: Floats
    """(runs, classes): chance that the worker's process dies on the job; the message comes back after its time-out."""


def first_terms(classes: Sequence[RequestClass], runs: int) -> Terms:
    """Before anybody sets any; nothing is queued."""
    return Terms(
        queued=np.zeros((runs, len(classes)), dtype=np.bool_),
        visibility=np.full(runs, VISIBILITY_SECONDS),
        most_receives=np.full(runs, float(MAX_RECEIVES)),
        idempotent=np.zeros((runs, len(classes)), dtype=np.bool_),
        failing=np.tile([kind.job_crash for kind in classes], (runs, 1)),
    )
