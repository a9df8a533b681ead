-- The health of the capture in one period. Parameters: start, limit (times). Minutes are those that lie wholly in it.
-- A number of a minute counts from 1970, as in digest/health/spans.py.

-- block: known
-- From which minute on there are minutes at all; without a row nothing is claimed.
SELECT (extract(epoch FROM min(minute)) / 60)::bigint FROM receiver_minutes;

-- block: alive
-- When any receiver lived: it said so, or it took a webhook. Ranges that touch are one.
SELECT (extract(epoch FROM lower(one)) / 60)::bigint, (extract(epoch FROM upper(one)) / 60)::bigint
FROM (SELECT unnest(range_agg(tstzrange(minute, minute + interval '1 minute'))) AS one
      FROM (SELECT minute FROM receiver_minutes WHERE minute >= %(start)s AND minute < %(limit)s
            UNION SELECT date_trunc('minute', received_at) FROM webhook_deliveries
            WHERE received_at >= %(start)s AND received_at < %(limit)s) AS lived) AS spans;

-- block: database_away
-- When no receiver that lived reached the database.
SELECT (extract(epoch FROM lower(one)) / 60)::bigint, (extract(epoch FROM upper(one)) / 60)::bigint
FROM (SELECT unnest(range_agg(tstzrange(minute, minute + interval '1 minute'))) AS one
      FROM (SELECT minute FROM receiver_minutes WHERE minute >= %(start)s AND minute < %(limit)s
            GROUP BY minute HAVING bool_and(database_away)) AS away) AS spans;

-- block: answers
SELECT code::integer, sum(number::bigint)::bigint
FROM receiver_minutes, jsonb_each_text(answers) AS answer (code, number)
WHERE minute >= %(start)s AND minute < %(limit)s
GROUP BY 1 ORDER BY 1;

-- block: deliveries
SELECT count(*), coalesce(sum(n_alerts), 0)::bigint FROM webhook_deliveries
WHERE received_at >= %(start)s AND received_at < %(limit)s;

-- block: beats
-- The minutes of each heartbeat of the period, from a day before it on, or from the last one before it: what is usual
-- must be known also where nothing came in the period.
WITH heartbeats AS (
    SELECT DISTINCT source, cluster, alertname, fingerprint FROM told_aside WHERE role = 'heartbeat')
SELECT k.source, k.cluster, k.alertname, array_agg(DISTINCT (extract(epoch FROM h.minute) / 60)::bigint)
FROM heartbeats k JOIN heartbeat_minutes h ON (h.source, h.fingerprint) = (k.source, k.fingerprint)
WHERE h.minute < %(limit)s
  AND h.minute >= least(%(start)s::timestamptz - interval '1 day',
                        (SELECT max(p.minute) FROM heartbeat_minutes p
                         WHERE (p.source, p.fingerprint) = (k.source, k.fingerprint) AND p.minute < %(start)s))
GROUP BY 1, 2, 3;

-- block: prune_receiver_minutes
DELETE FROM receiver_minutes WHERE (minute, receiver) IN (
    SELECT minute, receiver FROM receiver_minutes WHERE minute < %(before)s LIMIT %(batch)s);

-- block: prune_heartbeat_minutes
DELETE FROM heartbeat_minutes WHERE (source, fingerprint, minute) IN (
    SELECT source, fingerprint, minute FROM heartbeat_minutes WHERE minute < %(before)s LIMIT %(batch)s);
