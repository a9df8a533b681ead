{{/* The settings of the programs as variables of their containers, from the values. */}}

{{- define "alertgest.plainText" -}}
{{- if kindIs "invalid" . -}}
{{- else if kindIs "float64" . -}}
{{- ternary (. | int64 | toString) (. | toString) (eq (floor .) .) -}}
{{- else if kindIs "slice" . -}}
{{- join "," . -}}
{{- else -}}
{{- . | toString -}}
{{- end -}}
{{- end -}}

{{/* dict "plain" (NAME: value) "secret" (NAME: {name, key}) "fields" (NAME: path) "extra" [env]. One of extra wins over ours of that name. */}}
{{- define "alertgest.env" -}}
{{- $extra := dict -}}
{{- range .extra }}{{ $_ := set $extra .name . }}{{ end -}}
{{- $all := list -}}
{{- range $name, $value := .plain -}}
{{- if and (not (hasKey $extra $name)) (not (kindIs "invalid" $value)) (ne (include "alertgest.plainText" $value) "") -}}
{{- $all = append $all (dict "name" $name "value" (include "alertgest.plainText" $value)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $ref := .secret -}}
{{- if and (not (hasKey $extra $name)) (not (hasKey $extra (printf "%s_FILE" $name))) -}}
{{- $all = append $all (dict "name" $name "valueFrom" (dict "secretKeyRef" $ref)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $path := .fields -}}
{{- if not (hasKey $extra $name) -}}
{{- $all = append $all (dict "name" $name "valueFrom" (dict "fieldRef" (dict "apiVersion" "v1" "fieldPath" $path))) -}}
{{- end -}}
{{- end -}}
{{- range .extra -}}
{{- $all = append $all (ternary (merge (dict "value" (include "alertgest.plainText" .value)) .) . (hasKey . "value")) -}}
{{- end -}}
{{- toYaml $all -}}
{{- end -}}

{{- define "alertgest.commonSettings" -}}
{{ include "alertgest.databaseSettings" . }}
CAPTURE_WINDOW_START: {{ .Values.captureWindow.start | quote }}
CAPTURE_WINDOW_END: {{ .Values.captureWindow.end | quote }}
CAPTURE_WINDOW_TIMEZONE: {{ .Values.captureWindow.timezone | quote }}
CAPTURE_WINDOW_DAYS: {{ .Values.captureWindow.days | quote }}
APP_LOG_LEVEL: {{ .Values.logLevel | quote }}
{{- if .Values.database.tls.existingSecret }}
PGSSLMODE: verify-full
PGSSLROOTCERT: /etc/alertgest/postgresql/ca.crt
{{- end }}
{{- end -}}

{{- define "alertgest.ingestSettings" -}}
{{ include "alertgest.commonSettings" . }}
APP_PORT: 8080
APP_METRICS_PORT: 9090
DATABASE_POOL_SIZE: {{ .Values.database.poolSize }}
CAPTURE_OUTSIDE_WINDOW: {{ .Values.captureWindow.outside | quote }}
MAX_BODY_BYTES: {{ .Values.ingest.limits.bodyBytes | int64 }}
MAX_ALERTS: {{ .Values.ingest.limits.alerts | int64 }}
MAX_IN_FLIGHT_BYTES: {{ .Values.ingest.limits.inFlightBytes | int64 }}
READ_TIMEOUT_SECONDS: {{ .Values.ingest.limits.readTimeoutSeconds }}
HEARTBEAT_ALERTS: {{ .Values.alerts.heartbeats | quote }}
{{- end -}}

{{- define "alertgest.digestSettings" -}}
{{ include "alertgest.commonSettings" . }}
DIGEST_KIND: {{ .Values.digest.kind | quote }}
DIGEST_COMMAND: {{ .Values.digest.command | quote }}
DIGEST_CATCH_UP: {{ .Values.digest.catchUp }}
DIGEST_START_TOLERANCE_SECONDS: {{ .Values.digest.startToleranceSeconds }}
DIGEST_LEASE_SECONDS: {{ .Values.digest.leaseSeconds }}
TEAMS_ENVELOPE: {{ .Values.teams.envelope | quote }}
DELIVERY_TIMEOUT_SECONDS: {{ .Values.teams.timeoutSeconds }}
CLUSTER_NAME: {{ .Values.cluster.name | quote }}
CLUSTER_LABEL: {{ .Values.cluster.label | quote }}
OWNER_LABEL: {{ .Values.alerts.ownerLabel | quote }}
SEVERITY_ORDER: {{ .Values.alerts.severityOrder | quote }}
SEVERITY_ALIASES: {{ .Values.alerts.severityAliases | quote }}
ATTENTION_SEVERITY: {{ .Values.alerts.attentionSeverity | quote }}
ALERT_EXCLUDE: {{ .Values.alerts.exclude | quote }}
HEARTBEAT_ALERTS: {{ .Values.alerts.heartbeats | quote }}
ALERT_STALE_AFTER: {{ .Values.alerts.staleAfterSeconds | int64 }}
DATABASE_WAIT_SECONDS: {{ .Values.database.statementTimeoutSeconds }}
ALERT_RETENTION_DAYS: {{ .Values.retention.alertDays }}
DIGEST_RETENTION_DAYS: {{ .Values.retention.digestDays }}
K8S_SNAPSHOT_RETENTION_DAYS: {{ .Values.retention.snapshotDays }}
ROLLUP_RETENTION_DAYS: {{ .Values.retention.rollupDays }}
K8S_CONTEXT_ENABLED: {{ .Values.context.enabled }}
K8S_CONTEXT_NAMESPACES: {{ join "," .Values.context.namespaces | quote }}
K8S_METRICS_SERVER_ENABLED: {{ .Values.context.metricsServer }}
K8S_CONTEXT_TIMEOUT_SECONDS: {{ .Values.context.timeoutSeconds }}
DIGEST_LLM: {{ .Values.ollama.use }}
OLLAMA_BASE_URL: {{ include "alertgest.ollamaUrl" . | quote }}
OLLAMA_MODEL: {{ .Values.ollama.model | quote }}
OLLAMA_FALLBACK_MODEL: {{ .Values.ollama.fallbackModel | quote }}
OLLAMA_MAX_TOKENS: {{ .Values.ollama.maxTokens | int64 }}
OLLAMA_TEMPERATURE: {{ .Values.ollama.temperature | toString | quote }}
OLLAMA_TIMEOUT_SECONDS: {{ .Values.ollama.timeoutSeconds }}
OLLAMA_NUM_THREAD: {{ .Values.ollama.numThread }}
{{- if .Values.ollama.caFile }}
OLLAMA_CA_FILE: {{ .Values.ollama.caFile | quote }}
{{- else if and .Values.caBundle.configMap (hasPrefix "https://" (include "alertgest.ollamaUrl" .)) }}
OLLAMA_CA_FILE: /etc/alertgest/ca/ca.crt
{{- end }}
ALERTMANAGER_URL: {{ .Values.alertmanager.url | quote }}
ALERTMANAGER_SETTLE_SECONDS: {{ .Values.alertmanager.settleSeconds }}
PROMETHEUS_URL: {{ .Values.prometheus.url | quote }}
CONFIRM_TIMEOUT_SECONDS: {{ .Values.prometheus.timeoutSeconds }}
{{- range $name := list "alertmanager" "prometheus" }}
{{- with get $.Values $name }}
{{- if .caFile }}
{{ upper $name }}_CA_FILE: {{ .caFile | quote }}
{{- else if and $.Values.caBundle.configMap (contains "https://" .url) }}
{{ upper $name }}_CA_FILE: /etc/alertgest/ca/ca.crt
{{- end }}
{{- end }}
{{- end }}
{{- if .Values.caBundle.configMap }}
REQUESTS_CA_BUNDLE: /etc/alertgest/ca/ca.crt
{{- end }}
{{- with .Values.proxy.httpsProxy }}
HTTPS_PROXY: {{ . | quote }}
{{- end }}
{{- with .Values.proxy.noProxy }}
NO_PROXY: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* The bundled PostgreSQL: its URL has no password, which libpq takes from PGPASSWORD as it is. */}}
{{- define "alertgest.databaseSettings" -}}
{{- if .Values.postgresql.enabled }}
DATABASE_URL: postgresql://alertgest@{{ include "alertgest.fullname" . }}-postgresql:5432/alertgest
{{- end }}
{{- end -}}

