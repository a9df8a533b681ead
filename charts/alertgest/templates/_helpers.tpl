{{/* Names. The longest suffix, of the Job that pulls models, has 21 characters; names of Jobs may have 63. */}}
{{- define "alertgest.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "alertgest.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "alertgest.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "alertgest.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels of an object: dict "root" $ "component" "ingest". Only the first three ever select. */}}
{{- define "alertgest.selector" -}}
app.kubernetes.io/name: {{ include "alertgest.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "alertgest.labels" -}}
{{ include "alertgest.selector" . }}
app.kubernetes.io/part-of: alertgest
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
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
{{- printf "%s:%s" $name (default .root.Chart.AppVersion .image.tag | toString) -}}
{{- end -}}
{{- end -}}

{{- define "alertgest.pullSecrets" -}}
{{- $names := list -}}
{{- range .Values.imagePullSecrets -}}
{{- if kindIs "string" . -}}{{- $names = append $names . -}}{{- else -}}{{- $names = append $names .name -}}{{- end -}}
{{- end -}}
{{- range (default list .Values.global.imagePullSecrets) -}}
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
  runAsUser: {{ .user }}
  runAsGroup: {{ .user }}
  fsGroup: {{ .user }}
  fsGroupChangePolicy: OnRootMismatch
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
labels:
  {{- include "alertgest.selector" . | nindent 2 }}
  app.kubernetes.io/part-of: alertgest
  {{- with .root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .workload.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $annotations := merge (dict) (default dict .workload.podAnnotations) (default dict .annotations) }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
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
{{- default (printf "%s-ingest" (include "alertgest.fullname" .)) .Values.serviceAccounts.ingest -}}
{{- end -}}

{{- define "alertgest.digestAccount" -}}
{{- default (printf "%s-digest" (include "alertgest.fullname" .)) .Values.serviceAccounts.digest -}}
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
{{- $days := ternary "*" .Values.captureWindow.days (eq .Values.captureWindow.days "daily") -}}
{{- printf "%d %d * * %s" (index $end 1 | atoi) (index $end 0 | atoi) ($days | replace " " "") -}}
{{- end -}}
{{- end -}}

{{/* The pods of `helm test` stay until the next test, so that their logs can be read. */}}
{{- define "alertgest.testHook" -}}
helm.sh/hook: test
helm.sh/hook-delete-policy: before-hook-creation
{{- end -}}
