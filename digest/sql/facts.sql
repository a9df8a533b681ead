-- The facts of one period, read in one snapshot. Parameters: start, end, cut_off (times), stale (interval),
-- cluster_label, names (of the labels that matchers ask for). What the values of those labels amount to is decided
-- outside, since PostgreSQL and Python read different regular expressions; told_roles brings the answer back.

-- block: no_jit
SET LOCAL jit = off;

-- block: episodes
-- Every episode that overlaps the period, with its state and its end. A firing row may be news of the past: a later
-- episode of its series was heard of since (its resolve was lost), or nothing was heard for too long (stale).
CREATE TEMP TABLE told_episodes ON COMMIT DROP AS
WITH candidates AS (
    SELECT a.id, a.source, a.fingerprint, a.alertname, a.severity, a.namespace, a.labels, a.annotations, a.generator_url,
           a.starts_at, a.last_firing_at, 'resolved' AS state, a.ends_at AS until
    FROM alerts a
    WHERE a.status = 'resolved' AND a.starts_at < %(end)s
      AND (a.ends_at > %(start)s OR (a.ends_at = %(start)s AND a.starts_at = %(start)s))
    UNION ALL
    SELECT a.id, a.source, a.fingerprint, a.alertname, a.severity, a.namespace, a.labels, a.annotations, a.generator_url,
           a.starts_at, a.last_firing_at,
           CASE WHEN o.evidence > a.last_firing_at THEN CASE WHEN o.fires_after THEN 'firing' ELSE 'superseded' END
                WHEN a.last_firing_at < %(cut_off)s::timestamptz - %(stale)s::interval THEN 'stale'
                ELSE 'firing' END,
           CASE WHEN o.evidence > a.last_firing_at THEN
                    CASE WHEN o.earlier_evidence > a.last_firing_at OR o.next_start IS NULL
                           OR o.next_start > a.last_firing_at + %(stale)s::interval THEN a.last_firing_at
                         WHEN o.next_start <= a.last_firing_at + interval '1 minute'
                             THEN greatest(a.last_firing_at, o.next_start)
                         ELSE o.next_start - interval '1 second' END
                WHEN a.last_firing_at < %(cut_off)s::timestamptz - %(stale)s::interval THEN a.last_firing_at
                ELSE 'infinity' END
    FROM alerts a CROSS JOIN LATERAL (
        SELECT max(v.evidence) AS evidence,
               max(v.evidence) FILTER (WHERE b.starts_at < a.starts_at) AS earlier_evidence,
               -- A later start that was heard of only before is this episode's own, told by a replica that saw it later.
               min(b.starts_at) FILTER (WHERE b.starts_at > a.starts_at AND v.evidence > a.last_firing_at) AS next_start,
               bool_or(b.status = 'firing' AND b.starts_at >= %(end)s) AS fires_after
        FROM alerts b,
             LATERAL (SELECT greatest(b.last_firing_at, least(b.ends_at, b.resolved_received_at)) AS evidence) v
        WHERE b.source = a.source AND b.fingerprint = a.fingerprint AND b.starts_at <> a.starts_at) o
    WHERE a.status = 'firing' AND a.starts_at < %(end)s
      AND a.last_firing_at >= %(start)s::timestamptz - %(stale)s::interval
)
SELECT c.*, coalesce(c.labels->>%(cluster_label)s, '') AS cluster,
       (SELECT jsonb_agg(coalesce(c.labels->>name, '') ORDER BY place)
        FROM unnest(%(names)s::text[]) WITH ORDINALITY AS n (name, place)) AS matched
FROM candidates c
WHERE c.until > %(start)s OR c.starts_at >= %(start)s OR c.state = 'stale';

