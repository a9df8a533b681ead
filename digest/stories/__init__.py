"""Stories: which groups of a night belong together, which of them is the headline, and why each other one follows."""
