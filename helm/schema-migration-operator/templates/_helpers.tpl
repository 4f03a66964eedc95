{{- define "operator.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Names outside of namespaces carry the namespace, so that two installations do not meet. */}}
{{- define "operator.clusterName" -}}
{{ .Release.Namespace }}:{{ include "operator.fullname" . }}
{{- end -}}

{{- define "operator.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* No managed-by: the same rendering is applied by kubectl. */}}
{{- define "operator.labels" -}}
{{ include "operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end -}}

{{- define "operator.subjects" -}}
- kind: ServiceAccount
  name: {{ include "operator.fullname" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{/* What the operator does in every namespace that it serves. */}}
{{- define "operator.rules" -}}
- apiGroups: [schemamigration.io]
  resources: [schemamigrations, schemarollbacks]
  verbs: [get, list, watch]
- apiGroups: [schemamigration.io]
  resources: [schemamigrations/status, schemarollbacks/status]
  verbs: [patch, update]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch]
# By name, when a migration names it; Secrets are never listed or watched.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}
