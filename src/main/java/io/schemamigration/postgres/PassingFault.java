package io.schemamigration.postgres;

import io.schemamigration.plan.Reason;
import java.util.Optional;

/**
 * The faults after which the same text may succeed without anybody changing anything. Out of memory
 * (53200) is none: a file that needs too much needs it again.
 */
public final class PassingFault {
  private PassingFault() {}

  /**
   * What to call a fault of a file's statement, if it passes by itself. A server that tells of a
   * connection (class 08) is still there: it means one that the statement made to another server;
   * and a database that is not there (3D000) is one that the statement names.
   *
   * @param state the SQLSTATE; {@code null} or empty where there is none: then the connection broke
   */
  public static Optional<Reason> of(String state) {
    if (state == null || state.isEmpty()) {
      return Optional.of(Reason.DATABASE_UNREACHABLE);
    }
    return switch (state) {
      case "55P03", "40001", "40P01" -> Optional.of(Reason.LOCK_TIMEOUT);
      case "53100", "53300" -> Optional.of(Reason.SERVER_RESOURCES);
      case "25P03", "25P04", "57P01", "57P02", "57P03" -> Optional.of(Reason.DATABASE_UNREACHABLE);
      default -> Optional.empty();
    };
  }

  /** The same for our own statements before a file, where a server may also refuse to write. */
  public static Optional<Reason> beforeFile(String state) {
    return switch (state == null ? "" : state) {
      case "25006", "0A000" -> Optional.of(Reason.DATABASE_READ_ONLY);
      case "3D000" -> Optional.of(Reason.DATABASE_NOT_FOUND);
      default ->
          state != null && state.startsWith("08")
              ? Optional.of(Reason.DATABASE_UNREACHABLE)
              : of(state);
    };
  }
}
