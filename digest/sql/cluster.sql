-- block: remember
-- The latest sight counts; but of a rollout the first, since what moves later is only its progress.
INSERT INTO cluster_observations AS o (kind, key, at, data)
SELECT x.kind, x.key, x.at, x.data
FROM jsonb_to_recordset(%(rows)s::jsonb) AS x (kind text, key text, at timestamptz, data jsonb)
ORDER BY x.kind, x.key
ON CONFLICT (kind, key) DO UPDATE SET at = EXCLUDED.at, data = EXCLUDED.data
WHERE CASE WHEN o.kind = 'Rollout' THEN EXCLUDED.at < o.at ELSE EXCLUDED.at > o.at END;

-- block: replicas
-- The last known count of each workload.
SELECT DISTINCT ON (data->'workload') data FROM cluster_observations
WHERE kind = 'ReplicaCount' ORDER BY data->'workload', at DESC;

-- block: recall
-- What was seen in a span; of replicas also the last count before it, which the first change is told against.
SELECT kind, data FROM cluster_observations
WHERE kind <> 'Pod' AND at >= %(since)s AND at < %(until)s
UNION ALL
(SELECT DISTINCT ON (data->'workload') kind, data FROM cluster_observations
 WHERE kind = 'ReplicaCount' AND at < %(since)s ORDER BY data->'workload', at DESC)
UNION ALL
SELECT o.kind, o.data FROM cluster_observations o
JOIN jsonb_to_recordset(%(pods)s::jsonb) AS p (namespace text, name text)
  ON o.data->>'namespace' = p.namespace AND o.data->>'name' = p.name
WHERE o.kind = 'Pod';

-- block: prune_observations
-- The last count of replicas stays, since the next one is told by what it changes.
DELETE FROM cluster_observations WHERE ctid IN (
    SELECT o.ctid FROM cluster_observations o
    WHERE o.at < %(before)s
      AND (o.kind <> 'ReplicaCount' OR EXISTS (
          SELECT FROM cluster_observations n
          WHERE n.kind = 'ReplicaCount' AND n.data->'workload' = o.data->'workload' AND n.at > o.at))
    LIMIT %(batch)s);
