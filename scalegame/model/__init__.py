"""The physics: queueing, state and failure as arrays. numpy only; no clock, file, screen or game rule.

A request's way is the order of the files to open: traffic, tiers (dealing, balancer, sessions, servers), passage,
fates, ledger, signals. Work that can wait goes another way: jobs (the queue and its workers as a whole), messages,
deliveries (long jobs, one by one), handling (short ones, walked), job_books. What servers remember, and lose:
sessions, uploads, records, with belongings for what goes with a machine and moving for what arrives elsewhere. What
players do comes in by ``orders`` (data) and ``ordering`` (why not, what it costs, what it does). What happens in time
is in schedule, lifecycle and faults. ``site`` holds all state, ``columns`` says which columns of the machine table
are whose, ``layout`` and ``routes`` are worked out after each change. ``world`` puts them together; ``snapshot`` is
all that the outside ever sees of it. What stores of copies hold is worked out in contents, by popularity and expiry,
and foretold in settling.

Of the database: data_layout (what its machines are to each other), database (their walk), shards, replication,
connections, stores (who is where), failover.

Of the front door: reading (what L4, L7, TLS and plain TCP cost), addresses (who moves when a list of servers changes),
zones, warming.

Of speed: ahead (what machines could do, drawn a block of ticks ahead), flow.Trail (ticks that wait for their
representatives, who follow a second of them at once; ``World.catch_up``), deck (their draws in final form), lanes and
journeys (whom they stand for, what they meet); bounds (what rules may know of the books before
that); by_run (what is kept of runs that did not change).

What follows the load by itself: figures and gauges (what can be watched, and how it is read in every tick), scaling and
autoscaler.
"""
