package io.schemamigration.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How a manifest stands in its file. */
final class ManifestJson {
  /** The file's name. */
  static final String FILE = "manifest.json";

  /** What is larger is none; a million tables are written in less. */
  static final int LARGEST = 64 * 1024 * 1024;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final ObjectWriter WRITER =
      Json.MAPPER
          .writer()
          .with(SerializationFeature.INDENT_OUTPUT)
          .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private ManifestJson() {}

  static byte[] write(Manifest manifest) {
    try {
      return WRITER.writeValueAsBytes(manifest);
    } catch (IOException e) {
      throw new IllegalStateException("a manifest that cannot be written", e);
    }
  }

  /**
   * Reads one.
   *
   * @param where how the message names it
   * @throws StoreFailure if it is damaged, or of a newer format
   */
  static Manifest read(byte[] bytes, String where) throws StoreFailure {
    try {
      JsonNode node = Json.MAPPER.readTree(bytes);
      // Before all else: what the rest means is known for our formats only.
      int format = node == null ? 0 : node.path("format").asInt(0);
      if (format > Manifest.FORMAT) {
        throw new StoreFailure(
            Reason.NEWER_FORMAT,
            "the manifest at %s has format %d, this version reads up to %d; use a newer version"
                .formatted(where, format, Manifest.FORMAT));
      }
      Manifest manifest = Json.MAPPER.treeToValue(node, Manifest.class);
      if (format >= 1 && isWhole(manifest)) {
        return manifest;
      }
      throw damaged(where, null);
    } catch (IOException | DateTimeException | IllegalArgumentException e) {
      throw damaged(where, e);
    }
  }

  /** Reads the one of this backup; one that tells of another was put there by hand. */
  static Manifest read(byte[] bytes, String where, BackupId id) throws StoreFailure {
    Manifest manifest = read(bytes, where);
    if (!BackupId.of(manifest).equals(id)) {
      throw new StoreFailure(
          Reason.CORRUPT,
          "the manifest at %s is of another backup (%s); move it back"
              .formatted(where, BackupId.of(manifest).folder()));
    }
    return manifest;
  }

  private static StoreFailure damaged(String where, Exception cause) {
    return new StoreFailure(
        Reason.CORRUPT,
        "the manifest at %s is damaged, so nothing is known of its dump; use another backup"
            .formatted(where),
        cause);
  }

  private static boolean isWhole(Manifest manifest) {
    BackupId.of(manifest);
    Instant.parse(Objects.requireNonNullElse(manifest.started(), ""));
    Instant.parse(Objects.requireNonNullElse(manifest.finished(), ""));
    return Stream.of(
                manifest.database(),
                manifest.serverVersion(),
                manifest.clientVersion(),
                manifest.covers(),
                manifest.history(),
                manifest.planId(),
                manifest.sha256(),
                manifest.tables())
            .allMatch(Objects::nonNull)
        && manifest.bytes() >= 0
        && SHA256.matcher(manifest.sha256()).matches()
        && manifest.tables().values().stream().allMatch(Objects::nonNull);
  }
}
