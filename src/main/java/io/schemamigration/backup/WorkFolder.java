package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the container that dumps has left.
 *
 * @param dump the verified dump
 * @param started when it was begun
 * @param clientVersion of pg_dump
 * @param database that was dumped, as its server says
 * @param databaseId system identifier and oid
 * @param lastHash the last row of the tracking table in the dump; empty: it has none
 * @param tables rows by table, counted in the dump
 */
record WorkFolder(
    Path dump,
    Instant started,
    String clientVersion,
    String database,
    String databaseId,
    Optional<String> lastHash,
    Map<String, Long> tables) {
  static final String ROWS = "rows.tsv";
  static final String SERVER_VERSION = "server-version";
  static final String CLIENT_VERSION = "client-version";
  static final String STARTED = "started";
  static final String DATABASE = "database";
  static final String DATABASE_ID = "database-id";
  static final String HASHES = "hashes";

  /** {@code 15.19}, or the whole line of {@code pg_dump --version}. */
  private static final Pattern VERSION =
      Pattern.compile("(?:pg_dump \\(PostgreSQL\\) )?([0-9][0-9A-Za-z.]{0,30})(?: .*)?");

  /**
   * Reads it.
   *
   * @throws StoreFailure if a file is missing or is not what that container writes
   */
  static WorkFolder read(Path folder) throws StoreFailure {
    Path dump = folder.resolve(Store.DUMP);
    try {
      if (!Files.isRegularFile(dump) || Files.size(dump) == 0) {
        throw incomplete(Store.DUMP, null);
      }
      return new WorkFolder(
          dump,
          started(folder.resolve(STARTED)),
          version(folder.resolve(CLIENT_VERSION)),
          Files.readString(folder.resolve(DATABASE)).replaceFirst("\\R$", ""),
          Files.readString(folder.resolve(DATABASE_ID)).strip(),
          lastLine(folder.resolve(HASHES)),
          rows(folder.resolve(ROWS)));
    } catch (NoSuchFileException e) {
      throw incomplete(String.valueOf(Path.of(e.getFile()).getFileName()), e);
    } catch (IOException e) {
      throw VolumeErrors.of(e, "reading what the dump left in its work folder");
    }
  }

  private static StoreFailure incomplete(String file, Exception cause) {
    return new StoreFailure(
        Reason.DUMP_INCOMPLETE,
        "the dump left no usable %s in its work folder; see the log of the container dump"
            .formatted(file),
        cause);
  }

  private static Instant started(Path file) throws IOException, StoreFailure {
    try {
      return Instant.parse(Files.readString(file).strip());
    } catch (DateTimeParseException | CharacterCodingException e) {
      throw incomplete(STARTED, e);
    }
  }

  private static String version(Path file) throws IOException, StoreFailure {
    try {
      Matcher version = VERSION.matcher(Files.readString(file).strip());
      if (version.matches()) {
        return version.group(1);
      }
    } catch (CharacterCodingException e) {
      // told below, like another text
    }
    throw incomplete(CLIENT_VERSION, null);
  }

  /**
   * Written as COPY writes it; a hash has no other letters that it escapes, and no blanks at its
   * end: those are of a column of fixed length.
   */
  private static Optional<String> lastLine(Path file) throws IOException, StoreFailure {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .reduce((before, last) -> last)
          .map(hash -> hash.replace("\\\\", "\\").stripTrailing());
    } catch (UncheckedIOException e) {
      throw incomplete(HASHES, e);
    }
  }

  /** As the scripts write and read rows by table. */
  static String text(Map<String, Long> tables) {
    return new TreeMap<>(tables)
        .entrySet().stream()
            .map(table -> table.getKey() + "\t" + table.getValue() + "\n")
            .collect(Collectors.joining());
  }

  private static Map<String, Long> rows(Path file) throws IOException, StoreFailure {
    Map<String, Long> rows = new TreeMap<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int tab = line.lastIndexOf('\t'); // a table's name may hold one
        String number = line.substring(tab + 1);
        if (tab < 1 || !number.matches("[0-9]{1,18}")) {
          throw incomplete(ROWS, null);
        }
        if (rows.put(line.substring(0, tab), Long.valueOf(number)) != null) {
          throw incomplete(ROWS, null);
        }
      }
    } catch (CharacterCodingException e) {
      throw incomplete(ROWS, e);
    }
    return rows;
  }
}
