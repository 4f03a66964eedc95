package io.schemamigration.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What documents hold between two lines of backticks. */
public final class Markdown {
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$", Pattern.MULTILINE);

  private Markdown() {}

  /** The blocks of a document in one language, in their order. */
  public static List<String> blocks(Path document, String language) throws IOException {
    return BLOCK
        .matcher(Files.readString(document))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }
}
