"""The physics: queueing, state and failure as arrays. numpy only; no clock, file, screen or game rule.

A request's way is the order of the files to open: traffic, tiers (balancer, sessions, servers), passage, fates, ledger,
signals. What players do comes in by orders, refusals, quotes, ordering; what machines do in time is the lifecycle.
``world`` puts them together; ``snapshot`` is all that the outside ever sees of it.
"""
