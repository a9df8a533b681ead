-- The roll-ups of told windows: written with the card that told them, read for the comparison with later ones.

-- block: hours
-- In which of the given slices each group fired, from the first to the last of each episode. Reads told_episodes, which
-- the facts of the same transaction have left; an end belongs to the slice before it, but for an episode without length.
SELECT DISTINCT source, cluster, alertname, severity, namespace,
       width_bucket(greatest(starts_at, %(start)s), %(slices)s::timestamptz[]) AS first,
       width_bucket(greatest(starts_at, %(start)s, least(until, %(limit)s) - interval '1 microsecond'),
                    %(slices)s::timestamptz[]) AS last
FROM told_episodes
WHERE until >= %(start)s AND starts_at < %(limit)s;

-- block: whole
-- Whether the period is a window from its start to its end.
SELECT EXISTS (SELECT FROM capture_windows WHERE window_start = %(start)s AND window_end = %(end)s)
       OR EXISTS (SELECT FROM night_rollups WHERE window_start = %(start)s AND window_end = %(end)s);

-- block: nights
-- Every window before the period, oldest first. One that was never told, or in which no webhook came, has no count.
SELECT window_start, window_end, CASE WHEN received THEN occurrences END AS occurrences, prometheus
FROM night_rollups WHERE window_end <= %(start)s
UNION ALL
SELECT window_start, window_end, NULL, false FROM capture_windows w
WHERE window_end <= %(start)s AND NOT EXISTS (SELECT FROM night_rollups r WHERE r.window_end = w.window_end)
ORDER BY window_end;

-- block: sightings
-- What each group was on the nights that are asked for, and on the last night that had it.
SELECT k.key, s.window_end, s.occurrences, s.last_seen
FROM unnest(%(keys)s::uuid[]) AS k (key) CROSS JOIN LATERAL (
    SELECT g.window_end, g.occurrences, g.last_seen FROM night_rollup_groups g
    WHERE g.group_key = k.key AND g.window_end = ANY (%(nights)s::timestamptz[])
    UNION
    (SELECT g.window_end, g.occurrences, g.last_seen FROM night_rollup_groups g
     WHERE g.group_key = k.key AND g.window_end <= %(start)s
     ORDER BY g.window_end DESC LIMIT 1)) s
ORDER BY s.window_end, k.key;

-- block: forget
DELETE FROM night_rollups WHERE window_end = %(window_end)s;

-- block: keep
INSERT INTO night_rollups (window_end, window_start, timezone, received, prometheus, groups, occurrences, series,
                           firing, stale, resolved, attention)
VALUES (%(window_end)s, %(window_start)s, %(timezone)s, %(received)s, %(prometheus)s, %(groups)s, %(occurrences)s,
        %(series)s, %(firing)s, %(stale)s, %(resolved)s, %(attention)s);

-- block: keep_groups
INSERT INTO night_rollup_groups (window_end, group_key, source, cluster, alertname, severity, namespace, level, attention,
                                 occurrences, series, firing_seconds, first_seen, last_seen, hours)
SELECT %(window_end)s, x.key, x.source, x.cluster, x.alertname, x.severity, x.namespace, x.level, x.attention,
       x.occurrences, x.series, x.firing_seconds, x.first_seen, x.last_seen, x.hours
FROM jsonb_to_recordset(%(rows)s::jsonb) AS x (
    key uuid, source text, cluster text, alertname text, severity text, namespace text, level text, attention boolean,
    occurrences bigint, series bigint, firing_seconds bigint, first_seen timestamptz, last_seen timestamptz, hours integer);

-- block: prune_rollup_groups
DELETE FROM night_rollup_groups WHERE ctid IN (
    SELECT ctid FROM night_rollup_groups WHERE window_end < %(before)s LIMIT %(batch)s);

-- block: prune_rollups
DELETE FROM night_rollups WHERE window_end IN (
    SELECT window_end FROM night_rollups WHERE window_end < %(before)s LIMIT %(batch)s);
