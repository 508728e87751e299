"""How often a tick calls into numpy: on small arrays each call costs the same, so their number is the tick's cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from scalegame.model.world import World

TICKS = 320
"""Whole blocks of what the world draws ahead come near to it: their share of a tick is in."""
_METHODS = ("astype", "copy", "searchsorted", "take")
_tally = Counter[str]()


class Counted(np.ndarray):
    """An array that counts what is done with it; whatever comes of it counts too."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **kwargs: Any) -> Any:
        _tally["calls"] += 1
        if out is not None:
            kwargs["out"] = tuple(_plain(array) for array in out)
        if isinstance(kwargs.get("where"), Counted):
            kwargs["where"] = _plain(kwargs["where"])
        result = getattr(ufunc, method)(*(_plain(value) for value in inputs), **kwargs)
        return out[0] if out is not None else _counting(result)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        _tally["calls"] += 1
        return _counting(super().__array_function__(function, types, args, kwargs))


def _count(name: str) -> Any:
    of_array = getattr(np.ndarray, name)

    def counted(self: Counted, *args: Any, **kwargs: Any) -> Any:
        _tally["calls"] += 1
        return of_array(self, *args, **kwargs)

    return counted


for _name in _METHODS:
    setattr(Counted, _name, _count(_name))


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Counted) else value


def _counting(value: Any) -> Any:
    return value.view(Counted) if type(value) is np.ndarray else value


def calls_of_a_tick(world: World) -> float:
    """The mean over TICKS. The world is spoilt for anything else."""
    _spread(world, set())
    _tally.clear()
    for _ in range(TICKS):
        world.step()
    return _tally["calls"] / TICKS


def _spread(thing: Any, seen: set[int]) -> Any:
    """Make all arrays that hang on a thing of the model count; returns what is to stand in its place."""
    if type(thing) is np.ndarray:
        return thing.view(Counted)
    if id(thing) in seen or isinstance(thing, (str, int, float, type)):
        return thing
    seen.add(id(thing))
    if isinstance(thing, dict):
        for key in thing:
            thing[key] = _spread(thing[key], seen)
    elif isinstance(thing, list):
        thing[:] = [_spread(each, seen) for each in thing]
    elif type(thing) is tuple:
        return tuple(_spread(each, seen) for each in thing)
    elif type(thing).__module__.startswith("scalegame.model"):
        names = [field.name for field in fields(thing)] if is_dataclass(thing) else []
        names += list(getattr(thing, "__dict__", {})) + list(getattr(type(thing), "__slots__", ()))
        for name in dict.fromkeys(names):
            value = getattr(thing, name, None)
            other = _spread(value, seen)
            if other is not value:
                object.__setattr__(thing, name, other)
    return thing
