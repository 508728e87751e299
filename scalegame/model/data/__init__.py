"""The database: primaries, replicas, standbys, shards, connections."""
