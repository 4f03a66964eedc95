package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;

/** What the specs of all kinds have in common. */
public abstract class ResourceSpec {

  /**
   * Where a value stands that this version cannot read, such as {@code spec.source}; null in a spec
   * that was read. A spec with one has no other field.
   */
  @JsonIgnore public String unreadable;

  /** What could not be read, to be written as it was: caches copy by writing and reading. */
  @JsonIgnore JsonNode raw;
}
