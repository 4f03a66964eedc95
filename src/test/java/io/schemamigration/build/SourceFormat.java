package io.schemamigration.build;

import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The command line of google-java-format over all our sources; {@code mvn -Pformat} runs it forked,
 * as the formatter needs a JDK that parses our Java.
 */
public final class SourceFormat {

  private SourceFormat() {}

  public static void main(String[] args) throws Exception {
    run("--replace");
  }

  /** The sources that the formatter would change. */
  static List<String> unformatted() throws Exception {
    return run("--dry-run").lines().toList();
  }

  private static String run(String option) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] args = Stream.concat(Stream.of(option), sources().stream()).toArray(String[]::new);
    new Main(new PrintWriter(out, true), new PrintWriter(err, true), InputStream.nullInputStream())
        .format(args);
    if (!err.toString().isEmpty()) {
      throw new IllegalStateException(err.toString());
    }
    return out.toString();
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return files.map(Path::toString).filter(f -> f.endsWith(".java")).sorted().toList();
    }
  }
}
