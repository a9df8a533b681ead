-- What the sources change of a period's episodes. Runs on the temporary tables of facts.sql, after block episodes.

-- block: clusters
SELECT DISTINCT source, cluster FROM told_episodes;

-- block: receivers
-- As Alertmanager calls them; in a webhook, the name is quoted as a regular expression.
SELECT DISTINCT replace(receiver, '\', '') FROM webhook_deliveries
WHERE received_at >= %(start)s::timestamptz - interval '7 days' AND receiver <> '' AND source = ANY(%(sources)s);

-- block: sources
SELECT DISTINCT source FROM webhook_deliveries WHERE received_at >= %(start)s::timestamptz - interval '7 days';

-- block: stored
-- A row is a series with its episodes, oldest first; those of one alertname follow each other.
SELECT source, cluster, fingerprint, (array_agg(labels ORDER BY starts_at DESC))[1], array_agg(id ORDER BY starts_at),
       array_agg(starts_at ORDER BY starts_at), array_agg(coalesce(last_firing_at, starts_at) ORDER BY starts_at),
       array_agg(state ORDER BY starts_at), array_agg(NULLIF(until, 'infinity') ORDER BY starts_at)
FROM told_episodes
WHERE state <> 'resolved' OR alertname = ANY(%(names)s)
GROUP BY alertname, source, cluster, fingerprint
ORDER BY alertname COLLATE "C", source COLLATE "C", fingerprint COLLATE "C", cluster COLLATE "C";

-- block: change
UPDATE told_episodes e SET starts_at = c.starts_at, state = c.state, until = coalesce(c.until, 'infinity')
FROM jsonb_to_recordset(%(rows)s::jsonb) AS c (id uuid, starts_at timestamptz, state text, until timestamptz)
WHERE e.id = c.id;

-- block: gone
-- What is over since before the period, now that its end is known.
DELETE FROM told_episodes WHERE until <= %(start)s AND starts_at < %(start)s AND state <> 'stale';

-- block: add
INSERT INTO told_episodes (source, fingerprint, alertname, severity, namespace, labels, annotations, generator_url,
                           starts_at, last_firing_at, state, until, cluster, matched)
SELECT c.source, c.fingerprint, coalesce(c.labels->>'alertname', ''), coalesce(c.labels->>'severity', ''),
       coalesce(c.labels->>'namespace', ''), c.labels, c.annotations, c.generator_url, c.starts_at, c.last_firing_at,
       c.state, coalesce(c.until, 'infinity'), c.cluster,
       ARRAY(SELECT coalesce(c.labels->>name, '')
             FROM unnest(%(names)s::text[]) WITH ORDINALITY AS n (name, place) ORDER BY place)
FROM jsonb_to_recordset(%(rows)s::jsonb)
     AS c (source text, cluster text, fingerprint text, labels jsonb, annotations jsonb, generator_url text,
           starts_at timestamptz, last_firing_at timestamptz, state text, until timestamptz)
WHERE c.starts_at < %(end)s AND (c.until IS NULL OR c.until > %(start)s);

-- block: open
SELECT source, fingerprint, labels FROM told_episodes WHERE state IN ('firing', 'stale');
