-- A digest of a million alerts tells a million rows of this table; its foreign keys looked each of them up twice and
-- locked, and so wrote, each row of alerts. Retention deletes what they deleted.

ALTER TABLE digest_alerts
    DROP CONSTRAINT IF EXISTS digest_alerts_digest_id_fkey,
    DROP CONSTRAINT IF EXISTS digest_alerts_alert_id_fkey;