-- block: late_episodes
-- What overlaps an earlier period that has its digest, and was told in none.
CREATE TEMP TABLE told_late ON COMMIT DROP AS
SELECT a.id, a.source, coalesce(a.labels->>%(cluster_label)s, '') AS cluster, a.alertname, a.severity, a.namespace,
       a.starts_at, a.ends_at AS until, a.fingerprint,
       (SELECT jsonb_agg(coalesce(a.labels->>name, '') ORDER BY place)
        FROM unnest(%(names)s::text[]) WITH ORDINALITY AS n (name, place)) AS matched
FROM alerts a
WHERE a.status = 'resolved' AND a.ends_at <= %(start)s AND a.ends_at > %(start)s::timestamptz - interval '7 days'
  AND NOT (a.starts_at = %(start)s AND a.ends_at = %(start)s)
  AND EXISTS (SELECT FROM digests d
              WHERE d.kind = 'scheduled' AND d.state = 'sent' AND d.period_end <= %(start)s
                AND a.starts_at < d.period_end AND a.ends_at > d.period_start)
  AND NOT EXISTS (SELECT FROM digest_alerts t WHERE t.alert_id = a.id);

-- block: matched
SELECT matched FROM told_episodes WHERE matched IS NOT NULL UNION SELECT matched FROM told_late WHERE matched IS NOT NULL;

-- block: roles
CREATE TEMP TABLE told_roles ON COMMIT DROP AS
SELECT value->'matched' AS matched, value->>'role' AS role FROM jsonb_array_elements(%(roles)s::jsonb);

-- block: aside
-- Heartbeats and what is excluded, which no group counts.
CREATE TEMP TABLE told_aside (LIKE told_episodes, role text) ON COMMIT DROP;

-- block: part
WITH gone AS (DELETE FROM told_episodes e USING told_roles r WHERE r.matched = e.matched RETURNING e.*, r.role)
INSERT INTO told_aside SELECT * FROM gone;

-- block: late_aside
DELETE FROM told_late l USING told_roles r WHERE r.matched = l.matched;

-- block: series
CREATE TEMP TABLE told_series ON COMMIT DROP AS
SELECT source, cluster, alertname, severity, namespace, fingerprint, (array_agg(labels ORDER BY starts_at DESC))[1] AS labels,
       bool_or(state = 'firing') AS firing,
       bool_or(state = 'stale') AND NOT bool_or(state = 'firing') AS stale,
       max(last_firing_at) AS last_news,
       range_agg(tstzrange(starts_at, greatest(until, starts_at), '[]')) AS spans
FROM told_episodes
GROUP BY source, cluster, alertname, severity, namespace, fingerprint;

-- block: groups
WITH spans AS (
    SELECT source, cluster, alertname, severity, namespace,
           range_agg(tstzrange(greatest(starts_at, %(start)s), least(until, %(limit)s))) AS firing
    FROM told_episodes
    WHERE until > %(start)s AND starts_at < %(limit)s AND until > starts_at
    GROUP BY 1, 2, 3, 4, 5)
SELECT s.source, s.cluster, s.alertname, s.severity, s.namespace, count(*) AS series,
       sum(k.n)::bigint AS occurrences, count(*) FILTER (WHERE s.firing) AS firing,
       count(*) FILTER (WHERE s.stale) AS stale, count(*) FILTER (WHERE k.n >= 3) AS flapping,
       min(lower(s.spans)) AS first_seen, least(max(upper(s.spans)), %(cut_off)s) AS last_seen,
       max(s.last_news) FILTER (WHERE s.stale) AS last_news,
       min(k.last_start) FILTER (WHERE s.firing) AS firing_since,
       (SELECT trunc(coalesce(extract(epoch FROM sum(upper(y) - lower(y))), 0))::bigint
        FROM unnest((array_agg(spans.firing))[1]) y) AS firing_seconds
FROM told_series s
     CROSS JOIN LATERAL (SELECT count(*) AS n, max(lower(one)) AS last_start FROM unnest(s.spans) one) k
     LEFT JOIN spans USING (source, cluster, alertname, severity, namespace)
GROUP BY s.source, s.cluster, s.alertname, s.severity, s.namespace;

