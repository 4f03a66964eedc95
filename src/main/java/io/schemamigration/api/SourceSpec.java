package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Where the files come from. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public class SourceSpec {

  @Size(min = 1, max = 64)
  @JsonPropertyDescription(
      "ConfigMaps in the namespace of this resource, 1 to 64; together they are one set of files."
          + " Read are keys `pg_<sequence>_<hash>.sql` and, as undo scripts,"
          + " `rollback_pg_<sequence>_<hash>.sql`, also gzipped as .sql.gz in binaryData; any"
          + " other .sql key is refused, keys of other kinds are ignored. The set may unpack to"
          + " 64 MiB.")
  public List<ConfigMapRef> configMapRefs;

  @Size(max = 71)
  @Pattern("^sha256:[0-9a-f]{64}$")
  @JsonPropertyDescription(
      "Checksum the files must have: nothing runs until they are exactly these"
          + " (`SourceChecksumMismatch`). It is `sha256:` and the digest printed by `(export"
          + " LC_ALL=C && sha256sum *.sql) | sha256sum`. Setting it with each change makes the"
          + " change visible as a new generation, which tools that wait for this resource need.")
  public String checksum;

  /** A ConfigMap in the same namespace. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class ConfigMapRef {

    @Required
    @Size(min = 1, max = 253)
    @JsonPropertyDescription(
        "Name of the ConfigMap. While there is none of this name the migration waits"
            + " (`SourceNotFound`). The same file name in two ConfigMaps is refused"
            + " (`InvalidSource`).")
    public String name;
  }
}