{{/* Secrets: where each comes from, as {name, key}. */}}
{{- define "alertgest.databaseSecret" -}}
{{- if .Values.postgresql.enabled }}
PGPASSWORD:
  {{- include "alertgest.passwordSecret" . | nindent 2 }}
{{- else if .Values.database.existingSecret.name }}
DATABASE_URL:
  name: {{ .Values.database.existingSecret.name }}
  key: {{ .Values.database.existingSecret.key }}
{{- else }}
DATABASE_URL:
  name: {{ include "alertgest.fullname" . }}-database
  key: uri
{{- end }}
{{- end -}}

{{- define "alertgest.passwordSecret" -}}
{{- $secret := .Values.postgresql.existingSecret -}}
name: {{ default (printf "%s-database" (include "alertgest.fullname" .)) $secret.name }}
key: {{ ternary $secret.key "password" (ne $secret.name "") }}
{{- end -}}

{{- define "alertgest.migrationSecret" -}}
{{- if and .Values.database.existingSecret.name .Values.database.existingSecret.migrationKey }}
MIGRATION_DATABASE_URL:
  name: {{ .Values.database.existingSecret.name }}
  key: {{ .Values.database.existingSecret.migrationKey }}
{{- else if .Values.database.migrationUrl }}
MIGRATION_DATABASE_URL:
  name: {{ include "alertgest.fullname" . }}-database
  key: migration-uri
{{- end }}
{{- end -}}

