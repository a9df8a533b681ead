"""Noise: which alert rules cost attention for nothing, and what would have made them quiet."""
