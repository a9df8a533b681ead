-- block: statement_timeout
-- For this transaction only: behind a transaction pooler, nothing may be left on the server session.
SELECT set_config('statement_timeout', %(milliseconds)s, true);

-- block: snapshot
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;

-- block: closed
-- Windows that have ended and have neither been told nor been skipped, oldest first.
SELECT id, window_start, window_end, status FROM capture_windows
WHERE status = 'completed' AND window_end <= %(now)s ORDER BY window_end;

-- block: active
SELECT id, window_start, window_end, status FROM capture_windows WHERE status = 'active';

-- block: latest
-- The window that is open at that time, or else the last one that was.
SELECT id, window_start, window_end, status FROM capture_windows
WHERE window_start < %(now)s ORDER BY window_start DESC LIMIT 1;

-- block: claim
INSERT INTO digests AS d (capture_window_id, kind, state, run_id, job_uid, lease_until, period_start, period_end)
VALUES (%(window)s, 'scheduled', 'claimed', %(run)s, NULLIF(%(job)s, ''), clock_timestamp() + %(lease)s, %(start)s,
    %(end)s)
ON CONFLICT (capture_window_id) WHERE kind = 'scheduled' DO UPDATE
SET state = 'claimed', run_id = EXCLUDED.run_id, job_uid = EXCLUDED.job_uid, lease_until = EXCLUDED.lease_until,
    attempt = d.attempt + 1, possible_repeat = d.possible_repeat OR d.state = 'sending'
WHERE d.state = 'failed' OR d.state IN ('claimed', 'sending')
    AND (d.lease_until < clock_timestamp() OR d.job_uid = EXCLUDED.job_uid AND d.run_id <> EXCLUDED.run_id)
RETURNING id, attempt, possible_repeat;

-- block: take_adhoc
-- What an earlier pod of the same Job has left. Its pods run one after the other.
UPDATE digests SET state = 'claimed', run_id = %(run)s, lease_until = clock_timestamp() + %(lease)s, attempt = attempt + 1,
    possible_repeat = possible_repeat OR state = 'sending', capture_window_id = %(window)s, period_start = %(start)s,
    period_end = %(end)s
WHERE kind = 'adhoc' AND job_uid = %(job)s AND run_id <> %(run)s AND state <> 'sent'
RETURNING id, attempt, possible_repeat;

-- block: claim_adhoc
INSERT INTO digests (capture_window_id, kind, state, run_id, job_uid, lease_until, period_start, period_end)
SELECT %(window)s, 'adhoc', 'claimed', %(run)s, NULLIF(%(job)s, ''), clock_timestamp() + %(lease)s, %(start)s, %(end)s
WHERE NOT EXISTS (SELECT FROM digests WHERE kind = 'adhoc' AND job_uid = %(job)s)
RETURNING id, attempt, possible_repeat;

-- block: sent_already
SELECT EXISTS (SELECT FROM digests WHERE capture_window_id = %(window)s AND kind = 'scheduled' AND state = 'sent');

-- block: forget_alerts
DELETE FROM digest_alerts WHERE digest_id = %(id)s;

-- block: sending
UPDATE digests SET state = 'sending', lease_until = clock_timestamp() + %(lease)s, facts = %(facts)s, card = %(card)s,
    cut_off = %(cut_off)s, generated_at = %(now)s
WHERE id = %(id)s AND run_id = %(run)s AND attempt = %(attempt)s AND state = 'claimed'
RETURNING id;

-- block: finish
UPDATE digests SET state = %(state)s, delivery_status = %(state)s, delivery_detail = %(detail)s,
    teams_message_id = %(message_id)s, possible_repeat = possible_repeat OR %(uncertain)s,
    sent_at = CASE WHEN %(state)s = 'sent' THEN %(now)s::timestamptz END
WHERE id = %(id)s AND run_id = %(run)s AND attempt = %(attempt)s AND state IN ('claimed', 'sending')
RETURNING id;

-- block: window_told
UPDATE capture_windows SET status = 'digest_sent', digest_generated_at = %(generated)s, digest_sent_at = %(now)s,
    alert_count = %(count)s
