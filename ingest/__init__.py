"""The always-on receiver: webhooks of Alertmanager become rows of PostgreSQL before they are answered."""
