-- block: kept
SELECT 1 FROM alerts WHERE alertname = 'AlertgestTest' AND labels ->> 'instance' = %(mark)s;

-- block: delivery
SELECT n_discarded FROM webhook_deliveries WHERE group_key = %(mark)s;

-- block: forget_alert
DELETE FROM alerts WHERE alertname = 'AlertgestTest' AND labels ->> 'instance' = %(mark)s;

-- block: forget_delivery
DELETE FROM webhook_deliveries WHERE group_key = %(mark)s;
