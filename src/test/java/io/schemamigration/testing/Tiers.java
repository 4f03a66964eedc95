package io.schemamigration.testing;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/**
 * The tiers of tests that need what a machine may not have. One that cannot run says so in one line
 * and its tests are skipped; with {@code -Dtest.strict=true} they fail.
 */
public final class Tiers {
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private Tiers() {}

  /** Tier 2: the shared server of that major. */
  public static PostgresServer requirePostgres(int major) {
    require(
        PostgresServer.available(major),
        2,
        "PostgreSQL " + major,
        "neither " + PostgresBinaries.of(major).jar() + " nor a container of it");
    return PostgresServer.shared(major);
  }

  /** Tier 4: the shared real API server. */
  public static KubeApi requireRealApi() {
    Optional<KubeApi> api = KubeApi.sharedReal();
    require(api.isPresent(), 4, "real API server", KubeApiPrograms.whereTheyShouldBe());
    return api.orElseThrow();
  }

  /**
   * Whether the mock API server is to be asked as well: a strict run asks both; any other only the
   * real one where its programs are there, which knows more and takes half the time of both.
   */
  public static boolean asksTheMock() {
    return Boolean.getBoolean("test.strict") || KubeApiPrograms.find().isEmpty();
  }

  /** Skips the calling test, or fails it in a strict run, unless its tier can run. */
  public static void require(boolean available, int tier, String name, String whyNot) {
    if (available) {
      return;
    }
    String line = "TIER " + tier + " " + name + " skipped: " + whyNot;
    if (SAID.add(line)) {
      System.out.println(line);
    }
    if (Boolean.getBoolean("test.strict")) {
      throw new AssertionError(line);
    }
    Assumptions.abort(line);
  }
}
