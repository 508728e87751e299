"""The physics: queueing, state and failure as arrays. numpy only; no clock, file, screen or game rule.

``world`` puts all together, and ``snapshot`` is all that the outside ever sees of it. ``site`` holds the state of a
batch of runs, ``columns`` says which columns of the machine table are whose, ``start`` what stands at first. What
players do comes in by ``orders`` (data) and ``ordering`` (why not, what it costs, what it does); what happens in time
is in ``schedule`` and ``lifecycle``, whose turn it is in ``turns``, what it costs beside the rent in ``billing``.
Numbers that players see stand in ``catalogue`` alone.

A request's way is the order of the rooms to open: traffic; front (balancer, paths, zones); way (the walk through the
tiers, the representatives, their fates, the ledger); homes (sessions, files, data on the box); copies (CDN, cache,
pages); data (replicas, standbys, shards); queue (jobs and workers). Beside it: operators (time-outs, retries, breaker,
shedding), failure, automation. Below all: queueing (the walks and waits) and numbers (exact functions and draws).
"""
