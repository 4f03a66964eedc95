package io.schemamigration.testing;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** Does as people and controllers do who edit what others edit, too: reads again and edits that. */
public final class Conflicts {
  private static final int TRIES = 10;

  private Conflicts() {}

  /**
   * Edits until nobody came in between.
   *
   * @param edit reads, changes and writes
   */
  public static void retried(Runnable edit) {
    for (int left = TRIES; ; left--) {
      try {
        edit.run();
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || left == 1) {
          throw e;
        }
      }
    }
  }
}
