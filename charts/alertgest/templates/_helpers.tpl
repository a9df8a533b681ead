{{/* Names. The longest suffix, of the Job that pulls models, has 21 characters; names of Jobs may have 63. */}}
{{- define "alertgest.name" -}}
{{- include "alertgest.short" (default .Chart.Name .Values.nameOverride) -}}
{{- end -}}

{{- define "alertgest.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- include "alertgest.short" .Values.fullnameOverride -}}
{{- else if contains (include "alertgest.name" .) .Release.Name -}}
{{- include "alertgest.short" .Release.Name -}}
{{- else -}}
{{- include "alertgest.short" (printf "%s-%s" .Release.Name (include "alertgest.name" .)) -}}
{{- end -}}
{{- end -}}

{{/* A name that is a DNS label of at most 40 characters; two long ones that differ only at their ends stay apart. */}}
{{- define "alertgest.short" -}}
{{- $name := . | replace "." "-" -}}
{{- if gt (len $name) 40 -}}
{{- printf "%s-%s" ($name | trunc 33 | trimSuffix "-") (sha256sum $name | trunc 6) -}}
{{- else -}}
{{- $name | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels of an object: dict "root" $ "component" "ingest". Only the first three ever select. */}}
{{- define "alertgest.selector" -}}
app.kubernetes.io/name: {{ include "alertgest.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "alertgest.labels" -}}
{{- $ours := include "alertgest.selector" . | fromYaml -}}
{{- $_ := set $ours "app.kubernetes.io/part-of" "alertgest" -}}
{{- $_ := set $ours "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $_ := set $ours "app.kubernetes.io/version" (toString .root.Chart.AppVersion) -}}
{{- $_ := set $ours "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_") -}}
{{- include "alertgest.texts" (merge $ours (default dict .more) (default dict .root.Values.commonLabels)) -}}
{{- end -}}

{{/* A map whose values are texts, whatever the values file has: a number in a label or an annotation is refused. */}}
{{- define "alertgest.texts" -}}
{{- $texts := dict -}}
{{- range $key, $value := . -}}
{{- $_ := set $texts $key (include "alertgest.plainText" $value) -}}
{{- end -}}
{{- toYaml $texts -}}
{{- end -}}

{{/* Metadata of an object: dict "root" $ "component" "ingest" "name" "suffix". */}}
{{- define "alertgest.metadata" -}}
name: {{ include "alertgest.fullname" .root }}{{ with .name }}-{{ . }}{{ end }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "alertgest.labels" . | nindent 2 }}
{{- end -}}

{{/* Image: dict "root" $ "image" .Values.ingest.image. A digest wins over the tag. */}}
{{- define "alertgest.image" -}}
{{- $registry := .image.registry -}}
{{- with .root.Values.global -}}{{- with .imageRegistry -}}{{- $registry = . -}}{{- end -}}{{- end -}}
{{- $name := printf "%s/%s" $registry .image.repository -}}
{{- if .image.digest -}}
{{- printf "%s@%s" $name .image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (include "alertgest.plainText" (default .root.Chart.AppVersion .image.tag)) -}}
{{- end -}}
{{- end -}}

{{- define "alertgest.pullSecrets" -}}
{{- $names := list -}}
{{- range .Values.imagePullSecrets -}}
{{- if kindIs "string" . -}}{{- $names = append $names . -}}{{- else -}}{{- $names = append $names .name -}}{{- end -}}
{{- end -}}
{{- range (default list (default dict .Values.global).imagePullSecrets) -}}
{{- if kindIs "string" . -}}{{- $names = append $names . -}}{{- else -}}{{- $names = append $names .name -}}{{- end -}}
{{- end -}}
{{- with $names | uniq }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* What every pod has: dict "root" $ "workload" .Values.ingest "user" 65532. */}}
{{- define "alertgest.pod" -}}
enableServiceLinks: false
{{- include "alertgest.pullSecrets" .root }}
securityContext:
  runAsNonRoot: true
  {{- if .root.Values.fixedUserIds }}
  runAsUser: {{ .user }}
  runAsGroup: {{ .user }}
  fsGroup: {{ .user }}
  fsGroupChangePolicy: OnRootMismatch
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- with .workload.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .workload.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .workload.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .workload.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .workload.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Labels and annotations of a pod, without versions, which would roll it at each release: dict "root" $ "component" "ingest" "workload" .Values.ingest. */}}
{{- define "alertgest.podMetadata" -}}
{{- $ours := include "alertgest.selector" . | fromYaml -}}
{{- $_ := set $ours "app.kubernetes.io/part-of" "alertgest" -}}
labels:
  {{- include "alertgest.texts" (merge $ours (default dict .workload.podLabels) (default dict .root.Values.commonLabels)) | nindent 2 }}
{{- $annotations := merge (dict) (default dict .annotations) (default dict .workload.podAnnotations) }}
{{- with $annotations }}
annotations:
  {{- include "alertgest.texts" . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "alertgest.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "alertgest.ingestAccount" -}}
{{- $own := ternary (printf "%s-ingest" (include "alertgest.fullname" .)) "default" .Values.serviceAccounts.create -}}
{{- default $own .Values.serviceAccounts.ingest -}}
{{- end -}}

{{- define "alertgest.digestAccount" -}}
{{- $own := ternary (printf "%s-digest" (include "alertgest.fullname" .)) "default" .Values.serviceAccounts.create -}}
{{- default $own .Values.serviceAccounts.digest -}}
{{- end -}}

{{- define "alertgest.ollamaUrl" -}}
{{- if .Values.ollama.enabled -}}
http://{{ include "alertgest.fullname" . }}-ollama:11434
{{- else -}}
{{- .Values.ollama.baseUrl -}}
{{- end -}}
{{- end -}}

{{/* The cron line of the digest: that of the values, or the end of the window on its days. */}}
{{- define "alertgest.schedule" -}}
{{- if .Values.digest.schedule -}}
{{- .Values.digest.schedule -}}
{{- else -}}
{{- $end := splitList ":" .Values.captureWindow.end -}}
{{- printf "%d %d * * %s" (index $end 1 | atoi) (index $end 0 | atoi) (include "alertgest.cronDays" .Values.captureWindow.days) -}}
{{- end -}}
{{- end -}}

{{/* Days as cron has them: a range that goes over the end of the week becomes a list. */}}
{{- define "alertgest.cronDays" -}}
{{- $week := list "sun" "mon" "tue" "wed" "thu" "fri" "sat" -}}
{{- $number := dict "sun" 0 "mon" 1 "tue" 2 "wed" 3 "thu" 4 "fri" 5 "sat" 6 -}}
{{- if eq . "daily" -}}
*
{{- else -}}
{{- $parts := list -}}
{{- range $part := splitList "," (lower . | nospace) -}}
{{- $ends := splitList "-" $part -}}
{{- $days := list -}}
{{- $inside := false -}}
{{- range $day := concat $week $week -}}
{{- if eq $day (first $ends) }}{{ $inside = true }}{{ end -}}
{{- if and $inside (not (has $day $days)) }}{{ $days = append $days $day }}{{ end -}}
{{- if and $inside (eq $day (last $ends)) }}{{ $inside = false }}{{ end -}}
{{- end -}}
{{- $straight := lt (int (get $number (first $ends))) (int (get $number (last $ends))) -}}
{{- $parts = append $parts (ternary $part (join "," $days) (and $straight (eq (len $ends) 2))) -}}
{{- end -}}
{{- join "," $parts -}}
{{- end -}}
{{- end -}}

{{/* The pods of `helm test` stay until the next test, so that their logs can be read. */}}
{{- define "alertgest.testHook" -}}
helm.sh/hook: test
helm.sh/hook-delete-policy: before-hook-creation
{{- end -}}

{{/* The pods of a component, as a peer of a NetworkPolicy: dict "root" $ "component" "test". */}}
{{- define "alertgest.peer" -}}
- podSelector:
    matchLabels:
      {{- include "alertgest.selector" . | nindent 6 }}
{{- end -}}
