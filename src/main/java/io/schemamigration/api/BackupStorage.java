package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Where dumps are kept: on a volume, or in a bucket of a server that speaks S3. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
@ValidationRule(
    value = "[has(self.persistentVolumeClaim), has(self.s3)].filter(x, x).size() == 1",
    message = "exactly one of persistentVolumeClaim, s3 must be given")
public class BackupStorage {

  @JsonPropertyDescription("A volume.")
  public Volume persistentVolumeClaim;

  @JsonPropertyDescription(
      "A bucket. The whole dump is first on the node's disk: ask for so much `ephemeral-storage` in"
          + " job.resources.")
  public S3 s3;

  /** A volume. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  @ValidationRule(
      value = "[has(self.claimName), has(self.template)].filter(x, x).size() == 1",
      message = "exactly one of claimName, template must be given")
  public static class Volume {

    @Size(min = 1, max = 253)
    @JsonPropertyDescription("An existing PersistentVolumeClaim in the namespace.")
    public String claimName;

    @JsonPropertyDescription(
        "A PersistentVolumeClaim to create, named after the migration with `-backups`. It is never"
            + " deleted by the operator.")
    public Template template;

    @Size(max = 512)
    @Pattern("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$")
    @ValidationRule(
        value = "self.split('/').all(p, p != '.' && p != '..')",
        message = "must not contain . or ..")
    @JsonPropertyDescription("A folder on the volume. Default: its root.")
    public String path;
  }

  /** A claim to create. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Template {

    @Size(min = 1, max = 253)
    @JsonPropertyDescription("Default: the cluster's default class.")
    public String storageClassName;

    @Required
    @Size(max = 32)
    @Pattern("^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$")
    @JsonPropertyDescription(
        "How large, such as 20Gi: the dumps that retention keeps, and one more.")
    public String size;
  }

  /** A bucket. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class S3 {

    @Required
    @Size(min = 3, max = 63)
    @Pattern("^[a-z0-9][a-z0-9.-]*[a-z0-9]$")
    @JsonPropertyDescription("An existing bucket.")
    public String bucket;

    @Size(max = 512)
    @Pattern("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$")
    @ValidationRule(
        value = "self.split('/').all(p, p != '.' && p != '..')",
        message = "must not contain . or ..")
    @JsonPropertyDescription("What all keys begin with. Default: nothing.")
    public String prefix;

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

    @Size(max = 300)
    @Pattern("^(AES256|aws:kms(:.+)?)$")
    @JsonPropertyDescription(
        "`AES256`, `aws:kms` or `aws:kms:<key id>`. Default: the bucket's own.")
    public String serverSideEncryption;
  }
}
