/**
 * What those who run the operator look at: health, readiness and metrics, over HTTP.
 *
 * <p>It knows nothing of migrations; whoever has something to show hands it a function or a
 * registry.
 */
package io.schemamigration.ops;
