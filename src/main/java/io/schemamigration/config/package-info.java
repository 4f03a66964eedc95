/**
 * What the operator is told from outside: its environment, and how durations are written.
 *
 * <p>All settings of the process stand in {@link io.schemamigration.config.Settings}, each with its
 * meaning and default. Everybody may use this room; it uses nobody.
 */
package io.schemamigration.config;
