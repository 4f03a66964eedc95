package io.schemamigration.postgres;

import org.postgresql.util.ServerErrorMessage;

/** A server's message without the row values it may carry. */
final class SafeMessage {
  private SafeMessage() {}

  /**
   * The primary message; DETAIL, CONTEXT and QUERY are never taken. Classes 22 and 23 put row
   * values behind the first {@code : "} or parenthesis, so what follows becomes an ellipsis.
   */
  static String of(ServerErrorMessage error) {
    String message = error.getMessage() == null ? "no message" : error.getMessage();
    String state = error.getSQLState() == null ? "" : error.getSQLState();
    if (state.startsWith("22") || state.startsWith("23")) {
      int cut = firstOf(message.indexOf(": \""), message.indexOf('('));
      return cut < 0 ? message : message.substring(0, cut).stripTrailing() + " …";
    }
    return message;
  }

  private static int firstOf(int a, int b) {
    if (a < 0 || b < 0) {
      return Math.max(a, b);
    }
    return Math.min(a, b);
  }
}
