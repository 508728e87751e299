"""Why the rules of time and money refuse what the world would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalegame.game.purse import Purse, micro
from scalegame.game.stages import StageClock, clock_text
from scalegame.model.catalogue import (
    LAUNCH_AFTER_SECONDS,
    LAUNCH_KEPT_SECONDS,
    MINIMUM_BILLED_SECONDS,
    TICKS_PER_SECOND,
)

if TYPE_CHECKING:
    from scalegame.game.view import Quote


def money_refusal(quote: Quote, purse: Purse, rent_so_far: int, clock: StageClock) -> str | None:
    """Why an order cannot be paid: what it costs at once, and the rent of its minimum; None where it can."""
    left = purse.left(rent_so_far)
    rent = micro(max(0.0, quote.price_change) * MINIMUM_BILLED_SECONDS / 60)
    needed = micro(quote.once) + rent
    if left is None or needed == 0 or needed <= left:
        return None
    parts = [f"${quote.once:.2f} at once"] if quote.once else []
    parts += [f"${rent / 1e6:.2f} for its first {MINIMUM_BILLED_SECONDS:.0f} s"] if rent else []
    sentence = f"the purse holds ${max(0, left) / 1e6:.2f}, and this needs {' and '.join(parts)}"
    coming = None if clock.is_last else clock.stages[clock.index + 1]
    if coming is not None and coming.grant:
        when = clock_text(clock.ends / TICKS_PER_SECOND)
        sentence += f": ${coming.grant:.2f} come at {when}, with stage {clock.index + 2}"
    return sentence


def launch_refusal(clock: StageClock, tick: int, good: int, lost: int, slo_uptime: float) -> str | None:
    """Why the next stage cannot start now; good and lost are of the last LAUNCH_KEPT_SECONDS
    and of the second under way."""
    if clock.is_last:
        return "this is the last stage: there is nothing to launch"
    ran = (tick - clock.starts) / TICKS_PER_SECOND
    if ran < LAUNCH_AFTER_SECONDS:
        return f"a stage runs {LAUNCH_AFTER_SECONDS:.0f} s before the next is launched: {ran:.1f} s so far"
    if good < slo_uptime * (good + lost):
        share = 100 * good / (good + lost)
        return (
            f"the last {LAUNCH_KEPT_SECONDS:.0f} s were not within the SLO: {share:.2f} % good,"
            f" {100 * slo_uptime:g} % asked for"
        )
    return None
