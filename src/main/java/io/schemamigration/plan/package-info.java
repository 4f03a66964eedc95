/**
 * The decision: from SQL files and a database's history to one {@link
 * io.schemamigration.plan.Plan}.
 *
 * <p>Everything here is a pure function over immutable values: no clock, no connection, no
 * Kubernetes, nothing but {@code java.*}. Whoever wants to know why the operator did or did not run
 * a file reads {@link io.schemamigration.plan.Planner}; the other rooms hand it values and obey its
 * answer.
 */
package io.schemamigration.plan;
