{{/* Data of the ConfigMap: everything the product is told that is no secret. */}}
{{- define "meigara.configData" -}}
ALLOWED_HOSTS: {{ join "," .Values.hosts | quote }}
{{- range $name, $value := .Values.config }}
{{ $name }}: {{ $value | toString | quote }}
{{- end }}
{{- end -}}

{{/* Data of the Secret, without what was left empty. A start with a required one missing is refused here, not in a pod. */}}
{{- define "meigara.secretData" -}}
{{- range $name := list "SECRET_KEY" "ENCRYPTION_KEYS" "DATABASE_URL" "BROKER_URL" "REDIS_URL" }}
{{- if not (index $.Values.secret.values $name) }}
{{- fail (printf "Set secret.existingSecret to the name of a Secret, or secret.values.%s." $name) }}
{{- end }}
{{- end }}
{{- range $name, $value := .Values.secret.values }}
{{- if $value }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
Environment of a container. Takes root, config and secret (names of the ConfigMap and the Secret). Keys are named one by
one, so that a container gets no more of the Secret than it needs.
*/}}
{{- define "meigara.environment" -}}
envFrom:
  - configMapRef:
      name: {{ .config }}
env:
  {{- range $name := without .root.Values.secret.files "FLOWER_BASIC_AUTH" }}
  - {name: {{ $name }}_FILE, value: /etc/meigara/secrets/{{ $name }}}
  {{- end }}
  {{- range $name := list "SECRET_KEY" "ENCRYPTION_KEYS" "DATABASE_URL" "REDIS_URL" }}
  {{- if not (has $name $.root.Values.secret.files) }}
  - name: {{ $name }}
    valueFrom: {secretKeyRef: {name: {{ $.secret }}, key: {{ $name }}}}
  {{- end }}
  {{- end }}
  {{- /* A Secret of the release before may lack BROKER_URL, or call it CELERY_BROKER_URL. */}}
  {{- range $name := list "BROKER_URL" "CELERY_BROKER_URL" "METRICS_TOKEN" "JQUANTS_API_KEY" "EMAIL_URL" }}
  {{- if not (has $name $.root.Values.secret.files) }}
  - name: {{ $name }}
    valueFrom: {secretKeyRef: {name: {{ $.secret }}, key: {{ $name }}, optional: true}}
  {{- end }}
  {{- end }}
  {{- with .root.Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
