package io.schemamigration.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the container {@code fetch} is told, in {@value #VARIABLE} as JSON. Holds no secret.
 *
 * @param store where the backup is
 * @param location {@link Location#text()} of the backup
 * @param sha256 what the dump must be, where a resource says it; empty: what its manifest says
 * @param target the folder to copy to: {@code dump.pgc}, {@code manifest.json}, {@code rows.tsv} as
 *     the dump's container writes it, {@code history} with schema and table in a line each, and
 *     {@code covers} with the hash of the last applied file, unless nothing was applied
 * @param termination the file for the result
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record FetchSettings(
    StorePlace store, String location, Optional<String> sha256, Path target, Path termination)
    implements StoreStep.Settings {
  /** The environment variable. */
  public static final String VARIABLE = "SMIG_FETCH";

  /**
   * Checks them.
   *
   * @throws IllegalArgumentException if one cannot be used, with a message for the user
   */
  public FetchSettings {
    if (store == null || location == null || target == null || termination == null) {
      throw new IllegalArgumentException("store, location, target and termination are required");
    }
    Location.parse(location);
  }

  /** As {@value #VARIABLE} holds it. */
  public String json() {
    return Json.write(this);
  }
}
