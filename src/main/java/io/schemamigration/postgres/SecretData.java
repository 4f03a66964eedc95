package io.schemamigration.postgres;

import java.util.Map;
import java.util.Optional;

/**
 * What a login is read from.
 *
 * @param origin how messages name it, such as {@code Secret orders-db}
 * @param namespace where it is: a host without a dot is a Service of it
 * @param labels its labels: where a producer writes no host they may say it
 * @param data its keys and values, decoded
 */
public record SecretData(
    String origin,
    Optional<String> namespace,
    Map<String, String> labels,
    Map<String, String> data) {

  /** Without the values. */
  @Override
  public String toString() {
    return origin + data.keySet();
  }
}
