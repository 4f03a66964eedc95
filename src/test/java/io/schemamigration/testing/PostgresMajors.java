package io.schemamigration.testing;

import java.util.stream.Stream;

/** The PostgreSQL majors that this run tests, from the system property {@code test.postgres}. */
public final class PostgresMajors {
  private static final String DEFAULT = "15";

  private PostgresMajors() {}

  /** For {@code @MethodSource("io.schemamigration.testing.PostgresMajors#all")}. */
  public static Stream<Integer> all() {
    String list = System.getProperty("test.postgres", DEFAULT);
    return Stream.of(list.split(",")).map(String::strip).map(Integer::valueOf);
  }

  /** For what one major is enough for. */
  public static int newest() {
    return all().max(Integer::compare).orElseThrow();
  }
}
