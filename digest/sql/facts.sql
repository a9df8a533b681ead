-- The facts of one period, read in one snapshot. Parameters: start, end, cut_off (times), stale (interval),
-- cluster_label, names (of the labels that matchers ask for). What the values of those labels amount to is decided
-- outside, since PostgreSQL and Python read different regular expressions; told_roles brings the answer back.
-- A night may have a million episodes: what is sorted and counted goes by numbers and places of rows, not by texts.

-- block: settings
-- Compiling takes longer than it saves, and the sorts and counts of a large night want memory, most of all at once some
-- four times this; what does not fit goes to temporary files. Both are for this transaction only.
SET LOCAL jit = off;
SET LOCAL work_mem = '64MB';

-- block: episodes
-- Every episode that overlaps the period, with its state and its end. A firing row may be news of the past: a later
-- episode of its series was heard of since (its resolve was lost), or nothing was heard for too long (stale).
-- place is that of its row in alerts, which the snapshot keeps where it is: there are its labels and annotations, most of
-- the bytes of a night, read where they are asked for. Only what the sources add (confirm.sql) has its own, and no place.
CREATE TEMP TABLE told_episodes ON COMMIT DROP AS
WITH candidates AS (
    SELECT a.id, a.ctid AS place, a.source, a.fingerprint, a.alertname, a.severity, a.namespace, a.labels AS told,
           a.starts_at, a.last_firing_at, 'resolved' AS state, a.ends_at AS until
    FROM alerts a
    WHERE a.status = 'resolved' AND a.starts_at < %(end)s
      AND (a.ends_at > %(start)s OR (a.ends_at = %(start)s AND a.starts_at = %(start)s))
    UNION ALL
    SELECT a.id, a.ctid, a.source, a.fingerprint, a.alertname, a.severity, a.namespace, a.labels,
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
SELECT c.id, c.place, c.source, c.fingerprint, c.alertname, c.severity, c.namespace, c.starts_at, c.last_firing_at,
       c.state, c.until, NULL::jsonb AS labels, NULL::jsonb AS annotations, NULL::text AS generator_url,
       coalesce(c.told->>%(cluster_label)s, '') AS cluster,
       ARRAY(SELECT coalesce(c.told->>name, '')
             FROM unnest(%(names)s::text[]) WITH ORDINALITY AS n (name, place) ORDER BY place) AS matched
FROM candidates c
WHERE c.until > %(start)s OR c.starts_at >= %(start)s OR c.state = 'stale';

-- block: late_episodes
-- What overlaps an earlier period that has its digest, and was told in none.
CREATE TEMP TABLE told_late ON COMMIT DROP AS
SELECT a.id, a.source, coalesce(a.labels->>%(cluster_label)s, '') AS cluster, a.alertname, a.severity, a.namespace,
       a.starts_at, a.ends_at AS until, a.fingerprint,
       ARRAY(SELECT coalesce(a.labels->>name, '')
             FROM unnest(%(names)s::text[]) WITH ORDINALITY AS n (name, place) ORDER BY place) AS matched
FROM alerts a
WHERE a.status = 'resolved' AND a.ends_at <= %(start)s AND a.ends_at > %(start)s::timestamptz - interval '7 days'
  AND NOT (a.starts_at = %(start)s AND a.ends_at = %(start)s)
  AND EXISTS (SELECT FROM digests d
              WHERE d.kind = 'scheduled' AND d.state = 'sent' AND d.period_end <= %(start)s
                AND a.starts_at < d.period_end AND a.ends_at > d.period_start)
  AND NOT EXISTS (SELECT FROM digest_alerts t WHERE t.alert_id = a.id);

-- block: matched
SELECT matched FROM told_episodes WHERE matched <> '{}' UNION SELECT matched FROM told_late WHERE matched <> '{}';

-- block: roles
CREATE TEMP TABLE told_roles ON COMMIT DROP AS
SELECT r.matched, r.role FROM jsonb_to_recordset(%(roles)s::jsonb) AS r (matched text[], role text);

-- block: aside
-- Heartbeats and what is excluded, which no group counts.
CREATE TEMP TABLE told_aside (LIKE told_episodes, role text) ON COMMIT DROP;

-- block: part
WITH gone AS (DELETE FROM told_episodes e USING told_roles r WHERE r.matched = e.matched RETURNING e.*, r.role)
INSERT INTO told_aside SELECT * FROM gone;

-- block: late_aside
DELETE FROM told_late l USING told_roles r WHERE r.matched = l.matched;

-- block: analyze
-- Nobody else does so for a temporary table, and without it the server plans for other tables than these.
ANALYZE told_episodes (source, cluster, alertname, severity, namespace, fingerprint, state, starts_at);

-- block: numbers
CREATE TEMP TABLE told_groups ON COMMIT DROP AS
SELECT row_number() OVER () AS number, k.*
FROM (SELECT DISTINCT source, cluster, alertname, severity, namespace FROM told_episodes) k;

-- block: analyze_groups
ANALYZE told_groups;

-- block: series
-- newest and sample are places of rows of told_episodes: the latest episode, and the latest that fires, or else of all;
-- place is that of the latest episode in alerts.
CREATE TEMP TABLE told_series ON COMMIT DROP AS
SELECT g.number, e.fingerprint COLLATE "C" AS fingerprint, (array_agg(e.ctid ORDER BY e.starts_at DESC))[1] AS newest,
       (array_agg(e.place ORDER BY e.starts_at DESC))[1] AS place,
       coalesce((array_agg(e.ctid ORDER BY e.starts_at DESC) FILTER (WHERE e.state = 'firing'))[1],
                (array_agg(e.ctid ORDER BY e.starts_at DESC))[1]) AS sample,
       coalesce(max(e.starts_at) FILTER (WHERE e.state = 'firing'), max(e.starts_at)) AS sampled,
       bool_or(e.state = 'firing') AS firing,
       bool_or(e.state = 'stale') AND NOT bool_or(e.state = 'firing') AS stale,
       max(e.last_firing_at) AS last_news,
       range_agg(tstzrange(e.starts_at, greatest(e.until, e.starts_at), '[]')) AS spans
FROM told_episodes e JOIN told_groups g USING (source, cluster, alertname, severity, namespace)
GROUP BY g.number, e.fingerprint COLLATE "C";

-- block: analyze_series
ANALYZE told_series (number, newest, place, sample, firing);

-- block: fired
-- When at least one series of a group fired, inside the period.
CREATE TEMP TABLE told_fired ON COMMIT DROP AS
SELECT s.number, range_agg(one) AS firing
FROM told_series s, unnest(s.spans * tstzmultirange(tstzrange(%(start)s, greatest(%(start)s, %(limit)s)))) one
GROUP BY s.number;

-- block: groups
WITH counted AS (
    SELECT s.number, count(*) AS series, sum(k.n)::bigint AS occurrences, count(*) FILTER (WHERE s.firing) AS firing,
           count(*) FILTER (WHERE s.stale) AS stale, count(*) FILTER (WHERE k.n >= 3) AS flapping,
           min(lower(s.spans)) AS first_seen, least(max(upper(s.spans)), %(cut_off)s) AS last_seen,
           max(s.last_news) FILTER (WHERE s.stale) AS last_news,
           min(k.last_start) FILTER (WHERE s.firing) AS firing_since
    FROM told_series s
         CROSS JOIN LATERAL (SELECT count(*) AS n, max(lower(one)) AS last_start FROM unnest(s.spans) one) k
    GROUP BY s.number)
SELECT g.source, g.cluster, g.alertname, g.severity, g.namespace, c.series, c.occurrences, c.firing, c.stale, c.flapping,
       c.first_seen, c.last_seen, c.last_news, c.firing_since,
       (SELECT trunc(coalesce(extract(epoch FROM sum(upper(y) - lower(y))), 0))::bigint FROM unnest(f.firing) y)
           AS firing_seconds
FROM counted c JOIN told_groups g USING (number) LEFT JOIN told_fired f USING (number);

-- block: spans
-- Of the groups of drawn, by their five names, the spans of firing: at most most_spans, parted at the longest breaks.
WITH apart AS (
    SELECT g.number, one, lower(one) - lag(upper(one)) OVER (PARTITION BY g.number ORDER BY one) AS break
    FROM jsonb_to_recordset(%(drawn)s::jsonb)
             AS d (source text, cluster text, alertname text, severity text, namespace text)
         JOIN told_groups g USING (source, cluster, alertname, severity, namespace)
         JOIN told_fired f USING (number), unnest(f.firing) one),
parted AS (
    SELECT *, row_number() OVER (PARTITION BY number ORDER BY break DESC NULLS FIRST, one) <= %(most_spans)s AS begins
    FROM apart),
parts AS (
    SELECT number, one, count(*) FILTER (WHERE begins) OVER (PARTITION BY number ORDER BY one) AS part FROM parted),
whole AS (
    SELECT number, part, min(lower(one)) AS start, max(upper(one)) AS until, count(*) - 1 AS merged
    FROM parts GROUP BY number, part)
SELECT g.source, g.cluster, g.alertname, g.severity, g.namespace, w.start, w.until, w.merged
FROM whole w JOIN told_groups g USING (number) ORDER BY number, part;

-- block: newest
-- Of the groups of listed, by their five names, the newest most_episodes episodes; spans join what belongs together.
SELECT g.source, g.cluster, g.alertname, g.severity, g.namespace, lower(e.one),
       CASE WHEN upper(e.one) < 'infinity' THEN upper(e.one) END,
       CASE WHEN upper(e.one) = 'infinity' THEN 'firing' WHEN e.stale AND e.last THEN 'stale' ELSE 'cleared' END,
       coalesce((SELECT a.labels FROM alerts a WHERE a.ctid = e.place),
                (SELECT t.labels FROM told_episodes t WHERE t.ctid = e.newest))
FROM (SELECT s.number, s.fingerprint, s.place, s.newest, s.stale, one, upper(one) = upper(s.spans) AS last,
             row_number() OVER (PARTITION BY s.number ORDER BY lower(one) DESC, s.fingerprint) AS rank
      FROM jsonb_to_recordset(%(listed)s::jsonb)
               AS l (source text, cluster text, alertname text, severity text, namespace text)
           JOIN told_groups g USING (source, cluster, alertname, severity, namespace)
           JOIN told_series s USING (number), unnest(s.spans) one) e
     JOIN told_groups g USING (number)
WHERE e.rank <= %(most_episodes)s
ORDER BY number, e.rank;

-- block: labels
-- Each label that all series of a group share, and of the resource labels the five worst values. Without these, the
-- labels of most series of a group are the same, which are then read once.
WITH told AS MATERIALIZED (
    SELECT s.number, s.firing, a.labels FROM told_series s JOIN alerts a ON a.ctid = s.place
    UNION ALL
    SELECT s.number, s.firing, e.labels FROM told_series s JOIN told_episodes e ON e.ctid = s.newest
    WHERE s.place IS NULL),
alike AS (
    SELECT number, labels - %(resources)s::text[] AS labels, count(*) AS series, count(*) FILTER (WHERE firing) AS firing
    FROM told GROUP BY 1, 2),
shared AS (
    SELECT number, e.key, min(e.value) AS value, sum(series)::bigint AS series, sum(firing)::bigint AS firing
    FROM alike, jsonb_each_text(labels) e
    GROUP BY 1, 2 HAVING min(e.value COLLATE "C") = max(e.value COLLATE "C")),
objects AS (
    SELECT t.number, e.name, e.value, count(*) AS series, count(*) FILTER (WHERE t.firing) AS firing
    FROM told t CROSS JOIN LATERAL (
        SELECT r.name, t.labels->>r.key AS value FROM unnest(%(resources)s::text[]) WITH ORDINALITY AS r (key, name)
        WHERE t.labels ? r.key OFFSET 0) e -- so that each row is read once and not once for each label
    GROUP BY 1, 2, 3),
ranked AS (
    SELECT *, row_number() OVER w AS place, count(*) OVER (PARTITION BY number, name) AS different
    FROM objects
    WINDOW w AS (PARTITION BY number, name ORDER BY firing DESC, series DESC, value COLLATE "C"))
SELECT g.source, g.cluster, g.alertname, g.severity, g.namespace, l.key, l.value, l.series, l.firing, l.different
FROM (SELECT number, key, value, series, firing, 1::bigint AS different, 1 AS place FROM shared
      UNION ALL
      SELECT number, (%(resources)s::text[])[name], value, series, firing, different, place
      FROM ranked WHERE place <= 5) l JOIN told_groups g USING (number)
ORDER BY number, l.key COLLATE "C", l.place;

-- block: samples
SELECT g.source, g.cluster, g.alertname, g.severity, g.namespace, coalesce(a.annotations, e.annotations),
       coalesce(a.generator_url, e.generator_url)
FROM (SELECT DISTINCT ON (number) number, sample FROM told_series
      ORDER BY number, firing DESC, sampled DESC, fingerprint) s
     JOIN told_groups g USING (number) JOIN told_episodes e ON e.ctid = s.sample LEFT JOIN alerts a ON a.id = e.id;

-- block: bursts
-- The most starts of a group within five minutes, and when the first of those was.
SELECT g.source, g.cluster, g.alertname, g.severity, g.namespace, b.began, b.starts
FROM (SELECT DISTINCT ON (number) number, began, starts
      FROM (SELECT number, began, count(*) OVER (PARTITION BY number ORDER BY began
                                                 RANGE BETWEEN CURRENT ROW AND interval '5 minutes' FOLLOWING) AS starts
            FROM (SELECT s.number, lower(one) AS began FROM told_series s, unnest(s.spans) one) o) w
      ORDER BY number, starts DESC, began) b JOIN told_groups g USING (number);

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
-- In the order of both indexes, which is several times as fast. No episode is in both tables, nor in told_late.
INSERT INTO digest_alerts (digest_id, alert_id, state)
SELECT %(digest_id)s, id, state
FROM (SELECT id, state FROM told_episodes UNION ALL SELECT id, role FROM told_aside) t
WHERE id IS NOT NULL ORDER BY id;

-- block: record_late
INSERT INTO digest_alerts (digest_id, alert_id, state, late)
SELECT %(digest_id)s, id, 'resolved', true FROM told_late ORDER BY id;
