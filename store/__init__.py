"""PostgreSQL as both sides share it: schema, migrations, capture windows, settings."""