WHERE id = %(window)s;

-- block: skip
UPDATE capture_windows SET status = 'skipped' WHERE id = ANY(%(ids)s) AND status = 'completed';

-- block: history
SELECT id, kind, state, period_start, period_end, attempt, possible_repeat, sent_at, delivery_detail
FROM digests ORDER BY period_end DESC, cut_off DESC NULLS LAST LIMIT %(limit)s;

-- block: one
SELECT id, kind, state, period_start, period_end, attempt, possible_repeat, sent_at, delivery_detail,
    capture_window_id, cut_off, generated_at, facts, card, raw_prompt, raw_response
FROM digests WHERE id = %(id)s;

-- block: beginning
-- Two are enough to know that the beginning of an id does not tell which is meant.
SELECT id FROM digests WHERE starts_with(id::text, %(beginning)s) LIMIT 2;

-- block: sending_again
-- Committed before a digest that was not sent is posted by hand: should its end not be recorded, a run says so.
UPDATE digests SET possible_repeat = true WHERE id = %(id)s AND state <> 'sent';

-- block: not_sent_again
UPDATE digests SET possible_repeat = %(repeat)s WHERE id = %(id)s AND state = 'failed';

-- block: sent_again
UPDATE digests SET state = 'sent', delivery_status = 'sent', delivery_detail = %(detail)s, sent_at = %(now)s
WHERE id = %(id)s;

-- block: add_to_total
INSERT INTO metric_totals AS t (metric, labels, value) VALUES (%(metric)s, %(labels)s, %(value)s)
ON CONFLICT (metric, labels) DO UPDATE SET value = t.value + EXCLUDED.value;

-- block: set_total
INSERT INTO metric_totals (metric, labels, value) VALUES (%(metric)s, %(labels)s, %(value)s)
ON CONFLICT (metric, labels) DO UPDATE SET value = EXCLUDED.value;

-- block: prune_resolved
-- By the place of the row, which changes with each news: what is heard of meanwhile stays.
WITH gone AS (
    DELETE FROM alerts WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM alerts WHERE status = 'resolved' AND ends_at < %(before)s AND last_received_at < %(before)s
        ORDER BY ends_at LIMIT %(batch)s))
    RETURNING id),
told AS (DELETE FROM digest_alerts t USING gone WHERE t.alert_id = gone.id)
SELECT FROM gone;

-- block: prune_firing
WITH gone AS (
    DELETE FROM alerts WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM alerts WHERE status = 'firing' AND starts_at < %(before)s AND last_received_at < %(before)s
        ORDER BY starts_at LIMIT %(batch)s))
    RETURNING id),
told AS (DELETE FROM digest_alerts t USING gone WHERE t.alert_id = gone.id)
SELECT FROM gone;

-- block: prune_digest_alerts
DELETE FROM digest_alerts WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM digest_alerts
    WHERE digest_id = ANY (ARRAY(SELECT id FROM digests WHERE period_end < %(before)s AND lease_until < clock_timestamp()))
    LIMIT %(batch)s));

-- block: prune_digests
DELETE FROM digests WHERE id IN (
    SELECT id FROM digests WHERE period_end < %(before)s AND lease_until < clock_timestamp() LIMIT %(batch)s);

-- block: prune_webhook_deliveries
DELETE FROM webhook_deliveries WHERE id IN (
    SELECT id FROM webhook_deliveries WHERE received_at < %(before)s LIMIT %(batch)s);

-- block: prune_quarantine
DELETE FROM ingest_quarantine WHERE id IN (
    SELECT id FROM ingest_quarantine WHERE received_at < %(before)s LIMIT %(batch)s);

-- block: prune_windows
-- The newest stays: the next window begins where it ends. One with a digest stays until that has gone.
DELETE FROM capture_windows WHERE id IN (
    SELECT w.id FROM capture_windows w
    WHERE w.status IN ('digest_sent', 'skipped') AND w.window_end < %(before)s
      AND w.window_end < (SELECT max(window_end) FROM capture_windows)
      AND NOT EXISTS (SELECT FROM digests d WHERE d.capture_window_id = w.id)
    LIMIT %(batch)s);
