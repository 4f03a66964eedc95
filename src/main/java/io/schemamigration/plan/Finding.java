package io.schemamigration.plan;

/**
 * One thing that does not add up.
 *
 * @param reason what, in one word
 * @param message what happened, where, and the ways out
 * @param releasable whether a person may release it by approving the plan's id
 */
public record Finding(Reason reason, String message, boolean releasable) {}
