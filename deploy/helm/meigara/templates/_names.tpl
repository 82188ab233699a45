{{/* Name that every object starts with. Cut so that the longest ending still fits into 63 characters. */}}
{{- define "meigara.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that selectors use; they never change, since a Deployment's selector cannot. */}}
{{- define "meigara.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "meigara.labels" -}}
{{ include "meigara.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The product's image, or the one that the part is given as `image`. */}}
{{- define "meigara.image" -}}
{{- $image := .image | default .Values.image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "meigara.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "meigara.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end -}}

{{/* The Secret of a component: the migration has its own, made before the release's exists. Takes root and component. */}}
{{- define "meigara.secretOf" -}}
{{ .root.Values.secret.existingSecret | default (ternary (printf "%s-migrate" (include "meigara.fullname" .root)) (include "meigara.fullname" .root) (eq .component "migrate")) }}
{{- end -}}

{{/* The Secret that the running product reads. */}}
{{- define "meigara.secretName" -}}
{{ .Values.secret.existingSecret | default (include "meigara.fullname" .) }}
{{- end -}}
