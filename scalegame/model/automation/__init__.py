"""What plays by itself: autoscalers, and the gauges that rules read."""
