package io.schemamigration.postgres;

import io.schemamigration.plan.Reason;

/** No look and no run is possible; the message is fit for a status: no host, no user, no value. */
public final class DatabaseUnavailable extends Exception {
  private static final long serialVersionUID = 1L;
  private final Reason reason;

  DatabaseUnavailable(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** What to call it. */
  public Reason reason() {
    return reason;
  }
}
