"""The levels of the campaign, as the pages that teach know them."""

from __future__ import annotations

CAMPAIGN = (
    "one-box", "the-biggest-box", "who-am-i-again", "the-front-door", "dont-ask-twice", "closer-to-you",
    "yesterdays-price", "not-now", "twice-is-once", "something-is-always-broken", "the-hard-part", "launch-day",
)  # fmt: skip
"""All twelve, in order."""
CHALLENGES = ("retry-storm",)
"""Those that teach what no level of the campaign does."""
