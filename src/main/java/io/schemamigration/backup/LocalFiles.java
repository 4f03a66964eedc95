package io.schemamigration.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The files of a backup in a folder of this machine, and of the scripts. */
final class LocalFiles {
  static final String DUMP = "dump.pgc";
  static final String MANIFEST = "manifest.json";
  static final String ROWS = "rows.tsv";

  private static final int BUFFER = 128 * 1024;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private LocalFiles() {}

  /** The names stay as the script escaped them, so that a restore gives them back as they were. */
  static Map<String, Long> rows(Path file) throws IOException {
    Map<String, Long> rows = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      int tab = line.lastIndexOf('\t');
      rows.put(line.substring(0, tab), Long.valueOf(line.substring(tab + 1)));
    }
    return rows;
  }

  static void writeRows(Path file, Map<String, Long> rows) throws IOException {
    StringBuilder text = new StringBuilder();
    rows.forEach((table, count) -> text.append(table).append('\t').append(count).append('\n'));
    Files.writeString(file, text);
  }

  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  static void writeManifest(Path folder, Manifest manifest) throws IOException {
    Path file = folder.resolve(MANIFEST);
    Files.write(file, JSON.writeValueAsBytes(manifest));
    sync(file);
    sync(folder);
  }

  /** Makes a file's bytes, or a folder's names, outlive a crash of the machine. */
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Reads the manifest of a backup.
   *
   * @throws StepFailure if there is none that this version can use
   */
  static Manifest manifest(Path folder) throws StepFailure {
    try {
      Manifest manifest =
          JSON.readValue(Files.readAllBytes(folder.resolve(MANIFEST)), Manifest.class);
      if (manifest.format() > Manifest.FORMAT) {
        throw new StepFailure(
            StepExit.SETTINGS_INVALID,
            "%s in %s has format %d, this version reads up to %d; use a newer version"
                .formatted(MANIFEST, folder, manifest.format(), Manifest.FORMAT));
      }
      if (manifest.sha256() != null && manifest.tables() != null && manifest.history() != null) {
        return manifest;
      }
    } catch (IOException e) {
      // Told below: the parser's own text quotes what it read.
    }
    throw new StepFailure(
        StepExit.SETTINGS_INVALID,
        "%s in %s is missing or damaged, so it is no backup; name the folder of one"
            .formatted(MANIFEST, folder));
  }

  /** Removes a folder of our own making; what cannot be removed stays. */
  static void delete(Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // It is the user's own folder, or the temporary one: nothing depends on it.
      return;
    }
  }
}
