"""The parts of dev/bench-isolation.py: what scripts do to a server, and what others see of it."""
