"""`set`: what its knobs may be turned to, what that costs, what follows.

A room whose knob needs something to stand, has a price, or must be told of the change says so here:

    @refuses("load")
    def _no_dial(site: Site, run: int, value: float, of_class: str | None) -> str | None: ...
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.ordering.rules import FREE, ModelQuote, give, quote_of, refusal_of
from scalegame.model.orders import Set
from scalegame.model.site import Site

Refusal: TypeAlias = Callable[[Site, int, float, str | None], str | None]
"""(site, run, value, class) -> why not, as ``refusal_of`` says it."""
Pricing: TypeAlias = Callable[[Site, int, float, str | None], ModelQuote]
Effect: TypeAlias = Callable[[Lifecycle, int, float, str | None], None]
"""What else happens, after the knob has its new value."""
_Rule = TypeVar("_Rule", bound=Callable[..., object])

_refusals: dict[str, Refusal] = {}
_pricings: dict[str, Pricing] = {}
_effects: dict[str, Effect] = {}


def _registrar(rules: dict[str, _Rule], keys: tuple[str, ...]) -> Callable[[_Rule], _Rule]:
    def register(rule: _Rule) -> _Rule:
        for key in keys:
            rules[key] = rule
        return rule

    return register


def refuses(*keys: str) -> Callable[[Refusal], Refusal]:
    """Mark the function that says why a knob cannot be turned now."""
    return _registrar(_refusals, keys)


def prices(*keys: str) -> Callable[[Pricing], Pricing]:
    """Mark the function that says what turning a knob costs; without one it is free."""
    return _registrar(_pricings, keys)


def follows(*keys: str) -> Callable[[Effect], Effect]:
    """Mark the function that does what else a knob changes."""
    return _registrar(_effects, keys)


@refusal_of.register
def _set_refusal(order: Set, site: Site, run: int) -> str | None:
    found = cat.setting_of(order.key)
    if found is None:
        return f"there is no setting {order.key!r}; there are {', '.join(cat.SETTINGS)}"
    setting, of_class = found
    names = [kind.name for kind in site.scenario.classes]
    if of_class is not None and of_class not in names:
        return f"there is no class {of_class!r}; there are {', '.join(names)}"
    if not setting.holds(order.value):
        return f"{order.key} is {setting.range_text}"
    rule = _refusals.get(setting.key)
    return rule(site, run, order.value, of_class) if rule else None


@quote_of.register
def _set_quote(order: Set, site: Site, run: int) -> ModelQuote:
    found = cat.setting_of(order.key)
    if found is None or not found[0].holds(order.value):
        return FREE
    rule = _pricings.get(found[0].key)
    return rule(site, run, order.value, found[1]) if rule else FREE


@give.register
def _give_set(order: Set, life: Lifecycle, run: int) -> None:
    found = cat.setting_of(order.key)
    if found is None:
        return
    (setting, of_class), site = found, life.site
    if setting.per_class:
        chosen = [of_class in (None, kind.name) for kind in site.scenario.classes]
        values = site.class_knob(setting.key)
        values[run] = np.where(chosen, order.value, values[run])
    else:
        site.knob(setting.key)[run] = order.value
    effect = _effects.get(setting.key)
    if effect:
        effect(life, run, order.value, of_class)


@refuses("load")
def _load_refusal(site: Site, _run: int, _value: float, _of_class: str | None) -> str | None:
    return None if site.scenario.dial else "how many come is not yours to say here: this level has no dial"


@follows("load")
def _turn_the_dial(life: Lifecycle, run: int, value: float, _of_class: str | None) -> None:
    life.site.timeline.dial[run] = value / 100.0


def settings_text(site: Site, run: int) -> tuple[tuple[str, str], ...]:
    """(key, value) of all knobs that are not as they were at the start, as `set` takes them."""
    found = []
    for setting in cat.SETTINGS.values():
        if setting.per_class:
            values = site.class_knob(setting.key)[run]
            found += [
                (f"{setting.key}.{kind.name}", setting.text(float(value)))
                for kind, value in zip(site.scenario.classes, values, strict=True)
                if value != setting.start
            ]
        elif site.knob(setting.key)[run] != setting.start:
            found.append((setting.key, setting.text(float(site.knob(setting.key)[run]))))
    return tuple(found)
