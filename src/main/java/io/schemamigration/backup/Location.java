package io.schemamigration.backup;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a backup is: the folder that holds its dump and its manifest. Says no host and no URL. */
public sealed interface Location {
  /**
   * In a bucket.
   *
   * @param bucket its name
   * @param key what the keys of both objects begin with, without the last slash
   */
  record S3(String bucket, Folder key) implements Location {
    static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,253}");

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if the bucket is none, with a message for the user
     */
    public S3 {
      if (bucket == null || !BUCKET.matcher(bucket).matches()) {
        throw new IllegalArgumentException(
            "a bucket's name has letters, digits and . _ - only; correct it");
      }
    }

    @Override
    public String text() {
      return "s3://" + bucket + "/" + key;
    }
  }

  /**
   * On a volume.
   *
   * @param claim the PersistentVolumeClaim's name
   * @param path from the volume's root
   */
  record Volume(String claim, Folder path) implements Location {
    private static final Pattern CLAIM = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if the claim is none, with a message for the user
     */
    public Volume {
      if (claim == null || !CLAIM.matcher(claim).matches()) {
        throw new IllegalArgumentException(
            "the name of a PersistentVolumeClaim has a-z, 0-9, - and . only; correct it");
      }
    }

    @Override
    public String text() {
      return "pvc:" + claim + "/" + path;
    }
  }

  /** As a status shows it: {@code s3://bucket/key} or {@code pvc:claim/path}. */
  String text();

  /**
   * Reads {@link #text()}.
   *
   * @throws IllegalArgumentException if it is none, with a message for the user
   */
  static Location parse(String text) {
    Matcher parts = Pattern.compile("(s3://|pvc:)([^/]+)/(.+)").matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "a location is s3://bucket/key or pvc:claim/path; correct it");
    }
    Folder folder = new Folder(parts.group(3));
    return parts.group(1).equals("pvc:")
        ? new Volume(parts.group(2), folder)
        : new S3(parts.group(2), folder);
  }
}
