package io.schemamigration.plan;

import java.util.Optional;

/**
 * A verified dump of a database, as the ledger notes it before a run that relied on it.
 *
 * @param name of the DatabaseBackup
 * @param location where it is: {@code pvc:<claim>/<path>} or {@code s3://<bucket>/<key>}
 * @param sha256 of it: 64 hex digits
 * @param bytes its size; empty: the row does not say
 * @param verified when it was verified, as an ISO instant; empty: the row does not say
 * @param used whether a file was applied or undone since it was noted: what is there now is not in
 *     it
 */
public record Dump(
    String name,
    String location,
    String sha256,
    Optional<Long> bytes,
    Optional<String> verified,
    boolean used) {}
