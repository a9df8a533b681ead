-- How the rules behaved in since <= t < until. Parameters: since, until (times), stale (interval), cluster_label,
-- names (of the labels that matchers ask for), resources (labels that name an affected object, the first that is there
-- counts). Local times of day are decided outside: PostgreSQL and Python read time zones differently.

-- block: no_jit
SET LOCAL jit = off;

-- block: rows
-- What was told as firing within the span. A firing row whose series was heard of since (its resolve was lost), or that
-- nothing was heard of for too long, is known to have fired until its last news, and not when it cleared.
CREATE TEMP TABLE noise_rows ON COMMIT DROP AS
SELECT id, source, fingerprint, starts_at, status = 'resolved' AND ends_at <= %(until)s AS cleared,
       least(CASE WHEN status = 'resolved' THEN greatest(ends_at, starts_at)
                  WHEN evidence > last_news OR last_news < %(until)s::timestamptz - %(stale)s::interval
                      THEN greatest(last_news, starts_at)
                  ELSE 'infinity' END, %(until)s) AS until
FROM (SELECT id, source, fingerprint, starts_at, status, ends_at, coalesce(last_firing_at, starts_at) AS last_news,
             max(greatest(last_firing_at, least(ends_at, resolved_received_at)))
                 OVER (PARTITION BY source, fingerprint) AS evidence
      FROM alerts
      WHERE starts_at < %(until)s
        AND (starts_at >= %(since)s OR CASE status WHEN 'resolved' THEN ends_at ELSE last_firing_at END > %(since)s)) a;

-- block: series
-- Each series with the numbers of its rule and of the place that it is about, by its newest labels.
CREATE TEMP TABLE noise_series ON COMMIT DROP AS
SELECT row_number() OVER () AS series, s.*,
       dense_rank() OVER (ORDER BY source, cluster, alertname, severity) AS rule,
       dense_rank() OVER (ORDER BY source, cluster, namespace, resource) AS place
FROM (SELECT a.source, a.fingerprint, a.starts_at AS newest, coalesce(a.labels->>%(cluster_label)s, '') AS cluster,
             a.alertname, a.severity, coalesce(a.annotations->>'runbook_url', '') AS runbook,
             coalesce(nullif(a.labels->>'exported_namespace', ''), a.namespace) AS namespace,
             coalesce((SELECT a.labels->>name FROM unnest(%(resources)s::text[]) WITH ORDINALITY AS r (name, place)
                       WHERE a.labels->>name <> '' ORDER BY place LIMIT 1), '') AS resource,
             (SELECT jsonb_agg(coalesce(a.labels->>name, '') ORDER BY place)
              FROM unnest(%(names)s::text[]) WITH ORDINALITY AS n (name, place)) AS matched
      FROM (SELECT DISTINCT ON (source, fingerprint) id FROM noise_rows
            ORDER BY source, fingerprint, starts_at DESC) newest
           JOIN alerts a USING (id)) s;

-- block: matched
SELECT DISTINCT matched FROM noise_series WHERE matched IS NOT NULL;

-- block: set_aside
DELETE FROM noise_series s USING jsonb_array_elements(%(aside)s::jsonb) AS a (matched) WHERE a.matched = s.matched;

-- block: firings
-- A firing that begins before the one before it has ended, or within a minute of its start, is the same one, told by a
-- replica that saw it at another moment. Its end is the latest; it is known if that one was told.
CREATE TEMP TABLE noise_firings ON COMMIT DROP AS
WITH told AS (
    SELECT s.rule, s.place, s.series, floor(extract(epoch FROM r.starts_at))::bigint AS starts,
           floor(extract(epoch FROM r.until))::bigint AS until, r.cleared
    FROM noise_rows r JOIN noise_series s USING (source, fingerprint)),
parted AS (
    SELECT *, coalesce((starts > max(until) OVER before AND starts > lag(starts) OVER along + 60)::int, 0) AS apart
    FROM told
    WINDOW along AS (PARTITION BY series ORDER BY starts, until),
           before AS (along ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
numbered AS (
    SELECT *, sum(apart) OVER (PARTITION BY series ORDER BY starts, until ROWS UNBOUNDED PRECEDING) AS number
    FROM parted)
SELECT rule, place, series, min(starts) AS starts, max(until) AS until,
       (array_agg(cleared ORDER BY until DESC, cleared))[1] AS cleared
FROM numbered GROUP BY rule, place, series, number;

-- block: analyze_rows
ANALYZE noise_rows;

-- block: analyze_series
ANALYZE noise_series;

-- block: analyze_firings
ANALYZE noise_firings;

-- block: rules
-- The time with at least one series firing is what each firing adds to the latest end of those that began before it.
SELECT n.rule, n.source, n.cluster, n.alertname, n.severity, n.runbook, c.firings, c.series, c.seconds, c.began, c.median,
       c.soon
FROM (SELECT DISTINCT ON (rule) rule, source, cluster, alertname, severity, runbook
      FROM noise_series ORDER BY rule, newest DESC, fingerprint COLLATE "C") n
JOIN (SELECT rule, count(*) AS firings, count(DISTINCT series) AS series, min(starts) AS began,
             sum(greatest(0, until - greatest(starts, reached, %(since_seconds)s)))::bigint AS seconds,
             percentile_disc(0.5) WITHIN GROUP (ORDER BY until - starts) AS median,
             count(*) FILTER (WHERE cleared AND until - starts <= %(soon)s) AS soon
      FROM (SELECT rule, series, starts, until, cleared,
                   max(until) OVER (PARTITION BY rule ORDER BY starts
                                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
            FROM noise_firings) f
      GROUP BY rule) c USING (rule);

-- block: places
-- The firings of places at which two rules fired, of rules of which anything may be claimed.
SELECT place, rule, starts
FROM noise_firings
     JOIN (SELECT rule FROM noise_firings GROUP BY rule HAVING count(*) >= %(fewest)s) r USING (rule)
     JOIN (SELECT place FROM noise_series GROUP BY place HAVING count(DISTINCT rule) > 1) p USING (place)
ORDER BY place, starts;

-- block: by_series
SELECT rule, series, starts, until, cleared::int FROM noise_firings ORDER BY rule, series, starts;

-- block: reach
SELECT min(received_at) FROM alerts;

-- block: record_samples
INSERT INTO alert_samples (at, source, cluster, alertname, severity, firing, silenced, inhibited)
SELECT %(at)s, x.source, x.cluster, x.alertname, x.severity, sum(x.firing), sum(x.silenced), sum(x.inhibited)
FROM jsonb_to_recordset(%(rows)s::jsonb) AS x (source text, cluster text, alertname text, severity text,
                                               firing integer, silenced integer, inhibited integer)
GROUP BY x.source, x.cluster, x.alertname, x.severity
ON CONFLICT (at, source, cluster, alertname, severity) DO UPDATE
SET firing = EXCLUDED.firing, silenced = EXCLUDED.silenced, inhibited = EXCLUDED.inhibited;

-- block: silenced
SELECT source, cluster, alertname, severity, sum(silenced), sum(firing) FROM alert_samples
WHERE at >= %(since)s AND at < %(until)s AND firing > 0 GROUP BY source, cluster, alertname, severity;

-- block: prune_alert_samples
DELETE FROM alert_samples WHERE ctid IN (SELECT ctid FROM alert_samples WHERE at < %(before)s LIMIT %(batch)s);
