"""The front door: balancers, paths, zones, and who gets what of the traffic."""
