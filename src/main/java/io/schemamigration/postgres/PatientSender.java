package io.schemamigration.postgres;

import io.schemamigration.plan.Script;
import io.schemamigration.plan.Split;
import io.schemamigration.plan.SqlSplitter;
import java.util.List;

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
    if (batch.size() == 1 && splits.getFirst().inSteps()) {
      Script script = batch.getFirst();
      announce(script);
      return new StepSender(session, target, author, control, frames, script, splits.getFirst())
          .send();
    }
    return new FileSender(session, control).send(frames.of(batch, splits), this::announce);
  }

  private void announce(Script script) {
    control.begin(script, frames.scripts().indexOf(script) + 1, frames.scripts().size());
  }
}
