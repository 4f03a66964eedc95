package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;

/** The Job that makes a dump. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public class BackupJobSpec {

  @Size(min = 1, max = 512)
  @JsonPropertyDescription(
      "Image with sh, pg_dump and pg_restore of the server's major version or newer. Default:"
          + " postgres:<major>.")
  public String image;

  @Size(min = 1, max = 253)
  @JsonPropertyDescription(
      "A ServiceAccount whose token is mounted, for workload identity. Default: none is.")
  public String serviceAccountName;

  @Min(1)
  @JsonPropertyDescription("How many seconds a dump may take. Default: 21600 (6 hours).")
  public Long activeDeadlineSeconds;

  @PreserveUnknownFields
  @JsonPropertyDescription(
      "Of each container; what is said here takes the place of all the default. Default: 100m CPU"
          + " and 256Mi, at most 2 CPU and 512Mi. A backup to a bucket and every restore first have"
          + " the whole dump on the node's disk: ask for so much `ephemeral-storage`.")
  public ResourceRequirements resources;

  @JsonPropertyDescription("Labels of nodes it may run on.")
  public Map<String, String> nodeSelector;

  @Size(max = 16)
  @JsonPropertyDescription("Taints that it tolerates.")
  public List<Toleration> tolerations;

  @Size(max = 16)
  @JsonPropertyDescription("Secrets with which its images are pulled.")
  public List<LocalObjectReference> imagePullSecrets;
}
