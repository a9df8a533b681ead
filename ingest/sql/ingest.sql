-- block: deliver
INSERT INTO webhook_deliveries (received_at, source, receiver, group_key, status, n_alerts, n_rejected, n_truncated,
                                n_discarded)
SELECT x.received_at, x.source, x.receiver, x.group_key, x.status, x.n_alerts, x.n_rejected, x.n_truncated, x.n_discarded
FROM jsonb_to_recordset(%(deliveries)s) AS x (received_at timestamptz, source text, receiver text, group_key text,
                                              status text, n_alerts int, n_rejected int, n_truncated bigint,
                                              n_discarded int);

-- block: quarantine
INSERT INTO ingest_quarantine (received_at, source, reason, raw, raw_length)
VALUES (%(received_at)s, %(source)s, %(reason)s, %(raw)s, %(raw_length)s);

-- block: beat
-- Sorted, so that two replicas do not lock each other out.
INSERT INTO heartbeat_minutes (source, fingerprint, minute)
SELECT DISTINCT x.source, x.fingerprint, date_trunc('minute', x.received_at)
FROM jsonb_to_recordset(%(heard)s) AS x (source text, fingerprint text, received_at timestamptz)
ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING;

-- block: tell_minutes
-- A process tells a minute again with at least what it told before, perhaps late: order-free, the row takes the most.
INSERT INTO receiver_minutes AS m (minute, receiver, answers, database_away)
SELECT x.minute, %(receiver)s, x.answers, x.database_away
FROM jsonb_to_recordset(%(minutes)s) AS x (minute timestamptz, answers jsonb, database_away boolean)
ORDER BY x.minute
ON CONFLICT (minute, receiver) DO UPDATE SET
    answers = (SELECT coalesce(jsonb_object_agg(code, most), '{}')
               FROM (SELECT key AS code, max(value::bigint) AS most
                     FROM (SELECT * FROM jsonb_each_text(m.answers)
                           UNION ALL SELECT * FROM jsonb_each_text(EXCLUDED.answers)) AS told
                     GROUP BY key) AS merged),
    database_away = m.database_away OR EXCLUDED.database_away;

-- block: merge
-- Order-free: whatever comes first, last or twice, the row ends the same but for `deliveries`.
-- The rows of one statement have different keys; they are sorted, so that two transactions do not lock each other out,
-- and by the order of the bytes, which is the one in which the chunks of a large message come.
WITH message AS MATERIALIZED (
SELECT m.number, m.source, m.received_at,
       (SELECT w.id FROM capture_windows w WHERE m.received_at >= w.window_start AND m.received_at < w.window_end)
       AS capture_window_id
FROM jsonb_to_recordset(%(messages)s) AS m (number int, source text, received_at timestamptz)
), told AS MATERIALIZED (
SELECT m.*, x.fingerprint, x.labels, x.annotations, x.generator_url, x.starts_at, x.ends_at
FROM jsonb_to_recordset(%(rows)s) AS x (number int, fingerprint text, labels jsonb, annotations jsonb,
                                        generator_url text, starts_at timestamptz, ends_at timestamptz)
JOIN message m USING (number)
WHERE NOT %(discard)s OR m.capture_window_id IS NOT NULL
   OR EXISTS (SELECT FROM alerts o WHERE (o.source, o.fingerprint, o.starts_at) = (m.source, x.fingerprint, x.starts_at))
), merged AS (
INSERT INTO alerts AS a (source, fingerprint, alertname, status, severity, namespace, labels, annotations, generator_url,
                         starts_at, ends_at, received_at, last_received_at, last_firing_at, resolved_received_at,
                         capture_window_id)
SELECT source, fingerprint, coalesce(labels->>'alertname', ''),
       CASE WHEN ends_at IS NULL THEN 'firing' ELSE 'resolved' END,
       coalesce(labels->>'severity', ''), coalesce(labels->>'namespace', ''), labels, annotations,
       generator_url, starts_at, ends_at, received_at, received_at,
       CASE WHEN ends_at IS NULL THEN received_at END,
       CASE WHEN ends_at IS NOT NULL THEN received_at END, capture_window_id
FROM told
ORDER BY source COLLATE "C", fingerprint COLLATE "C", starts_at
ON CONFLICT (source, fingerprint, starts_at) DO UPDATE SET
    (labels, alertname, severity, namespace, generator_url) = (SELECT
        CASE WHEN newer THEN EXCLUDED.labels ELSE a.labels END,
        CASE WHEN newer THEN EXCLUDED.alertname ELSE a.alertname END,
        CASE WHEN newer THEN EXCLUDED.severity ELSE a.severity END,
        CASE WHEN newer THEN EXCLUDED.namespace ELSE a.namespace END,
        CASE WHEN newer THEN EXCLUDED.generator_url ELSE a.generator_url END
        FROM (SELECT (EXCLUDED.labels, EXCLUDED.generator_url) > (a.labels, a.generator_url)) AS side (newer)),
    annotations = GREATEST(a.annotations, EXCLUDED.annotations),
    ends_at = GREATEST(a.ends_at, EXCLUDED.ends_at),
    capture_window_id = CASE WHEN EXCLUDED.received_at < a.received_at THEN EXCLUDED.capture_window_id
                             ELSE a.capture_window_id END,
    received_at = LEAST(a.received_at, EXCLUDED.received_at),
    last_received_at = GREATEST(a.last_received_at, EXCLUDED.last_received_at),
    last_firing_at = GREATEST(a.last_firing_at, EXCLUDED.last_firing_at),
    resolved_received_at = GREATEST(a.resolved_received_at, EXCLUDED.resolved_received_at),
    status = CASE
        WHEN GREATEST(a.ends_at, EXCLUDED.ends_at) IS NULL THEN 'firing'
        WHEN GREATEST(a.last_firing_at, EXCLUDED.last_firing_at)
             > GREATEST(a.resolved_received_at, EXCLUDED.resolved_received_at) + interval '2 minutes' THEN 'firing'
        ELSE 'resolved' END,
    deliveries = a.deliveries + EXCLUDED.deliveries
RETURNING a.source, a.fingerprint, a.starts_at, (xmax = 0) AS inserted, a.alertname, a.severity)
SELECT told.number, inserted, alertname, severity, count(*)
FROM merged JOIN told USING (source, fingerprint, starts_at) GROUP BY 1, 2, 3, 4;

-- block: gauges
SELECT EXISTS (SELECT FROM capture_windows WHERE window_start <= %(now)s AND window_end > %(now)s),
    pg_database_size(current_database()),
    (SELECT count(*) FROM capture_windows
     WHERE window_end < %(now)s::timestamptz - interval '30 minutes' AND status NOT IN ('digest_sent', 'skipped'));

-- block: totals
SELECT metric, labels, value FROM metric_totals ORDER BY metric, labels;

-- block: ping
SELECT max(version) FROM schema_migrations;
