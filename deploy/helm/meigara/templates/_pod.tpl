{{/* What the pods of every component have in common. Takes root and component. */}}
{{- define "meigara.podMetadata" -}}
labels:
  {{- include "meigara.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
annotations:
  # Pods are replaced when what they read at their start has changed. An existing Secret's contents cannot be seen from
  # here: restart them by hand after changing one.
  checksum/config: {{ include "meigara.configData" .root | sha256sum }}
  {{- if not .root.Values.secret.existingSecret }}
  checksum/secret: {{ include "meigara.secretData" .root | sha256sum }}
  {{- end }}
  {{- with .root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Takes root, component and serviceAccountName; if wanted, volumes. */}}
{{- define "meigara.podSpec" -}}
serviceAccountName: {{ .serviceAccountName }}
# Nothing in the product talks to Kubernetes.
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
volumes:
  - name: tmp
    emptyDir: {sizeLimit: 256Mi}
  {{- with .volumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .root.Values.secret.files }}
  - name: secrets
    secret:
      secretName: {{ include "meigara.secretOf" $ }}
      # For the group of the pod, which is the product's own.
      defaultMode: 0440
      items:
        {{- range $name := . }}
        {{- if or (ne $name "FLOWER_BASIC_AUTH") (eq $.component "flower") }}
        - {key: {{ $name }}, path: {{ $name }}}
        {{- end }}
        {{- end }}
  {{- end }}
  {{- with .root.Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Spreads the pods of a component over the machines, without refusing to start where there is only one. */}}
{{- define "meigara.topologySpread" -}}
topologySpreadConstraints:
  {{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "meigara.selectorLabels" $.root | nindent 8 }}
        app.kubernetes.io/component: {{ $.component }}
  {{- end }}
{{- end -}}

{{/* What every container has in common. */}}
{{- define "meigara.container" -}}
image: {{ include "meigara.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- with .mounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- if .Values.secret.files }}
  - {name: secrets, mountPath: /etc/meigara/secrets, readOnly: true}
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
