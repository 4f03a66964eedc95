package io.schemamigration.cli;

import io.schemamigration.plan.Script;
import io.schemamigration.postgres.Activity;
import io.schemamigration.postgres.RunControl;
import java.io.PrintWriter;
import java.util.List;

/** Says which file runs: in place on a terminal, else a line when it is done. */
final class Progress extends RunControl {
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintWriter err;
  private final boolean terminal;
  private String current = "";
  private long since;
  private List<Integer> blockers = List.of();

  Progress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** Whether a person looks on. From JDK 22 on there is a console otherwise, too, unless told. */
  static boolean onTerminal() {
    System.setProperty("jdk.console", "java.base");
    return System.console() != null;
  }

  @Override
  protected void sending(Script script, int number, int total) {
    current = "[%d/%d] %s".formatted(number, total, script.file());
    since = System.nanoTime();
    if (terminal) {
      err.print(CLEAR_LINE + current + " ...");
      err.flush();
    }
  }

  @Override
  protected void active(Activity activity) {
    String text = activity.text();
    if (terminal) {
      err.print(CLEAR_LINE + current + " ... " + text);
    } else if (!activity.blockers().isEmpty() && !pids(activity).equals(blockers)) {
      err.println(current + ": " + text);
    }
    blockers = pids(activity);
    err.flush();
  }

  private static String verb(Script script) {
    if (script.text().isEmpty()) {
      return "row removed";
    }
    return script.undoes() ? "undone" : "applied";
  }

  private static List<Integer> pids(Activity activity) {
    return activity.blockers().stream().map(Activity.Blocker::pid).toList();
  }

  @Override
  protected void committed(Script script) {
    long milliseconds = (System.nanoTime() - since) / 1_000_000;
    err.printf(
        "%s%s: %s in %d ms%n", terminal ? CLEAR_LINE : "", current, verb(script), milliseconds);
    err.flush();
  }
}
