"""The cluster's side of the story: what the Kubernetes API says now, what snapshots saw, and how alerts join it."""
