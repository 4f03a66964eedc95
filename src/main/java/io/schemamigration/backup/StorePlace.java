package io.schemamigration.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Which store, as a Job is told. Exactly one of the two.
 *
 * @param s3 a bucket
 * @param volume a mounted volume
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record StorePlace(Optional<S3Settings> s3, Optional<Volume> volume) {

  /**
   * A mounted volume.
   *
   * @param claim the PersistentVolumeClaim
   * @param path the store's own folder on it
   * @param mount where the volume's root is mounted
   */
  public record Volume(String claim, Folder path, Path mount) {
    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if it cannot be used, with a message for the user
     */
    public Volume {
      path = path == null ? Folder.ROOT : path;
      new Location.Volume(claim, path);
    }
  }

  /**
   * Checks that there is one.
   *
   * @throws IllegalArgumentException if there are none or two
   */
  public StorePlace {
    if (s3.isPresent() == volume.isPresent()) {
      throw new IllegalArgumentException(
          "storage has exactly one of s3 and persistentVolumeClaim; correct it");
    }
  }

  /**
   * Opens it; connects to nothing yet.
   *
   * @param environment of the process: the SDK's variables
   * @throws StoreFailure if its settings cannot be used
   */
  public Store open(Map<String, String> environment) throws StoreFailure {
    if (s3.isPresent()) {
      return S3Store.open(s3.get(), environment);
    }
    Volume on = volume.orElseThrow();
    return new VolumeStore(new Location.Volume(on.claim(), on.path()), on.mount());
  }
}
