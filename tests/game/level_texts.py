"""Levels as texts, for tests to break and to compare."""

SOUND = """\
format = 1
id = "shop"
title = "A shop"
seconds = 600
warmup = 60

[slo]
latency_ms = 1000
uptime = 0.99

[classes.page]
cpu_ms = 10
db_read_ms = 4

[[traffic]]
class = "page"
rate = [[0, 80], [300, 80], [600, 160]]

[start]
network_ms = 2
balancer = { kind = "l4", algorithm = "random", machines = 1, size = "wire" }

[start.pools.app]
size = "lab"
machines = 3

[start.pools.database]
size = "lab-db"

[sizes.lab]
cores = 1

[sizes.lab-db]
cores = 2
price = 0.5
"""

STAGED = """\
format = 1
id = "staged"
title = "Two stages"
unlocked = ["resize", "add", "launch"]
ladder = ["small", "large"]
guide = true
diagnosis = true
hints = ["look at the queue"]
story = "Once upon a time."

[slo]
latency_ms = 500
uptime = 0.995

[budget]
money = 12.5

[par]
uptime = 0.999
cost = 9

[classes.page]
cpu_ms = 10
session = true
timeout_ms = 2000
retries = { max = 2, backoff_ms = 500 }

[classes.buy]
cpu_ms = 5
service = "deterministic"

[[stage]]
title = "Morning"
seconds = 40
[[stage.traffic]]
class = "page"
rate = [[0, 10], [40, 50]]
band = 0.2

[[stage]]
title = "Noon"
seconds = 60
grant = 5
news = "The newsletter is out."
[[stage.traffic]]
class = "page"
rate = [[0, 50], [20, 50], [20, 90], [60, 90]]
[[stage.traffic]]
class = "buy"
rate = [[0, 7]]

[start.pools.app]
size = "small"

[[fault]]
kind = "crash"
seconds = 70
target = "app-1"
warning = "memory errors on app-1"
warning_seconds = 20
"""
