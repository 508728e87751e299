"""Uploaded files: on the disk of the server that took them, or in object storage that all servers reach.

Files that somebody still asks for are followed as expectations: how many lie where, how many are lost. Who asks for one
asks for any of them alike, so that a server finds the share of them that lies on its own disk or in object storage.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.homes.demands import Demands
from scalegame.model.homes.sessions import in_order
from scalegame.model.numbers.exact import Floats
from scalegame.model.scenario import RequestClass, UploadHome
from scalegame.model.state import Whole

_STILL_WANTED = 1.0 - cat.TICK_SECONDS / cat.UPLOAD_INTEREST_SECONDS
_MB = 1000.0
_GB = 1_000_000.0
"""In kilobytes."""
_SMOOTHING = 0.1
"""What a tick weighs in a one-second moving average."""
_TICKS_A_MINUTE = 60.0 * cat.TICKS_PER_SECOND


class Store(IntEnum):
    DISK = 0
    OBJECT = 1


STORES: dict[UploadHome, Store] = {"disk": Store.DISK, "object": Store.OBJECT}
STORE_NAMES: dict[Store, UploadHome] = {store: name for name, store in STORES.items()}


@dataclass
class Uploads:
    """Shape (runs,)."""

    home: Whole
    """Where files are written from now on; see Store."""
    stored: Floats
    """Files in object storage."""
    gone: Floats
    """Files that are lost and that somebody still asks for."""
    lost: Floats
    """All files that were ever lost."""
    owed: Floats
    """What object storage costs and is not billed yet: below a micro-dollar."""
    burn: Floats
    """What it costs, over the last second: micro-dollars a tick."""


def first_uploads(runs: int, home: UploadHome) -> Uploads:
    none = np.zeros((5, runs))
    return Uploads(np.full(runs, int(STORES[home]), dtype=np.int64), *none)


def file_gb(classes: tuple[RequestClass, ...], planned: list[float]) -> float:
    """Mean size of an uploaded file in gigabytes, over the planned requests; 0 where nobody uploads."""
    count = size = 0.0
    for kind, requests in zip(classes, planned, strict=True):
        if kind.uploads_kb > 0.0:
            count += requests
            size += requests * kind.uploads_kb
    return size / count / _GB if count > 0.0 else 0.0


def handling_ms(demands: Demands, home: Whole) -> Floats:
    """A server's core work for the files of each class, (runs, classes), in milliseconds."""
    pace = np.where(home == Store.DISK, cat.DISK_CPU_MS_PER_MB, cat.OBJECT_CPU_MS_PER_MB)
    result: Floats = pace[:, None] * (demands.kilobytes / _MB)
    return result


def trips(demands: Demands, home: Whole) -> Floats:
    """Seconds that each class waits for object storage, (runs, classes)."""
    files = demands.uploads + demands.downloads
    result: Floats = (home == Store.OBJECT)[:, None] * files * (cat.OBJECT_STORE_MS / 1000.0)
    return result


def take_in(state: Uploads, own: Floats, new: Floats) -> Floats:
    """One tick of files coming and being forgotten; returns the share of the files asked for that each server does not
    find, (runs, servers).

    own: files on each server's disk, changed in place; new: those uploaded there in this tick. Both (runs, servers).
    """
    on_disk = state.home == Store.DISK
    own *= _STILL_WANTED
    state.stored *= _STILL_WANTED
    state.gone *= _STILL_WANTED
    own += new * on_disk[:, None]
    state.stored += in_order(new) * ~on_disk
    everything = in_order(own) + state.stored + state.gone
    found = (own + state.stored[:, None]) / np.maximum(everything, 1e-9)[:, None]
    missing: Floats = np.maximum(1.0 - found, 0.0) * (everything > 1e-9)[:, None]
    return missing


def bill(state: Uploads, kilobytes: Floats, gigabytes_a_file: float) -> Whole:
    """What this tick of object storage costs in whole micro-dollars, (runs,). kilobytes: written and read, (runs,)."""
    moved = kilobytes * (cat.OBJECT_PRICE_PER_GB_MOVED * 1e6 / _GB) * (state.home == Store.OBJECT)
    lying = state.stored * (gigabytes_a_file * cat.OBJECT_PRICE_PER_GB_MINUTE * 1e6 / _TICKS_A_MINUTE)
    cost = moved + lying
    state.burn += _SMOOTHING * (cost - state.burn)
    state.owed += cost
    whole = np.floor(state.owed)
    state.owed -= whole
    return whole.astype(np.int64)


def lose_disk(state: Uploads, own: Floats, run: int, machine: int) -> float:
    """The files on a server's disk are lost for good. Returns how many."""
    files = float(own[run, machine])
    state.gone[run] += files
    state.lost[run] += files
    own[run, machine] = 0.0
    return files


def move(state: Uploads, own: Floats, run: int, home: Store, share: Floats) -> None:
    """All files that there are move to another home; share: how they are spread over the disks, (servers,)."""
    state.home[run] = int(home)
    if home == Store.OBJECT:
        state.stored[run] += float(in_order(own[run]))
        own[run] = 0.0
    else:
        own[run] += state.stored[run] * share
        state.stored[run] = state.burn[run] = 0.0


def dollars_a_minute(state: Uploads, run: int) -> float:
    """What object storage costs now."""
    return float(state.burn[run]) * _TICKS_A_MINUTE / 1e6


def copy_seconds(state: Uploads, own: Floats, run: int, gigabytes_a_file: float) -> float:
    """How long a move takes: with the files that there are."""
    files = float(in_order(own[run])) + float(state.stored[run])
    return cat.MIGRATION_SECONDS + files * gigabytes_a_file / cat.UPLOAD_COPY_GB_PER_SECOND
