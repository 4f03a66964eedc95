package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Backups in a bucket: the dump first, then the manifest, so that a manifest is never alone. The
 * dump's sha256 stands in its metadata as well.
 */
public final class S3Store implements Store {
  private final S3Settings settings;
  private final S3Client client;
  private final S3Objects objects;
  private final S3Errors errors;
  private final S3Upload upload;

  /** A store in that bucket; closes the client. */
  S3Store(S3Settings settings, S3Client client, long part) {
    this.settings = settings;
    this.client = client;
    this.objects = new S3Objects(settings, client);
    this.errors = new S3Errors(settings.bucket());
    this.upload = new S3Upload(client, settings, part);
  }

  /**
   * A store in a bucket; connects to nothing yet.
   *
   * @param environment of the process: region and workload identity
   * @throws StoreFailure if credentials, certificates or region cannot be used
   */
  public static S3Store open(S3Settings settings, Map<String, String> environment)
      throws StoreFailure {
    return new S3Store(settings, S3Connection.open(settings, environment), S3Upload.PART);
  }

  @Override
  public Location.S3 location(BackupId id) {
    return new Location.S3(settings.bucket(), settings.prefix().resolve(id.folder()));
  }

  @Override
  public Location put(Path dump, Manifest manifest) throws StoreFailure {
    BackupId id = BackupId.of(manifest);
    Location.S3 location = location(id);
    String what = "writing " + location.text();
    return errors.during(
        what,
        () -> {
          // Also asks the server for the first time, before gigabytes are sent.
          if (objects.manifest(location).isPresent()) {
            throw new StoreFailure(
                Reason.ALREADY_EXISTS,
                "another backup is at %s already; take another name".formatted(location.text()));
          }
          discard(id);
          String key = S3Objects.dumpKey(location);
          try {
            String etag = upload.send(dump, key, manifest.sha256());
            objects.mustHold(location, Fingerprint.of(manifest), etag);
          } catch (IOException | UncheckedIOException e) {
            throw new StoreFailure(
                Reason.DUMP_INCOMPLETE, what + " failed: the dump cannot be read from the disk", e);
          }
          objects.putManifest(location, manifest);
          return location;
        });
  }

  @Override
  public Optional<Manifest> find(BackupId id) throws StoreFailure {
    Location.S3 location = location(id);
    Optional<Manifest> manifest = manifest(id);
    return errors.during(
        "reading " + location.text(),
        () -> {
          if (manifest.isPresent()) {
            objects.mustHaveSize(location, manifest.get().bytes());
          }
          return manifest;
        });
  }

  @Override
  public Optional<Manifest> manifest(BackupId id) throws StoreFailure {
    Location.S3 location = location(id);
    return errors.during(
        "reading " + location.text(),
        () -> {
          Optional<byte[]> bytes = objects.manifest(location);
          return bytes.isEmpty()
              ? Optional.empty()
              : Optional.of(ManifestJson.read(bytes.get(), location.text(), id));
        });
  }

  @Override
  public Listing list(String namespace, String migration) throws StoreFailure {
    Folder all = settings.prefix().resolve(BackupId.migrationFolder(namespace, migration));
    Location.S3 location = new Location.S3(settings.bucket(), all);
    List<Manifest> manifests = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    return errors.during(
        "listing " + location.text(),
        () -> {
          for (String name : names(all)) {
            BackupId id = new BackupId(namespace, migration, name);
            Optional<byte[]> bytes = objects.manifest(location(id));
            if (bytes.isPresent()) {
              try {
                Manifest manifest = ManifestJson.read(bytes.get(), location(id).text(), id);
                objects.mustHaveSize(location(id), manifest.bytes());
                manifests.add(manifest.withoutTables());
              } catch (StoreFailure e) {
                unreadable.add(name); // nobody knows what it is: none to count on, none to remove
              }
            }
          }
          return new Listing(manifests, unreadable);
        });
  }

  private List<String> names(Folder all) {
    String prefix = all + "/";
    String suffix = "/" + ManifestJson.FILE;
    return client
        .listObjectsV2Paginator(l -> l.bucket(settings.bucket()).prefix(prefix))
        .contents()
        .stream()
        .map(S3Object::key)
        .filter(key -> key.startsWith(prefix) && key.endsWith(suffix))
        .filter(key -> key.length() > prefix.length() + suffix.length())
        .map(key -> key.substring(prefix.length(), key.length() - suffix.length()))
        .filter(BackupId::isLabel)
        .toList();
  }

  @Override
  public Manifest fetch(Location from, Path target) throws StoreFailure {
    if (!(from instanceof Location.S3 place) || !place.bucket().equals(settings.bucket())) {
      throw new StoreFailure(
          Reason.SETTINGS_INVALID,
          "%s is not in bucket %s; run operator and Job from one image"
              .formatted(from.text(), settings.bucket()));
    }
    return errors.during(
        "copying " + from.text(),
        () -> {
          byte[] bytes = objects.manifest(place).orElseThrow(() -> FetchedDump.noBackup(from));
          Manifest manifest = ManifestJson.read(bytes, from.text());
          objects.mustHaveSize(place, manifest.bytes());
          S3Download download =
              new S3Download(client, place.bucket(), S3Objects.dumpKey(place), from);
          VolumeErrors.during(
              "writing the copy of " + from.text(),
              () -> {
                FetchedDump.check(
                    target, manifest, from, () -> download.to(target, manifest.bytes()));
                return null;
              });
          return manifest;
        });
  }

  @Override
  public void delete(BackupId id) throws StoreFailure {
    Location.S3 location = location(id);
    errors.during(
        "removing " + location.text(),
        () -> {
          objects.delete(location);
          return null;
        });
  }

  @Override
  public void probe(BackupId id) throws StoreFailure {
    Location.S3 location = location(id);
    errors.during(
        "writing " + location.text(),
        () -> {
          upload.probe(S3Objects.dumpKey(location));
          return null;
        });
  }

  @Override
  public void discard(BackupId id) {
    upload.abortOlder(S3Objects.dumpKey(location(id)));
    // Asked for by itself: some servers list those of a whole key alone.
    upload.abortForgotten(settings.prefix().resolve(id.migrationFolder()));
  }

  @Override
  public void close() {
    client.close();
  }
}
