package io.schemamigration.backup;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A path inside a store, in a bucket as on a volume: segments of letters, digits and {@code . _ -}
 * between single slashes, none of them {@code .} or {@code ..}; it cannot lead out of the store.
 *
 * @param path without a slash at either end; the empty text is the store itself
 */
public record Folder(String path) {
  /** The store itself. */
  public static final Folder ROOT = new Folder("");

  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final int LONGEST = 700; // an S3 key has at most 1024 bytes

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException if it is none, with a message for the user
   */
  public Folder {
    if (path.length() > LONGEST) {
      throw new IllegalArgumentException("a path in a store has at most " + LONGEST + " letters");
    }
    if (!path.isEmpty()) {
      for (String segment : path.split("/", -1)) {
        if (!SEGMENT.matcher(segment).matches() || segment.equals(".") || segment.equals("..")) {
          throw new IllegalArgumentException(
              "a path in a store is made of letters, digits and . _ - between single slashes,"
                  + " without . and .. as a part; correct it");
        }
      }
    }
  }

  /**
   * Reads what a user wrote: slashes at the ends do not count.
   *
   * @throws IllegalArgumentException as the constructor
   */
  @JsonCreator
  public static Folder of(String text) {
    String path = text == null ? "" : text.strip();
    while (path.startsWith("/")) {
      path = path.substring(1);
    }
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return new Folder(path);
  }

  /** What is below it. */
  public Folder resolve(String below) {
    return new Folder(path.isEmpty() ? below : path + "/" + below);
  }

  /** What is below it. */
  public Folder resolve(Folder below) {
    return below.path.isEmpty() ? this : resolve(below.path);
  }

  /** Whether it is the store itself. */
  public boolean isRoot() {
    return path.isEmpty();
  }

  /** The path. */
  @JsonValue
  @Override
  public String toString() {
    return path;
  }
}
