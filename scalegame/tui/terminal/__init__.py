"""The terminal at the other end: the driver that counts frames and answers, and how much it may be sent."""
