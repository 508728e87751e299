"""What orders do: see ``rules``. Importing the rooms here is what makes their orders known."""

from scalegame.model.ordering import (
    autoscale,
    caching,
    data,
    front,
    machines,
    operations,
    policies,
    pools,
    queues,
    releases,
    removal,
    settings,
    state,
)
from scalegame.model.ordering.rules import ModelQuote, give, quote_of, refusal_of

__all__ = [
    "ModelQuote",
    "autoscale",
    "caching",
    "data",
    "front",
    "give",
    "machines",
    "operations",
    "policies",
    "pools",
    "queues",
    "quote_of",
    "refusal_of",
    "releases",
    "removal",
    "settings",
    "state",
]
