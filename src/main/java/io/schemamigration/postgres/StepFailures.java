package io.schemamigration.postgres;

import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.Split;
import io.schemamigration.plan.Statement;
import java.util.List;
import java.util.Optional;

/** Says of a file that runs in steps why it does not go on, what of it stays, and what to do. */
final class StepFailures {
  private final Script script;
  private final Split split;
  private final Frames frames;

  StepFailures(Script script, Split split, Frames frames) {
    this.script = script;
    this.split = split;
    this.frames = frames;
  }

  /** The file is not the one of which so many statements ran. */
  FileSender.RolledBack changed(int done) {
    return of(
        0,
        0,
        "its first %d statements ran already, with another text".formatted(done),
        "restore them and change only what follows, or " + frames.otherWay(),
        done);
  }

  /** What a statement of those that ran had set cannot be set again. */
  FileSender.RolledBack notSetAgain(int i, Wire.Reply reply, int done) {
    Failure failure = told(i, reply);
    return of(
        failure.line(),
        i + 1,
        "what follows needs this setting, and it is refused now: " + failure.message(),
        "%d of %d statements ran and stay; make it possible again, or "
                .formatted(done, split.statements().size())
            + frames.otherWay(),
        kept(done));
  }

  /** How many of the first statements may have left something. */
  private int kept(int first) {
    return (int)
        split.statements().subList(0, first).stream().filter(s -> !s.leavesNothing()).count();
  }

  /** The statement of this number commits on its way and was broken off. */
  FileSender.RolledBack sentBefore(int number) {
    return of(
        split.statements().get(number - 1).line(),
        number,
        "this was sent before and may have committed a part, so it is not sent again by itself",
        "look what it left; " + frames.anew(),
        number);
  }

  private FileSender.RolledBack of(int line, int statement, String message, String hint, int kept) {
    return new FileSender.RolledBack(
        script,
        new Failure(
            Reason.MIGRATION_FAILED,
            false,
            script.file(),
            line,
            statement,
            "",
            message,
            hint,
            kept));
  }

  /** The server refused a statement that was sent alone. */
  FileSender.RolledBack refused(int i, LoneStatement.Refused refused) {
    FileSender.RolledBack failed = of(i, told(i, refused.reply()), refused.stays());
    return refused.once() ? new FileSender.RolledBack(script, failed.failure().lasting()) : failed;
  }

  /** What a server's error says of a statement that was sent without a frame. */
  Failure told(int i, Wire.Reply reply) {
    Statement statement = split.statements().get(i);
    String text = script.text().substring(statement.start(), statement.end());
    Frame.Part part = new Frame.Part(text, 0, 0, text, statement.start(), i, Optional.empty());
    Frame frame = new Frame(script, Frame.newNonce(), split, List.of(part));
    return new FailureReport(frame, part, reply, reply.error().orElseThrow()).failure();
  }

  /**
   * With what ran before it.
   *
   * @param stays whether something of the statement itself may stay
   */
  FileSender.RolledBack of(int i, Failure failure, boolean stays) {
    int ran = kept(i);
    String before = "%d of %d statements ran and stay; ".formatted(i, split.statements().size());
    String hint = ran == 0 ? failure.hint() : before + frames.resumption();
    if (stays) {
      hint =
          (ran == 0 ? "" : before)
              + "what this one had done by then may stay; "
              + frames.resumption();
    }
    return new FileSender.RolledBack(
        script,
        new Failure(
            failure.reason(),
            failure.transientFault(),
            failure.file(),
            failure.line(),
            i + 1,
            failure.sqlState(),
            failure.message(),
            hint,
            stays ? ran + 1 : ran));
  }
}
