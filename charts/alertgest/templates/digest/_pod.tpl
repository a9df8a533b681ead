{{/* A pod of the digest's image: dict "root" $ "component" "digest" "args" (list "run") "token" true "restart" "Never". */}}
{{- define "alertgest.digestPod" -}}
{{- $values := .root.Values.digest -}}
{{- include "alertgest.pod" (dict "root" .root "workload" $values "user" 65532) }}
serviceAccountName: {{ include "alertgest.digestAccount" .root }}
automountServiceAccountToken: {{ .token }}
restartPolicy: {{ default "Never" .restart }}
containers:
  - name: {{ .component }}
    image: {{ include "alertgest.image" (dict "root" .root "image" $values.image) }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    {{- with .args }}
    args: {{ toJson . }}
    {{- end }}
    env:
      {{- .env | nindent 6 }}
    resources:
      {{- toYaml $values.resources | nindent 6 }}
    securityContext:
      {{- include "alertgest.containerSecurity" .root | nindent 6 }}
    volumeMounts:
      {{- include "alertgest.mounts" (dict "root" .root "workload" $values) | nindent 6 }}
volumes:
  {{- include "alertgest.volumes" (dict "root" .root "workload" $values) | nindent 2 }}
{{- end -}}

{{/* A CronJob of the digest's image: dict "root" $ "component" "digest" "schedule" "…" "args" list "suspend" false. */}}
{{- define "alertgest.digestCronJob" -}}
{{- $values := .root.Values.digest -}}
apiVersion: batch/v1
kind: CronJob
metadata:
  {{- include "alertgest.metadata" . | nindent 2 }}
spec:
  schedule: {{ .schedule | quote }}
  timeZone: {{ .root.Values.captureWindow.timezone | quote }}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: {{ .startingDeadlineSeconds }}
  suspend: {{ .suspend }}
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    metadata:
      labels:
        {{- include "alertgest.labels" . | nindent 8 }}
    spec:
      backoffLimit: {{ int64 .backoffLimit }}
      activeDeadlineSeconds: {{ int64 .activeDeadlineSeconds }}
      ttlSecondsAfterFinished: {{ int64 $values.ttlSecondsAfterFinished }}
      podFailurePolicy:
        rules:
          - action: Ignore
            onPodConditions:
              - {type: DisruptionTarget, status: "True"}
          # 2 wrong usage, 3 the configuration cannot work, 5 the card was refused: another try would end the same way.
          - action: FailJob
            onExitCodes:
              containerName: {{ .component }}
              operator: In
              values: [2, 3, 5]
            onPodConditions: [] # the schemas of 1.27 and 1.28 ask for it
      template:
        metadata:
          {{- include "alertgest.podMetadata" (merge (dict "workload" $values) .) | nindent 10 }}
        spec:
          {{- include "alertgest.digestPod" (merge (dict "token" .root.Values.context.enabled "env" (include "alertgest.digestEnv" .root)) .) | nindent 10 }}
{{- end -}}
