"""A wrong value is refused when it is installed, in one sentence with its path and what to write."""

import pytest

from tests.chart.conftest import Helm

ZONE = 'captureWindow.timezone is "Europe/Berlinn", which is no IANA time zone: write one such as Europe/Berlin'


@pytest.mark.parametrize(
    ("values", "given", "sentence"),
    [
        ("minimal", "teams.webhookUrl=", "teams.webhookUrl is not set: give the https URL of the Teams workflow"),
        ("minimal", "teams.webhookUrl=http://example.com/x", "teams.webhookUrl must start with https://"),
        ("minimal", "teams.fallbackWebhookUrl=ftp://x", "teams.fallbackWebhookUrl must start with https://"),
        ("production", "teams.webhookUrl=https://x", "teams.webhookUrl and teams.existingSecret.name are both set"),
        ("minimal", "captureWindow.timezone=Europe/Berlinn", ZONE),
        ("minimal", "captureWindow.end=8:00", 'captureWindow.end is "8:00": write a time of day in quotes, as "08:00"'),
        ("minimal", "captureWindow.days=weekdays", 'captureWindow.days is "weekdays": write daily, or weekdays'),
        ("minimal", "digest.schedule=0 8 * *", 'digest.schedule is "0 8 * *": write a cron line of five fields'),
        ("minimal", "digest.schedule=at eight", 'digest.schedule is "at eight": write a cron line of five fields'),
        ("minimal", "context.snapshotSchedule=*/15", 'context.snapshotSchedule is "*/15": write a cron line'),
        ("minimal", "database.url=postgresql://db/x", "postgresql.enabled and database.url are both set: keep one"),
        ("production", "database.url=postgresql://db/x", "database.url and database.existingSecret.name are both set"),
        ("minimal", "postgresql.enabled=false", "no database: set database.url, database.existingSecret.name, or"),
        ("minimal", "ollama.baseUrl=http://o:1", "ollama.enabled and ollama.baseUrl are both set"),
        ("minimal", "ingest.metrics.port=8080", "ingest.service.port and ingest.metrics.port are the same"),
        ("minimal", "ingest.podDisruptionBudget.enabled=true", "ingest.podDisruptionBudget.enabled needs"),
        ("minimal", "ingest.httpRoute.enabled=true", "ingest.httpRoute.parentRefs is empty: name the Gateway"),
        ("minimal", "ingest.ingress.enabled=true", "ingest.ingress.hosts is empty: name the host"),
        ("production", "teams.fallbackWebhookUrl=https://x", "teams.fallbackWebhookUrl is not used with"),
        ("minimal", "database.tls.existingSecret=ca", "the bundled PostgreSQL speaks no TLS"),
        ("minimal", "database.migrationUrl=postgresql://o/x", "the bundled PostgreSQL has one role"),
        ("minimal", "postgresql.image.tag=17", 'postgresql.image.tag is "17": use 18 or newer'),
        ("minimal", "postgresql.image.tag=18-alpine", 'postgresql.image.tag is "18-alpine": use 18'),
        ("minimal", "ollama.enabled=false", "ollama.use needs an Ollama: set ollama.enabled=true or ollama.baseUrl"),
        ("minimal", "ingest.auth.existingSecret.name=a", "ingest.auth.existingSecret.name is set without a key"),
        ("minimal", "ingest.auth.tokens.prod=a,b", "ingest.auth.tokens.prod: neither its name nor its token may"),
        ("minimal", "alertmanager.url=alertmanager:9093", "alertmanager.url must be a URL such as http://alert"),
        ("minimal", "prometheus.url=prometheus:9090", "prometheus.url must be a URL such as http://prometheus-oper"),
        ("everything", "alertmanager.basicAuth=a:b", "alertmanager.bearerToken and alertmanager.basicAuth are both"),
        ("everything", "prometheus.existingSecret.name=s", "are not used with prometheus.existingSecret.name"),
        ("minimal", "prometheus.existingSecret.name=s", "prometheus.existingSecret.name is set without a key"),
        ("minimal", "proxy.httpsProxy=proxy:3128", "proxy.httpsProxy must be a URL such as"),
        ("minimal", "digest.schedule=61 25 32 13 mon", 'digest.schedule is "61 25 32 13 mon": write a cron line'),
        ("everything", "ingest.autoscaling.minReplicas=9", "ingest.autoscaling.minReplicas is more than maxReplicas"),
        ("minimal", "digest.image.digest=abc", "/digest/image/digest"),
        ("minimal", "teams.existingSecret=null", "existingSecret"),
        ("minimal", "ollama.temperature=null", "temperature"),
        ("minimal", "digest.image.repository=null", "repository"),
        ("minimal", "teams.webhokUrl=https://x", "webhokUrl"),
        ("minimal", "ingest.replicas=two", "/ingest/replicas"),
        ("minimal", "captureWindow.outside=drop", "/captureWindow/outside"),
        ("minimal", "logLevel=loud", "/logLevel"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused(each_helm: Helm, values: str, given: str, sentence: str) -> None:
    done = each_helm.template(values, "--set", given.replace(",", "\\,"))
    assert done.returncode != 0
    assert sentence in done.stderr.replace('\\"', '"'), done.stderr
    assert "sig=" not in done.stderr


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kolkata"])
def test_a_time_zone_that_there_is_is_taken(helm: Helm, zone: str) -> None:
    assert f'timeZone: "{zone}"' in helm.text("minimal", "--set", f"captureWindow.timezone={zone}")


@pytest.mark.parametrize(
    "line", ["30 7 * * mon-fri", "0 8 1 */2 *", "0,30 6-9 * jan-mar sun", "*/5 * * * 1-5", "0 8 * * mon,wed,fri"]
)
def test_a_cron_line_is_taken(helm: Helm, line: str) -> None:
    escaped = line.replace(",", "\\,")
    assert f'schedule: "{line}"' in helm.text("minimal", "--set", f"digest.schedule={escaped}")
