"""Step 1: what `helm install` with the least values gives."""
