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
SELECT s.source, s.cluster, s.fingerprint, a.labels, s.ids, s.starts, s.news, s.states, s.ends
FROM (SELECT alertname, source, cluster, fingerprint, (array_agg(place ORDER BY starts_at DESC))[1] AS place,
             array_agg(id ORDER BY starts_at) AS ids, array_agg(starts_at ORDER BY starts_at) AS starts,
             array_agg(coalesce(last_firing_at, starts_at) ORDER BY starts_at) AS news,
             array_agg(state ORDER BY starts_at) AS states,
             array_agg(NULLIF(until, 'infinity') ORDER BY starts_at) AS ends
      FROM told_episodes
      WHERE state <> 'resolved' OR alertname = ANY(%(names)s)
      GROUP BY alertname, source, cluster, fingerprint) s JOIN alerts a ON a.ctid = s.place
ORDER BY s.alertname COLLATE "C", s.source COLLATE "C", s.fingerprint COLLATE "C", s.cluster COLLATE "C";

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
SELECT e.source, e.fingerprint, a.labels FROM told_episodes e JOIN alerts a ON a.ctid = e.place
WHERE e.state IN ('firing', 'stale');
