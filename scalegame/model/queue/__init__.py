"""Work for later: messages, deliveries, and workers."""
