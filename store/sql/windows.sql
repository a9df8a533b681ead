-- block: lock
-- Its own statement: the time that decides must be taken after the lock is held.
SELECT pg_advisory_xact_lock(hashtextextended('alertgest capture_windows', 0));

-- block: complete_ended
UPDATE capture_windows SET status = 'completed' WHERE status = 'active' AND window_end <= %(now)s;

-- block: floor
-- The end of the last window that no longer moves.
SELECT max(window_end) FROM capture_windows WHERE status <> 'active';

-- block: active
SELECT id, window_start, window_end FROM capture_windows WHERE status = 'active';

-- block: move_active
UPDATE capture_windows SET window_start = %(start)s, window_end = %(end)s WHERE id = %(id)s;

-- block: insert
INSERT INTO capture_windows (window_start, window_end, status)
VALUES (%(start)s, %(end)s, CASE WHEN %(end)s::timestamptz <= %(now)s::timestamptz THEN 'completed' ELSE 'active' END)
ON CONFLICT DO NOTHING;
