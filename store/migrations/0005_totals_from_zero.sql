-- A counter that first appears with 1 has not increased for Prometheus: each starts at 0.

INSERT INTO metric_totals (metric, labels, value) VALUES
    ('alertgest_teams_delivery_total', '{"status": "sent"}', 0),
    ('alertgest_teams_delivery_total', '{"status": "refused"}', 0),
    ('alertgest_teams_delivery_total', '{"status": "unreachable"}', 0),
    ('alertgest_llm_fallbacks_total', '{}', 0),
    ('alertgest_llm_truncations_total', '{}', 0),
    ('alertgest_llm_rejections_total', '{}', 0),
    ('alertgest_llm_request_duration_seconds_sum', '{"model": "none"}', 0),
    ('alertgest_llm_request_duration_seconds_count', '{"model": "none"}', 0)
ON CONFLICT (metric, labels) DO NOTHING;
