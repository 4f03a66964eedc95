/**
 * Kubernetes Jobs: made, watched and cleaned up, whatever they are for.
 *
 * <p>{@link io.schemamigration.job.Jobs} asks the API server; {@link
 * io.schemamigration.job.JobState} says from a Job, its pod and the events about them how far it
 * is, in words for a person. What runs inside stands in {@link io.schemamigration.backup}.
 */
package io.schemamigration.job;
