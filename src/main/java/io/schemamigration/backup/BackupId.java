package io.schemamigration.backup;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which backup it is; unique in a store. Each part is a DNS label, so that none can lead out of its
 * folder.
 *
 * @param namespace of the migration
 * @param migration the SchemaMigration's name
 * @param name the DatabaseBackup's name
 */
public record BackupId(String namespace, String migration, String name) {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if one is no DNS label, with a message for the user
   */
  public BackupId {
    check("namespace", namespace);
    check("migration", migration);
    check("backup", name);
  }

  /** The backup that a manifest tells of; throws as the constructor does. */
  static BackupId of(Manifest manifest) {
    return new BackupId(manifest.namespace(), manifest.migration(), manifest.name());
  }

  /** Whether this can be the name of a namespace, a migration or a backup. */
  static boolean isLabel(String text) {
    return text != null && LABEL.matcher(text).matches();
  }

  /** A label that reads like that text. */
  static String label(String text) {
    String plain =
        text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceFirst("^-", "");
    String label = plain.substring(0, Math.min(plain.length(), 63)).replaceFirst("-$", "");
    return label.isEmpty() ? "backup" : label;
  }

  private static void check(String what, String text) {
    if (!isLabel(text)) {
      throw new IllegalArgumentException(
          "the name of the %s is no DNS label (a-z, 0-9 and -, at most 63); rename it"
              .formatted(what));
    }
  }

  /** Where all backups of the migration are, below the store's own folder. */
  static Folder migrationFolder(String namespace, String migration) {
    check("namespace", namespace);
    check("migration", migration);
    return Folder.of(namespace + "/" + migration);
  }

  /** Where all backups of its migration are, below the store's own folder. */
  Folder migrationFolder() {
    return migrationFolder(namespace, migration);
  }

  /** Where it is, below the store's own folder. */
  Folder folder() {
    return migrationFolder().resolve(name);
  }
}
