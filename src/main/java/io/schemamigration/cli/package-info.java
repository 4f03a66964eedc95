/**
 * The same engine without Kubernetes, for laptops and pipelines: {@code smig up|status|plan|...}.
 *
 * <p>A command reads options, files and the environment, asks {@link io.schemamigration.plan} and
 * {@link io.schemamigration.postgres} as the controller does, prints what there is to tell and
 * returns an {@link io.schemamigration.cli.ExitCode}. It never takes a database over from a
 * SchemaMigration. {@code wait} alone asks a cluster, for init containers and pipelines.
 */
package io.schemamigration.cli;
