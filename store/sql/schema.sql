-- block: lock
SELECT pg_advisory_xact_lock(hashtextextended('alertgest schema', 0));

-- block: create_ledger
CREATE TABLE IF NOT EXISTS schema_migrations (
    version    integer PRIMARY KEY,
    name       text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- block: ledger_exists
SELECT to_regclass('schema_migrations') IS NOT NULL;

-- block: applied
SELECT version FROM schema_migrations ORDER BY version;

-- block: record
INSERT INTO schema_migrations (version, name) VALUES (%(version)s, %(name)s);
