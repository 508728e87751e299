"""The physics: queueing, state and failure as arrays. numpy only; no clock, file, screen or game rule.

A request's way is the order of the files to open: traffic, balancer, servers (with sessions), database, ledger,
signals. ``world`` puts them together; ``snapshot`` is all that the outside ever sees of it.
"""
