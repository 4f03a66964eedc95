/**
 * Dumps of databases: what runs in a backup's Job, where the dumps are kept, and what is known of
 * each. Knows no Kubernetes API; the Job itself is made by {@code controller}. Used by {@code
 * controller}, {@code cli} and nobody else.
 */
package io.schemamigration.backup;
