"""One night, replayed through the real programs on this machine: the first minute of a new user."""
