{{- define "operator.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "operator.fullname" -}}
{{- $name := include "operator.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Names outside of namespaces carry the namespace, so that two installations do not meet. */}}
{{- define "operator.clusterName" -}}
{{ .Release.Namespace }}:{{ include "operator.fullname" . }}
{{- end -}}

{{- define "operator.selector" -}}
app.kubernetes.io/name: {{ include "operator.name" . | toYaml }}
app.kubernetes.io/instance: {{ toYaml .Release.Name }}
{{- end -}}

{{- define "operator.labels" -}}
{{ include "operator.labelsWith" (list . dict) }}
{{- end -}}

{{/*
With more of them, which win over the common ones: a key twice is no YAML. No managed-by: the same rendering is applied
by kubectl.
*/}}
{{- define "operator.labelsWith" -}}
{{- $root := first . -}}
{{- $labels := deepCopy ($root.Values.commonLabels | default dict) -}}
{{- range $name, $value := last . }}{{ $_ := set $labels $name $value }}{{ end -}}
{{ include "operator.selector" $root }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
{{- with $labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "operator.image" -}}
{{- with .Values.image -}}
{{- with .registry }}{{ . }}/{{ end -}}
{{- .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- with .digest }}@{{ . }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "operator.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "operator.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/*
Not empty where objects of Prometheus' operator are to be made: a cluster may lack their kinds, and whether that is told
by Helm, by the API server or by nobody is for the values to say.
*/}}
{{- define "operator.monitoring" -}}
{{- $known := .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" -}}
{{- $mode := .Values.metrics.renderMode -}}
{{- if and (eq $mode "failIfMissing") (not $known) -}}
{{- fail "the cluster has no monitoring.coreos.com/v1: install Prometheus' operator first, or set metrics.renderMode" -}}
{{- end -}}
{{- if or $known (eq $mode "alwaysRender") -}}
true
{{- end -}}
{{- end -}}

{{- define "operator.subjects" -}}
- kind: ServiceAccount
  name: {{ include "operator.serviceAccount" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{/* What the operator does in every namespace that it serves. */}}
{{- define "operator.rules" -}}
- apiGroups: [schemamigration.io]
  resources: [schemamigrations, databasebackups]
  verbs: [get, list, watch]
- apiGroups: [schemamigration.io]
  resources: [schemarollbacks, databaserestores]
  verbs: [list, watch]
# A dump before a run; what is begun for a plan that nobody follows any more is given up; patch is for the finalizer of
# those whose dump goes with them.
- apiGroups: [schemamigration.io]
  resources: [databasebackups]
  verbs: [create, delete, patch]
- apiGroups: [schemamigration.io]
  resources:
    [schemamigrations/status, schemarollbacks/status, databasebackups/status, databaserestores/status]
  verbs: [update]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch]
# By name, when a migration names it; Secrets are never listed or watched.
- apiGroups: [""]
  resources: [secrets]
  {{- if eq .Values.secretAccess.mode "names" }}
  resourceNames:
    {{- toYaml .Values.secretAccess.names | nindent 4 }}
  {{- end }}
  verbs: [get]
# The Jobs of backups and restores, how far their pods are, and why there is none.
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [list]
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, create]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [get, list, create, patch]
{{- end -}}


{{- define "operator.crdAnnotations" -}}
{{- $keep := .Values.crds.keep | default false | ternary (dict "helm.sh/resource-policy" "keep") dict -}}
{{- with merge $keep (.Values.crds.annotations | default dict) -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}
