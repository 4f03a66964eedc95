/**
 * The controllers: what users ask for comes in here, and the work is done.
 *
 * <p>{@link io.schemamigration.controller.SchemaMigrationReconciler} is the flow of one reconcile:
 * look ({@link io.schemamigration.input}), decide ({@link io.schemamigration.decision}), act, tell
 * ({@link io.schemamigration.status}). {@link io.schemamigration.controller.Runs} does the database
 * work on threads of its own. The other three kinds are done once and over, and each has a
 * reconciler beside it. No SQL here.
 */
package io.schemamigration.controller;
