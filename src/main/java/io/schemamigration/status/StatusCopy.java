package io.schemamigration.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Copies and compares statuses by what they are on the wire. */
final class StatusCopy {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private StatusCopy() {}

  @SuppressWarnings("unchecked") // what a value is converted to is its own class
  static <S> S of(S status) {
    return (S) MAPPER.convertValue(status, status.getClass());
  }

  static <S> boolean same(S a, S b) {
    JsonNode left = MAPPER.valueToTree(a);
    return left.equals(MAPPER.valueToTree(b));
  }
}
