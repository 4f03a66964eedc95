package io.schemamigration;

import io.schemamigration.cli.Cli;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.TimeZone;

/** Composition root: the operator without arguments, the command line with them. */
public final class Main {
  private Main() {}

  /** Starts what was asked for; see {@link OperatorMain} and {@link Cli}. */
  public static void main(String[] args) throws IOException {
    // The driver sends the JVM's zone to the server; the tracking table's times are UTC.
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    String version = Version.read();
    if (args.length == 0) {
      OperatorMain.run(version);
      return;
    }
    if (System.getenv("LOG_LEVEL") == null) {
      System.setProperty("LOG_LEVEL", "ERROR"); // a command tells by itself what went wrong
    }
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(Cli.run(args, System.getenv(), version, out, err));
  }
}
