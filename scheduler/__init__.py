"""Time and the way out: ticks over due rows, and the dispatcher of deliveries. Tied to no bot framework."""
