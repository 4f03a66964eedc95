package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Backups on a mounted volume; {@link PartialFolders} has those that are being made. */
public final class VolumeStore implements Store {
  private final Location.Volume home;
  private final Path mount;
  private final Disk disk;

  /**
   * A store on a volume.
   *
   * @param home the claim, and the store's own folder on it
   * @param mount where the volume is mounted
   */
  public VolumeStore(Location.Volume home, Path mount) {
    this(home, mount, Disk.REAL);
  }

  VolumeStore(Location.Volume home, Path mount, Disk disk) {
    this.home = home;
    this.mount = mount;
    this.disk = disk;
  }

  private Path path(Folder fromMount) {
    return fromMount.isRoot() ? mount : mount.resolve(fromMount.path());
  }

  private VolumeFolder folder(BackupId id) {
    return new VolumeFolder(path(home.path().resolve(id.folder())), location(id));
  }

  /**
   * Where the dump of this backup is made.
   *
   * @param attempt which try it is; no other has the same
   */
  public Path partial(BackupId id, String attempt) {
    return partials(id).of(id, attempt);
  }

  private PartialFolders partials(BackupId id) {
    return new PartialFolders(folder(id).path().getParent());
  }

  @Override
  public Location location(BackupId id) {
    return new Location.Volume(home.claim(), home.path().resolve(id.folder()));
  }

  @Override
  public Location put(Path dump, Manifest manifest) throws StoreFailure {
    BackupId id = BackupId.of(manifest);
    VolumeFolder folder = folder(id);
    Path partial = dump.getParent();
    if (!partials(id).contains(id, partial) || !dump.endsWith(DUMP)) {
      throw new StoreFailure(
          Reason.SETTINGS_INVALID,
          "the dump for %s was made elsewhere than in a folder %s.*.partial; run operator and Job"
                  .formatted(folder.location().text(), id.name())
              + " from one image");
    }
    return VolumeErrors.during(
        "writing " + folder.location().text(),
        () -> {
          if (folder.isBackup()) {
            throw new StoreFailure(
                Reason.ALREADY_EXISTS,
                "another backup is at %s already; take another name"
                    .formatted(folder.location().text()));
          }
          disk.sync(dump);
          disk.write(partial.resolve(ManifestJson.FILE), ManifestJson.write(manifest));
          disk.sync(partial);
          disk.deleteTree(folder.path()); // without a manifest it is no backup
          disk.rename(partial, folder.path());
          syncUpwards(folder.path().getParent());
          dropNotes(folder.path());
          return folder.location();
        });
  }

  /** The folders above may be new as well. */
  private void syncUpwards(Path from) throws IOException {
    for (Path each = from; each != null && each.startsWith(mount); each = each.getParent()) {
      disk.sync(each);
    }
  }

  /** What the dump's container wrote down is in the manifest; until now a restart needed it. */
  private void dropNotes(Path place) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(place)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!name.equals(DUMP) && !name.equals(ManifestJson.FILE)) {
          disk.delete(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // The backup is there and good; a few small files beside it hurt nobody.
    }
  }

  @Override
  public Optional<Manifest> find(BackupId id) throws StoreFailure {
    VolumeFolder folder = folder(id);
    return VolumeErrors.during(
        "reading " + folder.location().text(),
        () -> {
          if (!folder.isBackup()) {
            return Optional.empty();
          }
          Manifest manifest = folder.manifest(id);
          folder.mustHaveDump(manifest);
          return Optional.of(manifest);
        });
  }

  @Override
  public Optional<Manifest> manifest(BackupId id) throws StoreFailure {
    VolumeFolder folder = folder(id);
    return VolumeErrors.during(
        "reading " + folder.location().text(),
        () -> folder.isBackup() ? Optional.of(folder.manifest(id)) : Optional.empty());
  }

  @Override
  public Listing list(String namespace, String migration) throws StoreFailure {
    Folder all = home.path().resolve(BackupId.migrationFolder(namespace, migration));
    List<Manifest> manifests = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    return VolumeErrors.during(
        "listing " + new Location.Volume(home.claim(), all).text(),
        () -> {
          for (String name : names(path(all))) {
            BackupId id = new BackupId(namespace, migration, name);
            if (folder(id).isBackup()) {
              try {
                Manifest manifest = folder(id).manifest(id);
                folder(id).mustHaveDump(manifest);
                manifests.add(manifest.withoutTables());
              } catch (StoreFailure e) {
                unreadable.add(name); // nobody knows what it is: none to count on, none to remove
              }
            }
          }
          return new Listing(manifests, unreadable);
        });
  }

  private static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> each = Files.newDirectoryStream(folder)) {
        each.forEach(path -> names.add(path.getFileName().toString()));
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    return names.stream().filter(BackupId::isLabel).toList(); // not the partial ones
  }

  @Override
  public Manifest fetch(Location from, Path target) throws StoreFailure {
    if (!(from instanceof Location.Volume volume) || !volume.claim().equals(home.claim())) {
      throw new StoreFailure(
          Reason.SETTINGS_INVALID,
          "%s is not on the volume %s; run operator and Job from one image"
              .formatted(from.text(), home.claim()));
    }
    VolumeFolder folder = new VolumeFolder(path(volume.path()), from);
    return VolumeErrors.during("copying " + from.text(), () -> folder.copyTo(target));
  }

  @Override
  public void delete(BackupId id) throws StoreFailure {
    VolumeFolder folder = folder(id);
    VolumeErrors.during(
        "removing " + folder.location().text(),
        () -> {
          if (Files.exists(folder.path(), LinkOption.NOFOLLOW_LINKS)) {
            disk.delete(folder.manifestFile()); // from now on it is no backup
            disk.sync(folder.path());
            disk.deleteTree(folder.path());
            disk.sync(folder.path().getParent());
          }
          return null;
        });
  }

  @Override
  public void probe(BackupId id) throws StoreFailure {
    VolumeFolder folder = folder(id);
    VolumeErrors.during(
        "writing " + folder.location().text(),
        () -> {
          Path all = folder.path().getParent();
          Files.createDirectories(all);
          Files.delete(Files.createTempDirectory(all, ".probe-"));
          return null;
        });
  }

  @Override
  public void discard(BackupId id) throws StoreFailure {
    VolumeErrors.during(
        "removing %s.*.partial".formatted(location(id).text()),
        () -> {
          for (Path each : partials(id).abandoned(id, Instant.now())) {
            disk.deleteTree(each);
          }
          return null;
        });
  }

  @Override
  public void close() {
    // nothing is held open
  }
}
