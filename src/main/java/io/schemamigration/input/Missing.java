package io.schemamigration.input;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.schemamigration.plan.Reason;

/** Something that a resource names is not there or does not do; the message is for its status. */
public final class Missing extends Exception {
  private static final long serialVersionUID = 1L;
  private final Reason reason;

  /** With the reason and the message of the condition that tells it. */
  public Missing(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The reason of the condition that tells it. */
  public Reason reason() {
    return reason;
  }

  /** Without the right to read a thing; any other error of the API server is thrown on. */
  static Missing refused(KubernetesClientException e, Reason reason, String what) {
    if (e.getCode() != 403) {
      throw e;
    }
    return new Missing(reason, "the operator may not read " + what + "; grant it get there");
  }
}
