package io.schemamigration.postgres;

import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.Statement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.ServerErrorMessage;

/** Finds out which line of a file a server's error speaks of, and what to do about it. */
final class FailureReport {
  private static final Pattern COPY_LINE = Pattern.compile("^COPY .{1,200}?, line ([0-9]{1,9})");

  private final Script script;
  private final Frame frame;
  private final Frame.Part part;
  private final Wire.Reply reply;
  private final ServerErrorMessage error;
  private final String state;

  FailureReport(Frame frame, Frame.Part part, Wire.Reply reply, ServerErrorMessage error) {
    this.script = frame.script();
    this.frame = frame;
    this.part = part;
    this.reply = reply;
    this.error = error;
    this.state = error.getSQLState() == null ? "" : error.getSQLState();
  }

  Script script() {
    return script;
  }

  /** Whether another runner, of whatever tool, recorded the hash first. */
  boolean claimLost() {
    return inBegin() && state.equals("23505") && !primaryKey();
  }

  /** Whether an earlier file let go of the lock, and another runner has it now. */
  boolean lockLost() {
    String message = error.getMessage();
    return state.equals("42704")
        && message != null
        && message.contains("smig.lock_lost_" + frame.nonce());
  }

  private boolean primaryKey() {
    return error.getConstraint() != null && error.getConstraint().endsWith("_pkey");
  }

  Failure failure() {
    int statement = statement();
    int line = line(statement);
    if (recordedAgain()) {
      return of(
          Reason.MIGRATION_FAILED,
          false,
          0,
          0,
          "the script put the row of " + script.hash() + " back, so nothing of it was kept",
          "remove that from the script");
    }
    if (guardRaised()) {
      return of(
          Reason.MIGRATION_FAILED,
          false,
          line,
          statement,
          "the file ends its transaction, so nothing of it was kept",
          "remove COMMIT, also from procedures and DO blocks: each file is one transaction");
    }
    Optional<Reason> passing = passing();
    Reason reason = passing.orElseGet(this::lasting);
    String message = SafeMessage.of(error, part.sql());
    return of(reason, passing.isPresent(), line, statement, message, hint());
  }

  private Failure of(
      Reason reason, boolean again, int line, int statement, String message, String hint) {
    return new Failure(reason, again, script.file(), line, statement, state, message, hint);
  }

  private boolean recordedAgain() {
    String message = error.getMessage();
    return state.equals("42704")
        && message != null
        && message.contains("smig.recorded_again_" + frame.nonce());
  }

  private boolean guardNamed() {
    return error.getMessage() != null && error.getMessage().contains(frame.nonce());
  }

  private boolean guardRaised() {
    String message = error.getMessage();
    return state.equals("42704") && message != null && message.contains(frame.nonce());
  }

  private boolean inBegin() {
    return reply.done() < part.before() && reply.position() == 0
        || reply.position() > 0 && positionInPart() < 0;
  }

  /** The statement of the file, from 1; 0 if it is none of them. */
  private int statement() {
    if (positionInText()) {
      int offset = part.offset() + positionInPart();
      return (int) frame.split().statements().stream().filter(s -> s.start() <= offset).count();
    }
    int index = part.statementsBefore() + reply.done() - part.before();
    boolean inFile = reply.done() >= part.before() && index < frame.split().statements().size();
    return inFile && !part.text().isEmpty() ? index + 1 : 0;
  }

  private int line(int statement) {
    if (positionInText()) {
      return lineAt(part.offset() + positionInPart());
    }
    OptionalInt row = row();
    if (row.isPresent()) {
      return lineAt(part.rows().orElseThrow().start()) + row.getAsInt() - 1;
    }
    List<Statement> statements = frame.split().statements();
    return statement > 0 ? statements.get(statement - 1).line() : 0;
  }

  /** Which line of a COPY's rows the error speaks of, from 1; the text around it has values. */
  private OptionalInt row() {
    String where = error.getWhere();
    Matcher matcher = COPY_LINE.matcher(where == null || part.rows().isEmpty() ? "" : where);
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  private boolean positionInText() {
    int position = positionInPart();
    boolean inside = position >= 0 && position <= part.text().length();
    return reply.position() > 0 && inside && !part.text().isEmpty();
  }

  /** The error's offset in this part's piece of the file; the server counts characters from 1. */
  private int positionInPart() {
    String sql = part.sql();
    int characters = Math.min(reply.position() - 1, sql.codePointCount(0, sql.length()));
    return sql.offsetByCodePoints(0, Math.max(characters, 0)) - part.textStart();
  }

  private int lineAt(int offset) {
    String text = script.text();
    int line = 1;
    for (int i = 0; i < Math.min(offset, text.length()); i++) {
      char c = text.charAt(i);
      boolean crOfCrLf = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      line += c == '\n' || (c == '\r' && !crOfCrLf) ? 1 : 0;
    }
    return line;
  }

  private Optional<Reason> passing() {
    return inBegin() ? PassingFault.beforeFile(state) : PassingFault.of(state);
  }

  private Reason lasting() {
    return inBegin() && state.equals("42501") ? Reason.PERMISSION_DENIED : Reason.MIGRATION_FAILED;
  }

  private String hint() {
    if (frame.finishes()) {
      return "all files had run; to see whose deferred constraint it is end each file with"
          + " SET CONSTRAINTS ALL IMMEDIATE";
    }
    String known = knownHint();
    if (!known.isEmpty() || passing().isPresent()) {
      return known;
    }
    return inBegin() && reply.done() > 0
        ? "it cannot be recorded; give the tracking table the columns and defaults of the"
            + " convention"
        : "nothing of it was kept; correct the file";
  }

  private String knownHint() {
    boolean afterFile =
        statement() == 0 && reply.done() >= part.before() && !frame.parts().isEmpty();
    return switch (state) {
      case "23505" ->
          primaryKey() && inBegin()
              ? "the table's serial is behind its rows, as after a restore; setval() it"
              : inBegin() ? "a row of the tracking table stands in the way of this hash" : "";
      case "23514", "42P01", "21000" ->
          afterFile && !inBegin() ? "the file must not touch the tracking table or ledger" : "";
      case "22P05", "22021" ->
          inBegin() && reply.done() == 0
              ? "the database's encoding lacks a character of the file"
              : "";
      case "25001" ->
          "it cannot run in a transaction: write -- migrate: transaction=false in the first line";
      case "25006" -> inBegin() ? "" : "the file ended its transaction; remove ROLLBACK and COMMIT";
      case "34000" ->
          guardNamed() ? "the file closed our guard; remove ROLLBACK AND CHAIN or CLOSE ALL" : "";
      case "25000" -> "if it is COPY with FREEZE, leave FREEZE out";
      case "2D000" ->
          "a file is one transaction; to COMMIT inside write -- migrate: transaction=false in its"
              + " first line";
      case "55P04" ->
          "an enum value cannot be used in the transaction that adds it: use it in a later file,"
              + " and not with transaction: AllFiles";
      case "55006" -> "run SET CONSTRAINTS ALL IMMEDIATE before changing that table";
      case "57014" -> "raise spec.timeouts.statement, or make the statement smaller";
      case "42501" -> "GRANT the right to the user of the Secret";
      case "0A000" -> inBegin() ? "the server is read-only" : "";
      default -> "";
    };
  }
}
