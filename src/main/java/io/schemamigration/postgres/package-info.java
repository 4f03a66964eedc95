/**
 * The engine: everything that is said to PostgreSQL is said here, through JDBC and never through
 * Kubernetes.
 *
 * <p>A <i>look</i> reads a database's history without a lock; a <i>run</i> takes the advisory lock,
 * looks again and sends files, each as one message in one transaction together with its record. The
 * SQL itself stands in files beside the classes; {@link io.schemamigration.postgres.Runner} is the
 * place to start reading.
 */
package io.schemamigration.postgres;