-- block: labels
-- Each label that all series of a group share, and of the resource labels the five worst values.
WITH pairs AS (
    SELECT source, cluster, alertname, severity, namespace, e.key, e.value, count(*) AS series,
           count(*) FILTER (WHERE firing) AS firing
    FROM told_series, jsonb_each_text(labels) e
    GROUP BY 1, 2, 3, 4, 5, 6, 7),
ranked AS (
    SELECT *, row_number() OVER w AS place, count(*) OVER (PARTITION BY source, cluster, alertname, severity, namespace, key)
           AS different
    FROM pairs
    WINDOW w AS (PARTITION BY source, cluster, alertname, severity, namespace, key
                 ORDER BY firing DESC, series DESC, value COLLATE "C"))
SELECT source, cluster, alertname, severity, namespace, key, value, series, firing, different
FROM ranked
WHERE place = 1 AND different = 1 OR place <= 5 AND key = ANY (%(resources)s)
ORDER BY source, cluster, alertname, severity, namespace, key COLLATE "C", place;

-- block: samples
SELECT DISTINCT ON (source, cluster, alertname, severity, namespace)
       source, cluster, alertname, severity, namespace, annotations, generator_url
FROM told_episodes
ORDER BY source, cluster, alertname, severity, namespace, state = 'firing' DESC, starts_at DESC, fingerprint COLLATE "C";

-- block: bursts
-- The most starts of a group within five minutes, and when the first of those was.
SELECT DISTINCT ON (source, cluster, alertname, severity, namespace)
       source, cluster, alertname, severity, namespace, began, starts
FROM (SELECT *, count(*) OVER (PARTITION BY source, cluster, alertname, severity, namespace ORDER BY began
                               RANGE BETWEEN CURRENT ROW AND interval '5 minutes' FOLLOWING) AS starts
      FROM (SELECT s.*, lower(one) AS began FROM told_series s, unnest(s.spans) one) o) w
ORDER BY source, cluster, alertname, severity, namespace, starts DESC, began;

-- block: heartbeats
SELECT source, cluster, alertname, max(last_firing_at), bool_or(state = 'firing')
FROM told_aside WHERE role = 'heartbeat'
GROUP BY source, cluster, alertname ORDER BY source, cluster, alertname;

-- block: late
SELECT id, source, cluster, alertname, severity, namespace, starts_at, until
FROM told_late ORDER BY starts_at, fingerprint COLLATE "C";

-- block: capture
SELECT EXISTS (SELECT FROM webhook_deliveries WHERE received_at >= %(start)s AND received_at < %(limit)s)
       OR EXISTS (SELECT FROM alerts WHERE received_at >= %(start)s AND received_at < %(limit)s)
       OR EXISTS (SELECT FROM told_episodes WHERE id IS NOT NULL AND last_firing_at >= %(start)s)
       OR EXISTS (SELECT FROM told_aside WHERE id IS NOT NULL AND last_firing_at >= %(start)s),
       (SELECT coalesce(sum(most), 0)::bigint
        FROM (SELECT max(n_truncated) AS most FROM webhook_deliveries
              WHERE received_at >= %(start)s AND received_at < %(limit)s GROUP BY source, group_key) g),
       (SELECT count(*) FROM (SELECT DISTINCT source, raw FROM ingest_quarantine
                              WHERE received_at >= %(start)s AND received_at < %(limit)s) q);

-- block: record
INSERT INTO digest_alerts (digest_id, alert_id, state)
SELECT %(digest_id)s, id, state FROM told_episodes WHERE id IS NOT NULL
UNION ALL SELECT %(digest_id)s, id, role FROM told_aside WHERE id IS NOT NULL
ON CONFLICT DO NOTHING;

-- block: record_late
INSERT INTO digest_alerts (digest_id, alert_id, state, late)
SELECT %(digest_id)s, id, 'resolved', true FROM told_late
ON CONFLICT DO NOTHING;
