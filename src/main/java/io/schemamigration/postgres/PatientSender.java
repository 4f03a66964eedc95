package io.schemamigration.postgres;

import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.Split;
import io.schemamigration.plan.SqlSplitter;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sends the files of one transaction, again and again where only a lock was not to be had. */
final class PatientSender {
  private static final int ATTEMPTS = 5;

  private final Session session;
  private final Target target;
  private final Author author;
  private final RunControl control;
  private final Frames frames;
  private final Backoff backoff;

  PatientSender(
      Session session,
      Target target,
      Author author,
      RunControl control,
      Frames frames,
      Backoff backoff) {
    this.session = session;
    this.target = target;
    this.author = author;
    this.control = control;
    this.frames = frames;
    this.backoff = backoff;
  }

  /** A whole transaction is tried again when it waited too long for a lock, or was a victim. */
  FileSender.Result send(List<Script> batch) {
    List<Split> splits = batch.stream().map(s -> SqlSplitter.split(s.text())).toList();
    for (int attempt = 1; ; attempt++) {
      FileSender.Result result = send(batch, splits);
      control.end();
      boolean again =
          result instanceof FileSender.RolledBack r
              && r.failure().transientFault()
              && switch (r.failure().sqlState()) {
                case "55P03", "40001", "40P01" -> true;
                default -> false;
              };
      if (!again || attempt == ATTEMPTS || control.stopping()) {
        return result;
      }
      control.pause(backoff.after(attempt));
    }
  }

  private FileSender.Result send(List<Script> batch, List<Split> splits) {
    Set<String> begun = frames.begun();
    Optional<Script> inPart = batch.stream().filter(s -> begun.contains(s.hash())).findFirst();
    if (batch.size() > 1 && inPart.isPresent()) {
      return inPart(inPart.get());
    }
    Split split = splits.getFirst();
    if (batch.size() == 1
        && !split.statements().isEmpty()
        && (split.inSteps() || inPart.isPresent())) {
      Script script = batch.getFirst();
      announce(script);
      return new StepSender(session, target, author, control, frames, script, split).send();
    }
    return new FileSender(session, control).send(frames.of(batch, splits), this::announce);
  }

  private static FileSender.Result inPart(Script script) {
    return new FileSender.RolledBack(
        script,
        new Failure(
            Reason.MIGRATION_FAILED,
            false,
            script.file(),
            0,
            0,
            "",
            "some of its statements ran already, each for itself, so it cannot be one transaction"
                + " with other files",
            "set spec.transaction: PerFile until it is applied"));
  }

  private void announce(Script script) {
    control.begin(script, frames.scripts().indexOf(script) + 1, frames.scripts().size());
  }
}
