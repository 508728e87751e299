"""What operators own between the tiers: time-outs, retries, breakers, load shedding."""
