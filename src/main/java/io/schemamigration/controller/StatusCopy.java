package io.schemamigration.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.schemamigration.api.SchemaMigrationStatus;

/** Copies and compares statuses by what they are on the wire. */
final class StatusCopy {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private StatusCopy() {}

  static SchemaMigrationStatus of(SchemaMigrationStatus status) {
    return MAPPER.convertValue(status, SchemaMigrationStatus.class);
  }

  static boolean same(SchemaMigrationStatus a, SchemaMigrationStatus b) {
    JsonNode left = MAPPER.valueToTree(a);
    return left.equals(MAPPER.valueToTree(b));
  }
}
