package io.schemamigration.postgres;

import io.schemamigration.plan.Reason;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/** What it means when our own tables cannot be read or made; no file was sent by then. */
final class BookkeepingErrors {
  private BookkeepingErrors() {}

  static Outcome explain(SQLException e, Tables tables, boolean sent) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return switch (state) {
      case "42501" ->
          unavailable(
              Reason.PERMISSION_DENIED,
              "the user may not create or write %s and its ledger (42501); GRANT CREATE on schema"
                      .formatted(tables.table())
                  + " "
                  + tables.schema(),
              sent);
      case "3F000" ->
          unavailable(
              Reason.INVALID_SPEC,
              "schema " + tables.schema() + " of spec.history does not exist; create it",
              sent);
      case "55P03" ->
          unavailable(
              Reason.LOCK_TIMEOUT,
              "somebody holds a lock on " + tables.table() + " (55P03); trying again",
              sent);
      case "25006", "0A000" ->
          unavailable(Reason.DATABASE_READ_ONLY, "the server is read-only (" + state + ")", sent);
      default ->
          state.startsWith("53")
              ? unavailable(
                  Reason.SERVER_RESOURCES, "the server is out of resources (" + state + ")", sent)
              : unavailable(
                  Reason.DATABASE_UNREACHABLE,
                  "%s or its ledger cannot be written: %s (%s)"
                      .formatted(tables.table(), message(e, tables), state),
                  sent);
    };
  }

  /** Of an event trigger, say; of values it tells nothing. */
  private static String message(SQLException e, Tables tables) {
    return e instanceof PSQLException p && p.getServerErrorMessage() != null
        ? SafeMessage.of(p.getServerErrorMessage(), tables.schema() + " " + tables.table())
        : "no answer";
  }

  private static Outcome unavailable(Reason reason, String message, boolean sent) {
    return new Outcome.Unavailable(reason, message, sent);
  }
}
