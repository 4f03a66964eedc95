package io.schemamigration.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where dumps are made on a volume before they are backups: {@code <backup>.<try>.partial}. A pod
 * that was given up may still write on a node that nobody reaches, so no two tries share a folder.
 *
 * @param all the folder they are in, beside the backups of one migration
 */
record PartialFolders(Path all) {
  private static final String SUFFIX = ".partial";

  /** No dump is written for so long without a byte. */
  private static final Duration LEFT = Duration.ofDays(7);

  /**
   * Where the dump of this backup is made.
   *
   * @param attempt which try it is; no other has the same
   */
  Path of(BackupId id, String attempt) {
    return all.resolve(id.name() + "." + attempt + SUFFIX);
  }

  /** Whether a try of this backup has this folder. */
  boolean contains(BackupId id, Path folder) {
    String name = folder.getFileName().toString();
    return folder.getParent().equals(all)
        && name.startsWith(id.name() + ".") // a backup's own name has no dot
        && name.endsWith(SUFFIX);
  }

  /**
   * Those that the tries of this backup have left, and those of any other that nobody has written
   * to for a week.
   */
  List<Path> abandoned(BackupId id, Instant now) throws IOException {
    List<Path> abandoned = new ArrayList<>();
    for (Path each : list()) {
      if (contains(id, each) || newest(each).isBefore(now.minus(LEFT))) {
        abandoned.add(each);
      }
    }
    return abandoned;
  }

  private List<Path> list() throws IOException {
    List<Path> partials = new ArrayList<>();
    if (Files.isDirectory(all)) {
      try (DirectoryStream<Path> each = Files.newDirectoryStream(all, "*" + SUFFIX)) {
        each.forEach(partials::add);
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    return partials;
  }

  /** When something in it was written last. */
  private static Instant newest(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Instant newest = Instant.EPOCH;
      for (Path file : files.toList()) {
        Instant written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
        newest = written.isAfter(newest) ? written : newest;
      }
      return newest;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
