/**
 * {@code mvn -q -Pdemo}: the main job in front of one's eyes, on a database and an API of its own.
 */
package io.schemamigration.demo;
