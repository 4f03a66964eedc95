package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Where a dump is. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
@ValidationRule(
    value = "[has(self.persistentVolumeClaim), has(self.s3)].filter(x, x).size() == 1",
    message = "exactly one of persistentVolumeClaim, s3 must be given")
public class BackupLocation {

  @JsonPropertyDescription("On a volume.")
  public Volume persistentVolumeClaim;

  @JsonPropertyDescription("In a bucket.")
  public S3 s3;

  /** On a volume. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Volume {

    @Required
    @Size(min = 1, max = 253)
    @JsonPropertyDescription("A PersistentVolumeClaim in the namespace.")
    public String claimName;

    @Required
    @Size(min = 1, max = 700)
    @Pattern("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$")
    @ValidationRule(
        value = "self.split('/').all(p, p != '.' && p != '..')",
        message = "must not contain . or ..")
    @JsonPropertyDescription(
        "The dump's folder on the volume; of pvc:<claim>/<path> in a DatabaseBackup's status it is"
            + " the path.")
    public String path;
  }

  /** In a bucket. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class S3 {

    @Required
    @Size(min = 3, max = 63)
    @Pattern("^[a-z0-9][a-z0-9.-]*[a-z0-9]$")
    @JsonPropertyDescription("The bucket.")
    public String bucket;

    @Required
    @Size(min = 1, max = 700)
    @Pattern("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$")
    @ValidationRule(
        value = "self.split('/').all(p, p != '.' && p != '..')",
        message = "must not contain . or ..")
    @JsonPropertyDescription(
        "What the dump's keys begin with; of s3://<bucket>/<key> in a DatabaseBackup's status it is"
            + " the key.")
    public String key;

    @Size(max = 512)
    @Pattern("^https?://[^/?#@]+/?$")
    @JsonPropertyDescription("URL of the server. Default: that of AWS in the region.")
    public String endpoint;

    @Size(max = 64)
    @JsonPropertyDescription(
        "Default: AWS_REGION in the pod; without it us-east-1 where an endpoint is given. For a"
            + " bucket of AWS one of the two must say it.")
    public String region;

    @JsonPropertyDescription(
        "A Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Default: what the"
            + " ServiceAccount of job.serviceAccountName may do (workload identity).")
    public LocalRef credentialsSecretRef;

    @JsonPropertyDescription(
        "A Secret with the certificates (ca.crt) that the server's is checked against. Default:"
            + " those that everybody trusts.")
    public LocalRef caSecretRef;
  }
}