{{- define "alertgest.teamsSecret" -}}
{{- $secret := .Values.teams.existingSecret -}}
TEAMS_WEBHOOK_URL:
  name: {{ default (printf "%s-teams" (include "alertgest.fullname" .)) $secret.name }}
  key: {{ ternary $secret.webhookUrlKey "webhook-url" (ne $secret.name "") }}
{{- if and $secret.name $secret.fallbackWebhookUrlKey }}
FALLBACK_WEBHOOK_URL:
  name: {{ $secret.name }}
  key: {{ $secret.fallbackWebhookUrlKey }}
{{- else if and (not $secret.name) .Values.teams.fallbackWebhookUrl }}
FALLBACK_WEBHOOK_URL:
  name: {{ include "alertgest.fullname" . }}-teams
  key: fallback-webhook-url
{{- end }}
{{- end -}}

{{- define "alertgest.authSecret" -}}
{{- $auth := .Values.ingest.auth -}}
{{- $own := printf "%s-auth" (include "alertgest.fullname" .) -}}
{{- if and $auth.existingSecret.name $auth.existingSecret.tokensKey }}
AUTH_TOKENS:
  name: {{ $auth.existingSecret.name }}
  key: {{ $auth.existingSecret.tokensKey }}
{{- else if and (not $auth.existingSecret.name) $auth.tokens }}
AUTH_TOKENS:
  name: {{ $own }}
  key: tokens
{{- end }}
{{- if and $auth.existingSecret.name $auth.existingSecret.basicKey }}
AUTH_BASIC:
  name: {{ $auth.existingSecret.name }}
  key: {{ $auth.existingSecret.basicKey }}
{{- else if and (not $auth.existingSecret.name) $auth.basic }}
AUTH_BASIC:
  name: {{ $own }}
  key: basic
{{- end }}
{{- end -}}

{{- define "alertgest.ingestEnv" -}}
{{- $secrets := merge (include "alertgest.databaseSecret" . | fromYaml) (include "alertgest.authSecret" . | fromYaml) -}}
{{- include "alertgest.env" (dict "plain" (include "alertgest.ingestSettings" . | fromYaml) "secret" $secrets "extra" .Values.ingest.extraEnv) -}}
{{- end -}}

