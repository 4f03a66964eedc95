package io.schemamigration.backup;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where backups are kept: {@code [<folder>/]<namespace>/<migration>/<backup>/} with the dump and,
 * written after it, the manifest. What has no manifest is no backup.
 */
public sealed interface Store extends AutoCloseable permits VolumeStore, S3Store {
  /** The file of the dump. */
  String DUMP = "dump.pgc";

  /**
   * What a migration has in a store.
   *
   * @param manifests of its backups, in no order
   * @param unreadable names of those whose manifest is damaged or of a newer version
   */
  record Listing(List<Manifest> manifests, List<String> unreadable) {}

  /** Where this backup is, or would be. */
  Location location(BackupId id);

  /**
   * Keeps a backup: killed at any moment, it is there as a whole or not at all. Never replaces one.
   *
   * @param dump the file that the manifest tells of
   * @throws StoreFailure if it is not kept
   */
  Location put(Path dump, Manifest manifest) throws StoreFailure;

  /**
   * The manifest of a backup that has its dump, by size; empty if there is no such backup.
   *
   * @throws StoreFailure also if it is damaged
   */
  Optional<Manifest> find(BackupId id) throws StoreFailure;

  /**
   * The manifest of a backup, whether its dump is there or not; empty if there is none.
   *
   * @throws StoreFailure also if it is damaged
   */
  Optional<Manifest> manifest(BackupId id) throws StoreFailure;

  /** All backups of a migration. */
  Listing list(String namespace, String migration) throws StoreFailure;

  /**
   * Copies a dump and checks its size and sha256; the file is removed if they are not as written.
   *
   * @param from in this store
   * @param target the file to write
   * @return the manifest
   */
  Manifest fetch(Location from, Path target) throws StoreFailure;

  /** Removes a backup, its manifest first; does nothing where there is none. */
  void delete(BackupId id) throws StoreFailure;

  /**
   * Finds out, before gigabytes are dumped, whether a backup could be written.
   *
   * @throws StoreFailure if not
   */
  void probe(BackupId id) throws StoreFailure;

  /** Removes what unfinished tries of this name left, and others that were given up long ago. */
  void discard(BackupId id) throws StoreFailure;

  @Override
  void close();
}
