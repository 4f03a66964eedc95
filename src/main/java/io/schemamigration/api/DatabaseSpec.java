package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.fabric8.crd.generator.annotation.SelectableField;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The database and how to reach it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
// Digests are made of it: in another order every migration would seem to be changed.
@JsonPropertyOrder({"secretRef", "keys", "host", "port", "name", "role", "searchPath", "tls"})
public class DatabaseSpec extends ConnectionSpec {

  @Required
  @JsonPropertyDescription(
      "The Secret with the connection, in the namespace of this resource. It is read by name"
          + " before every connection, so a rotated password is used at once and without a"
          + " restart.")
  public SecretRef secretRef;

  @Size(min = 1, max = 63)
  @ValidationRule(
      value = "bytes(self).size() <= 63",
      message = "must be at most 63 bytes long, the limit of PostgreSQL")
  @JsonPropertyDescription(
      "Name of the database, at most 63 bytes. Default: what the Secret says. Needed where the"
          + " Secret names none, as with a server that holds several databases.")
  public String name;

  @Size(min = 1, max = 63)
  @ValidationRule(
      value = "bytes(self).size() <= 63",
      message = "must be at most 63 bytes long, the limit of PostgreSQL")
  @JsonPropertyDescription(
      "Role that the files run as (SET ROLE), so that it owns what they create; the user of the"
          + " Secret must be a member of it. It also owns the history table. Default: the user"
          + " itself.")
  public String role;

  @Size(min = 1, max = 16)
  @JsonPropertyDescription(
      "Schemas in which names without one are looked up, in order, 1 to 16; each file starts with"
          + " it. Default: what the server sets for the user and the database.")
  public List<@Size(min = 1, max = 63) String> searchPath;

  /** A Secret in the same namespace. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class SecretRef {

    @Required
    @Size(min = 1, max = 253)
    @SelectableField
    @JsonPropertyDescription(
        "Name of the Secret. While there is none of this name the migration waits"
            + " (`SecretNotFound`) and goes on by itself once there is.")
    public String name;
  }
}