{{- define "alertgest.migrateEnv" -}}
{{- $secrets := merge (include "alertgest.databaseSecret" . | fromYaml) (include "alertgest.migrationSecret" . | fromYaml) -}}
{{- include "alertgest.env" (dict "plain" (include "alertgest.commonSettings" . | fromYaml) "secret" $secrets "extra" .Values.ingest.extraEnv) -}}
{{- end -}}

{{- define "alertgest.sourcesSecret" -}}
{{- range $name := list "alertmanager" "prometheus" -}}
{{- $values := get $.Values $name -}}
{{- $own := printf "%s-sources" (include "alertgest.fullname" $) -}}
{{- range $value, $kind := dict "bearerToken" "BEARER_TOKEN" "basicAuth" "BASIC_AUTH" -}}
{{- $secret := $values.existingSecret -}}
{{- if and $secret.name (get $secret (printf "%sKey" $value)) }}
{{ upper $name }}_{{ $kind }}:
  name: {{ $secret.name }}
  key: {{ get $secret (printf "%sKey" $value) }}
{{- else if and (not $secret.name) (get $values $value) }}
{{ upper $name }}_{{ $kind }}:
  name: {{ $own }}
  key: {{ $name }}-{{ kebabcase $value }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "alertgest.digestEnv" -}}
{{- $secrets := merge (include "alertgest.databaseSecret" . | fromYaml) (include "alertgest.teamsSecret" . | fromYaml) (include "alertgest.sourcesSecret" . | fromYaml) -}}
{{- $fields := dict "POD_NAMESPACE" "metadata.namespace" "JOB_NAME" "metadata.labels['batch.kubernetes.io/job-name']" "JOB_UID" "metadata.labels['batch.kubernetes.io/controller-uid']" -}}
{{- include "alertgest.env" (dict "plain" (include "alertgest.digestSettings" . | fromYaml) "secret" $secrets "fields" $fields "extra" .Values.digest.extraEnv) -}}
{{- end -}}

{{/* Volumes of our own containers: dict "root" $ "workload" .Values.digest. */}}
{{- define "alertgest.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: {{ default "64Mi" .tmp }}}
{{- $database := ternary .database true (hasKey . "database") }}
{{- with .root.Values.database.tls }}
{{- if and .existingSecret $database }}
- name: database-ca
  secret:
    secretName: {{ .existingSecret }}
    items: [{key: {{ .key | quote }}, path: ca.crt}]
{{- end }}
{{- end }}
{{- with .root.Values.caBundle }}
{{- if .configMap }}
- name: ca
  configMap:
    name: {{ .configMap }}
    items: [{key: {{ .key | quote }}, path: ca.crt}]
{{- end }}
{{- end }}
{{- with .workload.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "alertgest.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if and .root.Values.database.tls.existingSecret (ternary .database true (hasKey . "database")) }}
- name: database-ca
  mountPath: /etc/alertgest/postgresql
  readOnly: true
{{- end }}
{{- if .root.Values.caBundle.configMap }}
- name: ca
  mountPath: /etc/alertgest/ca
  readOnly: true
{{- end }}
{{- with .workload.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "alertgest.pullEnv" -}}
{{- $names := list "OLLAMA_BASE_URL" "OLLAMA_MODEL" "OLLAMA_FALLBACK_MODEL" -}}
{{- $plain := dict -}}
{{- range $name, $value := include "alertgest.digestSettings" . | fromYaml -}}
{{- if has $name $names }}{{ $_ := set $plain $name $value }}{{ end -}}
{{- end -}}
{{- include "alertgest.env" (dict "plain" $plain "secret" dict "fields" dict "extra" list) -}}
{{- end -}}

{{/* The port of a URL, or that of its scheme. */}}
{{- define "alertgest.portOf" -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $usual := dict "https" "443" "http" "80" "postgresql" "5432" "postgres" "5432" -}}
{{- default (get $usual $url.scheme) $port -}}
{{- end -}}
