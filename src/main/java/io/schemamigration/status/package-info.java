/**
 * What users are told: in a resource's status, as an Event, as a metric and as a line of the log.
 *
 * <p>{@link io.schemamigration.status.StatusReport} makes the new status out of the old one and a
 * verdict, {@link io.schemamigration.status.TaskReport} that of what is done once; both are pure.
 * {@link io.schemamigration.status.StatusWriter} and {@link io.schemamigration.status.TaskWriter}
 * are the only ones who write a status, and tell the same to Events, metrics and log in the same
 * breath.
 */
package io.schemamigration.status;
