"""How far the silence of a night can be believed."""
