package io.schemamigration.input;

import io.schemamigration.plan.Pin;
import io.schemamigration.plan.Policy;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.postgres.SecretLayout;
import io.schemamigration.postgres.Target;
import java.time.Duration;

/**
 * Everything a migration depends on, read live at one moment.
 *
 * @param generation the generation of the spec it was read from
 * @param requests what the annotations asked for then
 * @param source the files
 * @param target the database
 * @param secret how the Secret was read
 * @param policy what the user decided beforehand
 * @param digest of everything that a run depends on: a run that failed is not sent again with the
 *     same one
 * @param interval how often an idle database is looked at
 * @param backoffLimit how many transient failures of one digest are tried again
 */
public record Inputs(
    long generation,
    Requests requests,
    ScriptSet source,
    Target target,
    SecretLayout secret,
    Policy policy,
    String digest,
    Duration interval,
    int backoffLimit) {

  /** The same for another resource that works on the same database. */
  public Inputs of(long otherGeneration) {
    return new Inputs(
        otherGeneration, requests, source, target, secret, policy, digest, interval, backoffLimit);
  }

  /** What of it a look at the database needs. */
  public LookRequest lookRequest() {
    return new LookRequest(
        generation, requests, source.summary(), target, secret, Pin.of(source, policy));
  }
}
