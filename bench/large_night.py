"""A large night as a cluster makes it: what the benchmarks of the digest fill a database with.

Of ten series, one comes and goes ten times, three three times, six once. The groups are of very different sizes. One
series in twenty fires at the end; of one in fifty a resolve was lost; of one in a hundred nothing was heard for longer
than ``ALERT_STALE_AFTER``; one in twenty fired already when the night began. An alert has 11 labels and 3 annotations,
about 950 bytes of JSON in a webhook.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

GROUPS = 300
PERIOD_START = datetime(2026, 7, 1, 18, tzinfo=UTC)
END = PERIOD_START + timedelta(hours=14)

_FILL = """
INSERT INTO alerts (source, fingerprint, alertname, status, severity, namespace, labels, annotations, generator_url,
                    starts_at, ends_at, received_at, last_received_at, last_firing_at, resolved_received_at)
SELECT 'default', lpad(to_hex(s), 16, '0'), alertname, CASE WHEN open THEN 'firing' ELSE 'resolved' END, severity,
       namespace, labels, annotations, 'https://prometheus.example.org/graph?g0.tab=1&g0.expr=up%%7Bjob%%3D%%22api%%22%%7D',
       t, CASE WHEN NOT open THEN t + lasts END, t + interval '30 seconds', news, news - lasts / 2,
       CASE WHEN NOT open THEN news END
FROM (SELECT *, 'Alert' || g / 3 AS alertname, (ARRAY['critical', 'warning', 'info'])[1 + g %% 3] AS severity,
             'namespace-' || g AS namespace, interval '1 second' * (90 + s %% 600) AS lasts,
             s %% 100 = 15 OR CASE WHEN times = 1 THEN s %% 100 IN (4, 24, 44, 64, 84)
                                   ELSE s %% 50 = 3 AND k = 1 END AS open,
             CASE WHEN s %% 100 = 15 THEN %(start)s - interval '2 hours'
                  WHEN k = 0 AND s %% 20 = 9 THEN %(start)s - interval '1 minute'
                  ELSE %(start)s + interval '1 microsecond' * ((s * 7919000123 + k * 4800000000) %% 49800000000)
                  END AS t
      FROM generate_series(1, %(series)s::bigint) AS s,
           LATERAL (SELECT CASE WHEN s %% 10 = 0 THEN 10 WHEN s %% 10 < 4 THEN 3 ELSE 1 END) AS c (times),
           LATERAL generate_series(0, times - 1) AS k,
           LATERAL (SELECT floor(%(groups)s * power(s * 0.6180339887 %% 1, 2))::int) AS of_group (g)) AS episodes,
     LATERAL (SELECT jsonb_build_object(
                  'alertname', alertname, 'severity', severity, 'namespace', namespace, 'cluster', 'production',
                  'pod', 'app-' || g || '-7d9f8b6c5-' || lpad(to_hex(s), 5, '0'), 'node', 'node-' || s %% 40,
                  'container', 'app', 'job', 'kubernetes-pods',
                  'instance', '10.0.' || s %% 250 || '.' || s / 250 %% 250 || ':9100',
                  'team', 'team-' || g %% 7, 'prometheus', 'monitoring/kube-prometheus-stack-prometheus'),
              jsonb_build_object(
                  'summary', 'Pod app-' || g || '-' || s || ' in namespace-' || g || ' is not healthy',
                  'description',
                  'The pod has not been ready for more than five minutes. ' || repeat('Look at its log. ', 14),
                  'runbook_url', 'https://runbooks.example.org/kubernetes/alert-' || g / 3),
              CASE WHEN s %% 100 = 15 THEN %(start)s - interval '30 minutes'
                   WHEN open AND times = 1 THEN %(end)s - interval '2 minutes' ELSE t + lasts END
              ) AS told (labels, annotations, news)
ON CONFLICT DO NOTHING
"""


def fill(conn: psycopg.Connection[Any], episodes: int, groups: int = GROUPS) -> None:
    """Fill the empty table of alerts with about so many episodes of so many groups."""
    conn.execute(_FILL, {"groups": groups, "series": episodes * 10 // 25, "start": PERIOD_START, "end": END})
    conn.execute("VACUUM ANALYZE alerts")
