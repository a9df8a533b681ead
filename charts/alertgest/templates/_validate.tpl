{{/* What a schema cannot say in one clear sentence. Each message names the value and what to write. */}}
{{- define "alertgest.validate" -}}
{{- $values := .Values -}}
{{- if and (not $values.teams.webhookUrl) (not $values.teams.existingSecret.name) -}}
{{- fail "teams.webhookUrl is not set: give the https URL of the Teams workflow, or the Secret that has it as teams.existingSecret.name" -}}
{{- end -}}
{{- if and $values.teams.webhookUrl $values.teams.existingSecret.name -}}
{{- fail "teams.webhookUrl and teams.existingSecret.name are both set: keep one" -}}
{{- end -}}
{{- range $name := list "webhookUrl" "fallbackWebhookUrl" -}}
{{- with get $values.teams $name -}}
{{- if not (hasPrefix "https://" .) -}}
{{- fail (printf "teams.%s must start with https://: copy the URL that the Teams workflow shows" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name := list "alertmanager" "prometheus" -}}
{{- $source := get $values $name -}}
{{- range $url := splitList "," $source.url -}}
{{- if and $source.url (not (regexMatch "^https?://[^/,]" (trim $url))) -}}
{{- fail (printf "%s.url must be a URL such as http://%s-operated.monitoring:%s" $name $name (ternary "9093" "9090" (eq $name "alertmanager"))) -}}
{{- end -}}
{{- end -}}
{{- if and $source.bearerToken $source.basicAuth -}}
{{- fail (printf "%s.bearerToken and %s.basicAuth are both set: keep one" $name $name) -}}
{{- end -}}
{{- if and $source.existingSecret.name (or $source.bearerToken $source.basicAuth) -}}
{{- fail (printf "%s.bearerToken and %s.basicAuth are not used with %s.existingSecret.name: put them into that Secret" $name $name $name) -}}
{{- end -}}
{{- if and $source.existingSecret.name (not $source.existingSecret.bearerTokenKey) (not $source.existingSecret.basicAuthKey) -}}
{{- fail (printf "%s.existingSecret.name is set without a key: set bearerTokenKey or basicAuthKey" $name) -}}
{{- end -}}
{{- end -}}
{{- $databases := list -}}
{{- if $values.postgresql.enabled }}{{ $databases = append $databases "postgresql.enabled" }}{{ end -}}
{{- if $values.database.url }}{{ $databases = append $databases "database.url" }}{{ end -}}
{{- if $values.database.existingSecret.name }}{{ $databases = append $databases "database.existingSecret.name" }}{{ end -}}
{{- if gt (len $databases) 1 -}}
{{- fail (printf "%s are both set: keep one source of the database (postgresql.enabled=false for one of yours)" (join " and " $databases)) -}}
{{- end -}}
{{- if not $databases -}}
{{- fail "no database: set database.url, database.existingSecret.name, or postgresql.enabled=true for one to try with" -}}
{{- end -}}
{{- if and $values.database.url (not (regexMatch "^postgres(ql)?://" $values.database.url)) -}}
{{- fail "database.url must start with postgresql://, as postgresql://user:password@host:5432/name" -}}
{{- end -}}
{{- if and $values.teams.existingSecret.name $values.teams.fallbackWebhookUrl -}}
{{- fail "teams.fallbackWebhookUrl is not used with teams.existingSecret.name: put it into that Secret and name its key as teams.existingSecret.fallbackWebhookUrlKey" -}}
{{- end -}}
{{- if and $values.postgresql.enabled $values.database.migrationUrl -}}
{{- fail "database.migrationUrl is for a database of yours: the bundled PostgreSQL has one role (postgresql.enabled=false)" -}}
{{- end -}}
{{- if and $values.postgresql.enabled $values.database.tls.existingSecret -}}
{{- fail "database.tls.existingSecret is for a database of yours: the bundled PostgreSQL speaks no TLS (postgresql.enabled=false)" -}}
{{- end -}}
{{- if and $values.postgresql.enabled (regexMatch "^(9|1[0-7])([.-]|$)|alpine" (include "alertgest.plainText" $values.postgresql.image.tag)) -}}
{{- fail (printf "postgresql.image.tag is %q: use 18 or newer, not of Alpine, whose data lie where the volume is" (include "alertgest.plainText" $values.postgresql.image.tag)) -}}
{{- end -}}
{{- if and $values.ollama.use (not $values.ollama.enabled) (not $values.ollama.baseUrl) -}}
{{- fail "ollama.use needs an Ollama: set ollama.enabled=true or ollama.baseUrl, or ollama.use=false for cards told by code alone" -}}
{{- end -}}
{{- $auth := $values.ingest.auth.existingSecret -}}
{{- if and $auth.name (not $auth.tokensKey) (not $auth.basicKey) -}}
{{- fail "ingest.auth.existingSecret.name is set without a key: set tokensKey or basicKey, or the receiver would let everybody in" -}}
{{- end -}}
{{- range $source, $token := $values.ingest.auth.tokens -}}
{{- if or (regexMatch "[,=]" $source) (regexMatch ",|^$" (include "alertgest.plainText" $token)) -}}
{{- fail (printf "ingest.auth.tokens.%s: neither its name nor its token may have a comma, and no token may be empty" $source) -}}
{{- end -}}
{{- end -}}
{{- if and $values.ingest.autoscaling.enabled (gt (int $values.ingest.autoscaling.minReplicas) (int $values.ingest.autoscaling.maxReplicas)) -}}
{{- fail "ingest.autoscaling.minReplicas is more than maxReplicas" -}}
{{- end -}}
{{- if and $values.proxy.httpsProxy (not (regexMatch "^https?://[^/]" $values.proxy.httpsProxy)) -}}
{{- fail "proxy.httpsProxy must be a URL such as http://proxy.example.com:3128" -}}
{{- end -}}
{{- if and $values.ollama.enabled $values.ollama.baseUrl -}}
{{- fail "ollama.enabled and ollama.baseUrl are both set: set ollama.enabled=false to use an Ollama of yours" -}}
{{- end -}}
{{- if and $values.ollama.baseUrl (not (regexMatch "^https?://[^/]" $values.ollama.baseUrl)) -}}
{{- fail "ollama.baseUrl must be a URL such as http://ollama.ai:11434" -}}
{{- end -}}
{{- if not (has $values.captureWindow.timezone (splitList "\n" (.Files.Get "files/timezones.txt"))) -}}
{{- fail (printf "captureWindow.timezone is %q, which is no IANA time zone: write one such as Europe/Berlin" $values.captureWindow.timezone) -}}
{{- end -}}
{{- range $name := list "start" "end" -}}
{{- $time := get $values.captureWindow $name | toString -}}
{{- if not (regexMatch "^([01][0-9]|2[0-3]):[0-5][0-9]$" $time) -}}
{{- fail (printf "captureWindow.%s is %q: write a time of day in quotes, as \"08:00\"" $name $time) -}}
{{- end -}}
{{- end -}}
{{- if not (regexMatch "^(daily|(mon|tue|wed|thu|fri|sat|sun)([,-](mon|tue|wed|thu|fri|sat|sun))*)$" $values.captureWindow.days) -}}
{{- fail (printf "captureWindow.days is %q: write daily, or weekdays such as mon-fri or mon,wed,fri" $values.captureWindow.days) -}}
{{- end -}}
{{- $weekday := "([0-7]|sun|mon|tue|wed|thu|fri|sat)" -}}
{{- $fields := list -}}
{{- range list "[0-5]?[0-9]" "([01]?[0-9]|2[0-3])" "(0?[1-9]|[12][0-9]|3[01])" "(0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)" $weekday -}}
{{- $one := printf "(\\*|%s(-%s)?)(/[0-9]+)?" . . -}}
{{- $fields = append $fields (printf "%s(,%s)*" $one $one) -}}
{{- end -}}
{{- $cron := printf "(?i)^%s$" (join " " $fields) -}}
{{- range $name, $line := dict "digest.schedule" (include "alertgest.schedule" .) "context.snapshotSchedule" $values.context.snapshotSchedule -}}
{{- if not (regexMatch $cron $line) -}}
{{- fail (printf "%s is %q: write a cron line of five fields, as \"0 8 * * mon-fri\" (the time zone is captureWindow.timezone)" $name $line) -}}
{{- end -}}
{{- end -}}
{{- if and (eq $values.ingest.service.type "ClusterIP") (eq (int $values.ingest.service.port) (int $values.ingest.metrics.port)) -}}
{{- fail "ingest.service.port and ingest.metrics.port are the same: choose two ports" -}}
{{- end -}}
{{- if and $values.ingest.podDisruptionBudget.enabled (not $values.ingest.autoscaling.enabled) (lt (int $values.ingest.replicas) 2) -}}
{{- fail "ingest.podDisruptionBudget.enabled needs ingest.replicas of 2 or more: with one there is nothing to keep" -}}
{{- end -}}
{{- if and $values.ingest.httpRoute.enabled (not $values.ingest.httpRoute.parentRefs) -}}
{{- fail "ingest.httpRoute.parentRefs is empty: name the Gateway, as [{name: gateway, namespace: infra}]" -}}
{{- end -}}
{{- if and $values.ingest.ingress.enabled (not $values.ingest.ingress.hosts) -}}
{{- fail "ingest.ingress.hosts is empty: name the host, as [alertgest.example.com]" -}}
{{- end -}}
{{- end -}}
