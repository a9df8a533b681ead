{{/* The rights of docs/rights.md: dict "root" $ "nodes" true. */}}
{{- define "alertgest.rules" -}}
- apiGroups: [""]
  resources: [{{ if .nodes }}nodes, {{ end }}events, persistentvolumeclaims, pods]
  verbs: [list]
- apiGroups: [apps]
  resources: [controllerrevisions, daemonsets, deployments, replicasets, statefulsets]
  verbs: [list]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [list]
{{- if .root.Values.context.metricsServer }}
- apiGroups: [metrics.k8s.io]
  resources: [{{ if .nodes }}nodes, {{ end }}pods]
  verbs: [list]
{{- end }}
{{- end -}}

{{/* A binding's subject. */}}
{{- define "alertgest.subject" -}}
- kind: ServiceAccount
  name: {{ include "alertgest.digestAccount" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}
