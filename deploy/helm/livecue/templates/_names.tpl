{{- define "livecue.name" -}}
{{ printf "%s-worker" .Release.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "livecue.selector" -}}
app.kubernetes.io/name: livecue
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: worker
{{- end }}

{{- define "livecue.labels" -}}
{{ include "livecue.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}
