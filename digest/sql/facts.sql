-- The facts of one period, read in one snapshot. Parameters: start, end, cut_off (times), stale (interval),
-- cluster_label, exclude and heartbeats (lists of matcher sets as jsonb).

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
SELECT c.*, coalesce(c.labels->>%(cluster_label)s, '') AS cluster
FROM candidates c
WHERE (c.until > %(start)s OR c.starts_at >= %(start)s OR c.state = 'stale')
  AND NOT EXISTS (
      SELECT FROM jsonb_array_elements(%(exclude)s::jsonb) AS one (matchers)
      WHERE (SELECT bool_and(CASE m->>'op'
                 WHEN '=' THEN coalesce(c.labels->>(m->>'name'), '') = m->>'value'
                 WHEN '!=' THEN coalesce(c.labels->>(m->>'name'), '') <> m->>'value'
                 WHEN '=~' THEN coalesce(c.labels->>(m->>'name'), '') ~ (m->>'value')
                 ELSE coalesce(c.labels->>(m->>'name'), '') !~ (m->>'value') END)
             FROM jsonb_array_elements(one.matchers) AS m));

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
       (SELECT coalesce(extract(epoch FROM sum(upper(y) - lower(y))), 0)::bigint
        FROM unnest((array_agg(spans.firing))[1]) y) AS firing_seconds
FROM told_series s
     CROSS JOIN LATERAL (SELECT count(*) AS n FROM unnest(s.spans)) k
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
-- The most series of a group that began within five minutes, and when.
SELECT source, cluster, alertname, severity, namespace, min(lower(spans)) AS first_start,
       count(*) FILTER (WHERE lower(spans) < low + interval '5 minutes') AS early
FROM (SELECT *, min(lower(spans)) OVER (PARTITION BY source, cluster, alertname, severity, namespace) AS low
      FROM told_series) s
GROUP BY 1, 2, 3, 4, 5;

-- block: late_episodes
-- What overlaps an earlier scheduled period that has its digest, was not told there, and was heard of after its cut-off.
CREATE TEMP TABLE told_late ON COMMIT DROP AS
SELECT a.id, a.source, coalesce(a.labels->>%(cluster_label)s, '') AS cluster, a.alertname, a.severity, a.namespace,
       a.starts_at, coalesce(a.ends_at, a.last_firing_at) AS until, a.fingerprint
FROM alerts a
JOIN LATERAL (SELECT d.id, d.period_start, d.period_end, d.cut_off FROM digests d
              WHERE d.kind = 'scheduled' AND d.state = 'sent' AND d.period_end <= %(start)s
              ORDER BY d.period_end DESC LIMIT 1) d ON true
WHERE a.received_at >= d.cut_off AND a.received_at < %(cut_off)s AND a.status = 'resolved'
  AND a.starts_at < d.period_end AND a.ends_at > d.period_start AND a.ends_at <= %(start)s
  AND NOT EXISTS (SELECT FROM digest_alerts t WHERE t.alert_id = a.id);

-- block: late
SELECT id, source, cluster, alertname, severity, namespace, starts_at, until
FROM told_late ORDER BY starts_at, fingerprint COLLATE "C";

-- block: capture
SELECT EXISTS (SELECT FROM webhook_deliveries WHERE received_at >= %(start)s AND received_at < %(cut_off)s),
       (SELECT coalesce(sum(most), 0)::bigint
        FROM (SELECT max(n_truncated) AS most FROM webhook_deliveries
              WHERE received_at >= %(start)s AND received_at < %(cut_off)s GROUP BY source, group_key) g),
       (SELECT count(*) FROM (SELECT DISTINCT source, raw FROM ingest_quarantine
                              WHERE received_at >= %(start)s AND received_at < %(cut_off)s) q);

-- block: record
INSERT INTO digest_alerts (digest_id, alert_id, state)
SELECT %(digest_id)s, id, state FROM told_episodes
ON CONFLICT DO NOTHING;

-- block: record_late
INSERT INTO digest_alerts (digest_id, alert_id, state, late)
SELECT %(digest_id)s, id, 'resolved', true FROM told_late
ON CONFLICT DO NOTHING;
