/**
 * What is next for a resource: {@link io.schemamigration.decision.Decision}. Pure.
 *
 * <p>What was read ({@link io.schemamigration.input.Gathered}) and what the database's threads
 * found ({@link io.schemamigration.decision.Work}) come in; what shall be done, and what there is
 * to tell ({@link io.schemamigration.decision.Verdict}), go out. Nothing here asks anybody, and the
 * time is passed in.
 */
package io.schemamigration.decision;
