"""What Alertmanager and Prometheus themselves say of the night, beside what webhooks told."""
