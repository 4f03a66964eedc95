package io.schemamigration.postgres;

import io.schemamigration.plan.History;

/**
 * What a look saw.
 *
 * @param history the history
 * @param tls {@code Verified}, {@code Encrypted} or {@code None}, for the status
 */
public record Look(History history, String tls) {}
