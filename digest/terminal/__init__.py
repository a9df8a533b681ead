"""What a person sees at a terminal: results laid out for its width, in colour where it has any."""
