/**
 * Kubernetes: what users ask for comes in here, and what they are told goes out.
 *
 * <p>{@link io.schemamigration.controller.SchemaMigrationReconciler} is the flow of one reconcile:
 * look, decide, act, tell. {@link io.schemamigration.input.InputReader} reads the resource and what
 * it names, {@link io.schemamigration.controller.Decision} says what is next, {@link
 * io.schemamigration.controller.Runs} does the database work on threads of its own, {@link
 * io.schemamigration.controller.StatusReport} makes the status out of the old one. No SQL here.
 */
package io.schemamigration.controller;
