"""What an option costs, in words: the same in lists, in the palette and under what is typed."""

from __future__ import annotations

from scalegame.game.view import Option, Quote
from scalegame.tui.cells.figures import duration, money, price_change

FREE = "free, at once"


def cost(option: Option) -> str:
    """What an option costs: money a minute, money once, seconds until it is done, downtime."""
    parts = (price_change(option.quote.price_change), once_text(option.quote), time_text(option.quote))
    return "  ".join(part for part in parts if part) or FREE


def once_text(quote: Quote) -> str:
    return f"{money(quote.once)} once" if quote.once >= 0.005 else ""


def time_text(quote: Quote) -> str:
    """How long it takes, and how long the place is down for it."""
    parts = []
    if quote.delay > 0 and quote.delay != quote.downtime:
        parts.append(f"in {duration(quote.delay)}")
    if quote.downtime > 0:
        # Down from now until it is done: the delay is said with it.
        parts.append(f"{duration(quote.downtime)} down")
    return "  ".join(parts)


def consequence(option: Option) -> str:
    """All that the chosen row stands for and may have no room for: why not, or what it costs and changes."""
    if option.refusal:
        return option.refusal
    price = cost(option).replace("  ", ", ")
    return f"{price}; {option.quote.consequence}" if option.quote.consequence else price
