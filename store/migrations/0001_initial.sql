-- The first schema. A row of alerts is an episode: one firing of one series at one source,
-- known by (source, fingerprint, starts_at) however often and in whatever order it was told.

CREATE TABLE capture_windows (
    id                  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    window_start        timestamptz NOT NULL,
    window_end          timestamptz NOT NULL CHECK (window_end > window_start),
    status              text NOT NULL DEFAULT 'active'
                        CHECK (status IN ('active', 'completed', 'digest_sent', 'skipped')),
    digest_generated_at timestamptz,
    digest_sent_at      timestamptz,
    alert_count         integer NOT NULL DEFAULT 0,
    EXCLUDE USING gist (tstzrange(window_start, window_end) WITH &&)
);
CREATE UNIQUE INDEX capture_windows_one_active ON capture_windows ((true)) WHERE status = 'active';

CREATE TABLE alerts (
    id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    source               text NOT NULL DEFAULT 'default',
    fingerprint          text NOT NULL CHECK (length(fingerprint) BETWEEN 1 AND 128),
    alertname            text NOT NULL DEFAULT '',
    status               text NOT NULL CHECK (status IN ('firing', 'resolved')),
    severity             text NOT NULL DEFAULT '',
    namespace            text NOT NULL DEFAULT '',
    labels               jsonb NOT NULL,
    annotations          jsonb NOT NULL,
    generator_url        text NOT NULL DEFAULT '',
    starts_at            timestamptz NOT NULL,
    ends_at              timestamptz,
    received_at          timestamptz NOT NULL,
    last_received_at     timestamptz NOT NULL,
    last_firing_at       timestamptz,
    resolved_received_at timestamptz,
    deliveries           integer NOT NULL DEFAULT 1,
    capture_window_id    uuid REFERENCES capture_windows (id) ON DELETE SET NULL,
    UNIQUE (source, fingerprint, starts_at)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
CREATE INDEX alerts_resolved_end ON alerts (ends_at) WHERE status = 'resolved';
CREATE INDEX alerts_firing_start ON alerts (starts_at) WHERE status = 'firing';
CREATE INDEX alerts_received ON alerts (received_at);
CREATE INDEX alerts_capture_window ON alerts (capture_window_id) WHERE capture_window_id IS NOT NULL;

CREATE TABLE digests (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    capture_window_id uuid REFERENCES capture_windows (id) ON DELETE CASCADE,
    kind              text NOT NULL CHECK (kind IN ('scheduled', 'adhoc')),
    state             text NOT NULL CHECK (state IN ('claimed', 'sending', 'sent', 'failed')),
    run_id            uuid NOT NULL,
    attempt           integer NOT NULL DEFAULT 1,
    lease_until       timestamptz NOT NULL,
    possible_repeat   boolean NOT NULL DEFAULT false,
    period_start      timestamptz NOT NULL,
    period_end        timestamptz NOT NULL CHECK (period_end > period_start),
    cut_off           timestamptz,
    generated_at      timestamptz,
    sent_at           timestamptz,
    facts             jsonb,
    card              jsonb,
    llm_model         text,
    prompt_tokens     integer,
    completion_tokens integer,
    raw_prompt        text,
    raw_response      text,
    formatted_output  text,
    teams_message_id  text,
    delivery_status   text NOT NULL DEFAULT 'pending' CHECK (delivery_status IN ('pending', 'sent', 'failed')),
    delivery_detail   text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX digests_one_scheduled ON digests (capture_window_id) WHERE kind = 'scheduled';
CREATE INDEX digests_capture_window ON digests (capture_window_id);

CREATE TABLE digest_alerts (
    digest_id uuid NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
    alert_id  uuid NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    state     text NOT NULL,
    late      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (digest_id, alert_id)
);
CREATE INDEX digest_alerts_alert ON digest_alerts (alert_id);

CREATE TABLE webhook_deliveries (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL,
    source      text NOT NULL,
    receiver    text NOT NULL DEFAULT '',
    group_key   text NOT NULL DEFAULT '',
    status      text NOT NULL DEFAULT '',
    n_alerts    integer NOT NULL,
    n_rejected  integer NOT NULL DEFAULT 0,
    n_truncated bigint NOT NULL DEFAULT 0,
    n_discarded integer NOT NULL DEFAULT 0
);
CREATE INDEX webhook_deliveries_received ON webhook_deliveries (received_at);

CREATE TABLE ingest_quarantine (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL,
    source      text NOT NULL,
    reason      text NOT NULL,
    raw         bytea NOT NULL,
    raw_length  bigint NOT NULL
);
CREATE INDEX ingest_quarantine_received ON ingest_quarantine (received_at);

-- Figures of programs that are gone before a scrape; they survive retention.
CREATE TABLE metric_totals (
    metric text NOT NULL,
    labels jsonb NOT NULL DEFAULT '{}',
    value  double precision NOT NULL,
    PRIMARY KEY (metric, labels)
);
