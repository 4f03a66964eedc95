package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.ReadOnlyFileSystemException;

/** What an error of a file system means. */
final class VolumeErrors {
  private VolumeErrors() {}

  /**
   * Says it for the user.
   *
   * @param what was being done, such as {@code writing pvc:backups/shop/orders/b1}
   */
  static StoreFailure of(Exception e, String what) {
    // The JDK has no classes for most of them: it hands on what the system says.
    String said = e.getMessage() == null ? "" : e.getMessage();
    if (said.contains("No space left on device")) {
      return failure(Reason.NO_SPACE, what, "the disk is full; enlarge it or keep less", e);
    }
    if (said.contains("quota exceeded") || said.contains("File too large")) {
      return failure(Reason.NO_SPACE, what, "its quota is used up; raise it or keep less", e);
    }
    if (e instanceof ReadOnlyFileSystemException || said.contains("Read-only file system")) {
      return failure(
          Reason.READ_ONLY, what, "it is mounted read-only; mount a volume to write to", e);
    }
    return switch (e) {
      case AccessDeniedException denied ->
          failure(
              Reason.ACCESS_DENIED,
              what,
              "the pod's user may not; check owner and mode of the folder, or the fsGroup",
              e);
      case NoSuchFileException missing ->
          failure(Reason.OTHER, what, "a file or folder is gone; was the volume changed?", e);
      case FileNotFoundException missing ->
          failure(Reason.OTHER, what, "a file or folder is gone; was the volume changed?", e);
      default ->
          failure(
              Reason.OTHER,
              what,
              "the file system failed (%s); check the volume".formatted(brief(said, e)),
              e);
    };
  }

  private static String brief(String said, Exception e) {
    // Behind the last colon stands what the system says, before it a path.
    String words = said.substring(said.lastIndexOf(": ") + 1).strip();
    return words.matches("[A-Z][A-Za-z/ -]{3,60}") ? words : e.getClass().getSimpleName();
  }

  private static StoreFailure failure(Reason reason, String what, String why, Exception e) {
    return new StoreFailure(reason, what + " failed: " + why, e);
  }

  /** Something that a file system may refuse. */
  interface Work<T> {
    T run() throws IOException, StoreFailure;
  }

  /** Does it; an error becomes a failure that says what was being done. */
  static <T> T during(String what, Work<T> work) throws StoreFailure {
    try {
      return work.run();
    } catch (IOException | ReadOnlyFileSystemException e) {
      throw of(e, what);
    }
  }
}
