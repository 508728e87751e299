"""Numbers as players read them: a unit on each, no more digits than matter, widths that do not jump."""

from __future__ import annotations

import math

from scalegame.game.score import uptime_text


def clock(seconds: float) -> str:
    """'02:14'; minutes beyond 99 just grow."""
    whole = max(int(seconds), 0)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def rate(value: float) -> str:
    """Requests a second: '1,840/s', '0.4/s', '1.20M/s'."""
    return f"{count(value)}/s"


def count(value: float) -> str:
    """'0', '0.4', '61', '1,840', '18,400', '184k', '1.84M'."""
    if not math.isfinite(value):
        return "--"
    if value >= 999_500:
        return f"{value / 1e6:.2f}M"
    if value >= 99_950:
        return f"{value / 1e3:,.0f}k"
    if 0 < value < 0.95:
        return f"{value:.1f}"
    return f"{value:,.0f}"


def brief(value: float) -> str:
    """The same in four cells: '0.4', '61', '999', '1.8k', '18k', '184k', '1.8M'."""
    if not value >= 999.5:
        return count(value)
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size * 0.9995:
            scaled = value / size
            return f"{scaled:.1f}{unit}" if scaled < 9.95 else f"{scaled:.0f}{unit}"
    return count(value)


def percent(share: float) -> str:
    """'71 %' of 0.71."""
    return f"{share * 100:.0f} %" if math.isfinite(share) else "-- %"


def uptime(share: float | None) -> str:
    """'99.42 %', never rounded up to 100 while something was lost; '--' where nothing was offered."""
    return uptime_text(share)


def money(dollars: float) -> str:
    """'$4.20', '$318', '−$4.20'."""
    sign = "−" if dollars < -0.004 else ""
    size = abs(dollars)
    return f"{sign}${size:,.0f}" if size >= 100 else f"{sign}${size:.2f}"


def brief_money(dollars: float) -> str:
    """At most seven cells: '$4.20', '$318', '−$1,234', '$12,345', '$123k', '$1.8M'."""
    size = abs(dollars)
    if size < 9_999.5:
        return money(dollars)
    sign = "−" if dollars < 0 else ""
    if size < 99_999.5 and not sign:
        return f"${size:,.0f}"
    if size < 999_500:
        return f"{sign}${size / 1e3:.0f}k"
    return f"{sign}${size / 1e6:.{0 if size >= 99.5e6 else 1}f}M"


def price_change(dollars_a_minute: float) -> str:
    """'+$1.04/min', '−$1.04/min'; '' where nothing changes."""
    if abs(dollars_a_minute) < 0.005:
        return ""
    return f"{'+' if dollars_a_minute > 0 else ''}{money(dollars_a_minute)}/min"


def milliseconds(value: float) -> str:
    """'38', '1,310', '4.2s': a bare number is milliseconds; '--' where nothing was answered."""
    if not math.isfinite(value):
        return "--"
    if value >= 9_950:
        return f"{value / 1000:,.1f}s"
    if value < 9.95:
        return f"{value:.1f}"
    return f"{value:,.0f}"


def brief_latency(value: float) -> str:
    """At most four cells: '38' ms, '1.3s', '12s', '120s'; '--' where nothing was answered."""
    if not math.isfinite(value):
        return "--"
    if value < 999.5:
        return f"{value:.0f}" if value >= 0.95 else f"{value:.1f}"
    return f"{value / 1000:.1f}s" if value < 9_950 else f"{min(value / 1000, 999):.0f}s"


def small_share(share: float) -> str:
    """At most seven cells: '0 %', '<0.01 %', '0.62 %', '4.1 %', '12 %': a little never looks like nothing."""
    percents = share * 100.0
    if not math.isfinite(percents):
        return "-- %"
    if percents <= 0.0:
        return "0 %"
    if percents < 0.01:
        return "<0.01 %"
    return f"{percents:.2f} %" if percents < 0.995 else f"{percents:.1f} %" if percents < 9.95 else f"{percents:.0f} %"


def time_left(seconds: float) -> str:
    """'0:40', '12:05': seconds begun count, so that 0:00 is the end."""
    whole = max(math.ceil(seconds - 1e-9), 0)
    return f"{whole // 60}:{whole % 60:02d}"


def duration(seconds: float) -> str:
    """'6 s', '1.5 s', '2 min'."""
    if seconds >= 120:
        return f"{seconds / 60:.0f} min"
    return f"{seconds:.1f} s" if seconds < 10 and seconds != int(seconds) else f"{seconds:.0f} s"
