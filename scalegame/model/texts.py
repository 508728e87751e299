"""How the model's sentences put numbers."""

from __future__ import annotations


def counted(number: float, one: str, many: str) -> str:
    """'1 request is', '2,300 requests are': a number as it is shown, and the words that go with it."""
    shown = f"{number:,.0f}"
    return f"{shown} {one if shown == '1' else many}"


def share_text(part: float, whole: float) -> str:
    """A share in whole per cent."""
    return f"{100.0 * part / whole:.0f} %" if whole > 0 else "0 %"
