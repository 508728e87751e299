"""`set` for time-outs, retries, breakers and shedding: what they need, and what follows."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.ordering.rules import FREE, ModelQuote
from scalegame.model.ordering.settings import prices, refuses
from scalegame.model.site import Site

_OF_CALLS = (
    "timeout.database",
    "retries.database",
    "retries.backoff",
    "retries.jitter",
    "retries.budget",
    "breaker",
    "breaker.threshold",
    "breaker.open",
)


@refuses(*_OF_CALLS)
def _no_calls(site: Site, _run: int, _value: float, _of_class: str | None) -> str | None:
    if any(kind.db_read_ms + kind.db_write_ms > 0.0 for kind in site.scenario.classes):
        return None
    return "nothing here calls a database"


@refuses("shed.retry-after")
def _nobody_comes_back(site: Site, _run: int, value: float, _of_class: str | None) -> str | None:
    if value == 0.0 or site.retries.most:
        return None
    return "no client here ever comes back: there is nobody to tell"


@prices("timeout.database")
def _time_out_text(site: Site, run: int, value: float, _of_class: str | None) -> ModelQuote:
    if value == 0.0:
        return ModelQuote(consequence="calls wait for as long as it takes, and hold their slots")
    again = " and is tried again" if site.knob("retries.database")[run] > 0.0 else ""
    return ModelQuote(consequence=f"a call that takes more than {value:g} ms fails{again}; the database works on it")


@prices("retries.database")
def _retries_text(site: Site, run: int, value: float, _of_class: str | None) -> ModelQuote:
    if value == 0.0:
        return FREE
    budget = float(site.knob("retries.budget")[run])
    most = f"{1.0 + budget / 100.0:.1f}" if budget > 0.0 else f"{value + 1.0:g}"
    return ModelQuote(consequence=f"while calls fail, the database gets up to {most} times as many")


@prices("retries.budget")
def _budget_text(_site: Site, _run: int, value: float, _of_class: str | None) -> ModelQuote:
    if value == 0.0:
        return ModelQuote(consequence="every failed call is tried again")
    return ModelQuote(consequence=f"while all calls fail, the database gets {1.0 + value / 100.0:.1f} times as many")


@prices("breaker")
def _breaker_text(site: Site, run: int, value: float, _of_class: str | None) -> ModelQuote:
    if value == 0.0:
        return FREE
    share, seconds = (float(site.knob(key)[run]) for key in ("breaker.threshold", "breaker.open"))
    slow = "" if site.knob("timeout.database")[run] > 0.0 else "; without a time-out a slow call is no failure"
    return ModelQuote(
        consequence=f"when {share:g} % of the calls of {cat.BREAKER_WINDOW_SECONDS:g} s fail, all fail at once for"
        f" {seconds:g} s{slow}"
    )


@prices("shed")
def _shed_text(site: Site, run: int, value: float, _of_class: str | None) -> ModelQuote:
    if value == 0.0:
        return ModelQuote(consequence="everything is let in, however long it waits")
    after = float(site.knob("shed.retry-after")[run])
    told = f", and told to come back after {after:g} s" if after > 0.0 and site.retries.most else ""
    return ModelQuote(consequence=f"what would wait more than {value:g} ms at the servers is turned away{told}")
