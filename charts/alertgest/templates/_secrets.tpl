{{/* What the Secrets of the chart hold; also for the checksums that roll the pods. */}}

{{/* The password of the bundled PostgreSQL: the given one, or the one that is there, or one that the secret in the
     webhook's URL decides (so that a renderer without a cluster gives the same twice), or else a random one. */}}
{{- define "alertgest.password" -}}
{{- $there := lookup "v1" "Secret" .Release.Namespace (printf "%s-database" (include "alertgest.fullname" .)) -}}
{{- if .Values.postgresql.password -}}
{{- include "alertgest.plainText" .Values.postgresql.password -}}
{{- else if and $there (hasKey (default dict $there.data) "password") -}}
{{- get $there.data "password" | b64dec -}}
{{- else if .Values.teams.webhookUrl -}}
{{- printf "%s/%s/%s" .Values.teams.webhookUrl .Release.Namespace .Release.Name | sha256sum | trunc 40 -}}
{{- else -}}
{{- randAlphaNum 40 -}}
{{- end -}}
{{- end -}}

{{/* Kept on the release while it renders: a random password must be one and the same in all of it. */}}
{{- define "alertgest.databaseData" -}}
{{- if not (hasKey .Values.postgresql "rendered") -}}
{{- $data := dict -}}
{{- if and .Values.postgresql.enabled (not .Values.postgresql.existingSecret.name) -}}
{{- $_ := set $data "password" (include "alertgest.password" .) -}}
{{- else if .Values.database.url -}}
{{- $_ := set $data "uri" .Values.database.url -}}
{{- end -}}
{{- with .Values.database.migrationUrl -}}
{{- $_ := set $data "migration-uri" . -}}
{{- end -}}
{{- $_ := set .Values.postgresql "rendered" $data -}}
{{- end -}}
{{- range $key, $value := .Values.postgresql.rendered }}
{{ $key }}: {{ $value | b64enc }}
{{- end }}
{{- end -}}

{{- define "alertgest.authData" -}}
{{- $auth := .Values.ingest.auth -}}
{{- if not $auth.existingSecret.name -}}
{{- $pairs := list -}}
{{- range $source := keys $auth.tokens | sortAlpha -}}
{{- $pairs = append $pairs (printf "%s=%s" $source (include "alertgest.plainText" (get $auth.tokens $source))) -}}
{{- end -}}
{{- with $pairs }}
tokens: {{ join "," . | b64enc }}
{{- end }}
{{- with $auth.basic }}
basic: {{ . | b64enc }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "alertgest.sourcesData" -}}
{{- range $name := list "alertmanager" "prometheus" }}
{{- $values := get $.Values $name }}
{{- if not $values.existingSecret.name }}
{{- range $key := list "bearerToken" "basicAuth" }}
{{- with get $values $key }}
{{ $name }}-{{ kebabcase $key }}: {{ . | b64enc }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "alertgest.teamsData" -}}
{{- range $key, $name := dict "webhook-url" "webhookUrl" "fallback-webhook-url" "fallbackWebhookUrl" }}
{{- with get $.Values.teams $name }}
{{ $key }}: {{ . | b64enc }}
{{- end }}
{{- end }}
{{- end -}}
