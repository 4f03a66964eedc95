/**
 * What a migration depends on, read live from the API server: its spec, its ConfigMaps, its
 * Secrets.
 *
 * <p>{@link io.schemamigration.input.InputReader} is the door: it gives everything, or the one
 * thing that is missing or wrong, with what to do about it. Nothing here writes, and nothing is
 * cached: a login or a file of a minute ago is the wrong one.
 */
package io.schemamigration.input;
