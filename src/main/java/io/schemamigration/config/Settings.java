package io.schemamigration.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The settings of the operator's process, one environment variable each.
 *
 * @param namespaces {@code WATCH_NAMESPACES}: comma-separated; empty (default): all
 * @param leaderElection {@code LEADER_ELECTION}: {@code true} lets only one of several replicas
 *     work; default {@code false}
 * @param podName {@code POD_NAME}: names this replica in the lease; default {@code local}
 * @param lease {@code LEASE_NAME}: the lease that replicas of one installation share; default
 *     {@code schema-migration-operator}
 * @param podNamespace {@code POD_NAMESPACE}: where the lease lies; default {@code default}
 * @param port {@code PORT}: of {@code /healthz}, {@code /readyz} and {@code /metrics}; 0 takes a
 *     free one; default 8080
 * @param concurrentRuns {@code CONCURRENT_RUNS}: looks and runs at the same time, in all; default
 *     32
 * @param concurrentRunsPerServer {@code CONCURRENT_RUNS_PER_SERVER}: of these on one database
 *     server; default 8
 * @param shutdownGrace {@code SHUTDOWN_GRACE}: how long a file in flight may take to end after
 *     SIGTERM before it is cancelled; default 10s, to stay below the lease's 15
 * @param minimumTlsMode {@code MINIMUM_TLS_MODE}: one of libpq's sslmode words; a connection that
 *     asks for less is refused; default {@code disable}
 * @param statusPagePort {@code STATUS_PAGE_PORT}: of the read-only status page; 0 takes a free one;
 *     without it, as by default, there is none
 * @param jobs what the Jobs of backups and restores run, and as whom
 */
public record Settings(
    Set<String> namespaces,
    boolean leaderElection,
    String podName,
    String lease,
    String podNamespace,
    int port,
    int concurrentRuns,
    int concurrentRunsPerServer,
    Duration shutdownGrace,
    String minimumTlsMode,
    OptionalInt statusPagePort,
    Jobs jobs) {

  /**
   * What is the same in all our Jobs.
   *
   * @param image {@code OPERATOR_IMAGE}: the operator's own; default {@code
   *     schema-migration-operator}
   * @param userId {@code JOB_USER_ID}: user and group of their pods, and the group of their
   *     volumes; default 65532; empty: the cluster gives them out
   */
  public record Jobs(String image, OptionalInt userId) {}

  private static final List<String> TLS_MODES =
      List.of("disable", "prefer", "require", "verify-ca", "verify-full");

  /**
   * Reads an environment.
   *
   * @throws IllegalArgumentException naming every variable that is wrong
   */
  public static Settings from(Map<String, String> environment) {
    Reader reader = new Reader(environment);
    Settings settings =
        new Settings(
            Arrays.stream(environment.getOrDefault("WATCH_NAMESPACES", "").split(","))
                .map(String::strip)
                .filter(n -> !n.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new)),
            reader.read("LEADER_ELECTION", "false", Settings::bool, false),
            environment.getOrDefault("POD_NAME", "local"),
            environment.getOrDefault("LEASE_NAME", "schema-migration-operator"),
            environment.getOrDefault("POD_NAMESPACE", "default"),
            reader.read("PORT", "8080", t -> number(t, 0, 65535), 0),
            reader.read("CONCURRENT_RUNS", "32", t -> number(t, 1, 1000), 1),
            reader.read("CONCURRENT_RUNS_PER_SERVER", "8", t -> number(t, 1, 1000), 1),
            reader.read("SHUTDOWN_GRACE", "10s", Durations::parse, Duration.ZERO),
            reader.read("MINIMUM_TLS_MODE", "disable", Settings::tlsMode, "disable"),
            reader.read("STATUS_PAGE_PORT", "", Settings::port, OptionalInt.empty()),
            new Jobs(
                environment.getOrDefault("OPERATOR_IMAGE", "schema-migration-operator"),
                reader.read("JOB_USER_ID", "65532", Settings::userId, OptionalInt.empty())));
    if (!reader.errors.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", reader.errors));
    }
    return settings;
  }

  private static OptionalInt port(String text) {
    return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(number(text, 0, 65535));
  }

  /** Never root's: the pods are to run as another. */
  private static OptionalInt userId(String text) {
    return text.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(number(text, 1, Integer.MAX_VALUE));
  }

  private static String tlsMode(String text) {
    if (TLS_MODES.contains(text)) {
      return text;
    }
    throw new IllegalArgumentException("must be one of " + String.join(", ", TLS_MODES));
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }

  private static int number(String text, int least, int most) {
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, like a number out of range
    }
    throw new IllegalArgumentException("must be a number from " + least + " to " + most);
  }

  private static final class Reader {
    private final Map<String, String> environment;
    private final List<String> errors = new ArrayList<>();

    Reader(Map<String, String> environment) {
      this.environment = environment;
    }

    <T> T read(String name, String byDefault, Function<String, T> parser, T onError) {
      try {
        return parser.apply(environment.getOrDefault(name, byDefault));
      } catch (IllegalArgumentException e) {
        errors.add(name + " " + e.getMessage());
        return onError;
      }
    }
  }
}
