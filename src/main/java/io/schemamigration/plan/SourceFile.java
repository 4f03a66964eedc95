package io.schemamigration.plan;

/**
 * One file as the source delivers it.
 *
 * @param origin where it came from, for messages (a ConfigMap's name, a folder)
 * @param name the file name; {@code .sql.gz} stands for a gzip-compressed {@code .sql}
 * @param bytes the raw content, not copied: whoever hands it over must not change it
 */
public record SourceFile(String origin, String name, byte[] bytes) {}
