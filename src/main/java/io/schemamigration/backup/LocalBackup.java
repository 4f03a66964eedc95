package io.schemamigration.backup;

import io.schemamigration.plan.History;
import io.schemamigration.postgres.DatabaseUnavailable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** A backup in a folder of this machine: what a Job leaves in its store, without a Job. */
public final class LocalBackup {
  private final LocalScript script;
  private final Clock clock;

  /** Made by that script; the clock says when it was finished. */
  public LocalBackup(LocalScript script, Clock clock) {
    this.script = script;
    this.clock = clock;
  }

  /**
   * What the backup is of.
   *
   * @param table the tracking table
   * @param role to read as; empty: the user
   * @param lockMilliseconds how long pg_dump waits for a lock on a table
   * @param owner namespace and name of who made it, for the manifest
   */
  public record Request(
      Manifest.HistoryTable table, Optional<String> role, long lockMilliseconds, String owner) {}

  /**
   * Makes one. The folder is there only when it is complete and has been read to its end.
   *
   * @param folder must not be there yet
   * @param history what a look saw, for the sequence of the last file
   * @throws StepFailure if it failed; nothing is left then
   */
  public Manifest make(Path folder, Request request, History history)
      throws StepFailure, DatabaseUnavailable {
    Path target = folder.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      throw new StepFailure(
          StepExit.SETTINGS_INVALID,
          folder + " is there already, and a backup never writes over one; name another folder");
    }
    Path work = target.resolveSibling(target.getFileName() + ".partial");
    try {
      Files.createDirectories(work.getParent());
      Files.createDirectory(
          work, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new StepFailure(
          StepExit.SETTINGS_INVALID,
          work + " cannot be made; if it is left of a backup that was killed, remove it");
    }
    try {
      script.run(
          Scripts.dump(),
          Map.of(
              "SMIG_WORK", work.toString(),
              "SMIG_LOCK_TIMEOUT", Long.toString(request.lockMilliseconds()),
              "SMIG_ROLE", request.role().orElse(""),
              "SMIG_HISTORY_SCHEMA", request.table().schema(),
              "SMIG_HISTORY_TABLE", request.table().table()));
      String server = Files.readString(work.resolve(WorkFolder.SERVER_VERSION)).strip();
      Manifest manifest =
          manifest(
              target.getFileName().toString(), WorkFolder.read(work), server, request, history);
      keepOnlyTheDump(work);
      Disk.REAL.write(work.resolve(ManifestJson.FILE), ManifestJson.write(manifest));
      Disk.REAL.sync(work.resolve(Store.DUMP));
      Disk.REAL.sync(work);
      Disk.REAL.rename(work, target);
      Disk.REAL.sync(target.getParent());
      return manifest;
    } catch (StoreFailure e) {
      throw new StepFailure(StepExit.DUMP_FAILED, e.getMessage());
    } catch (IOException e) {
      throw new StepFailure(
          StepExit.NO_SPACE, folder + " cannot be written to its end; is there space left?");
    } finally {
      LocalFiles.delete(Files.exists(work) ? work : null);
    }
  }

  private static void keepOnlyTheDump(Path work) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(work)) {
      for (Path file : files) {
        if (!file.endsWith(Store.DUMP)) {
          Disk.REAL.delete(file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private Manifest manifest(
      String folder, WorkFolder work, String serverVersion, Request request, History history)
      throws IOException {
    Fingerprint dump = Fingerprint.of(work.dump());
    String[] owner = request.owner().split("/", 2);
    return new Manifest(
        Manifest.FORMAT,
        BackupId.label(folder),
        owner[0],
        owner.length > 1 ? owner[1] : "",
        Optional.empty(),
        false,
        work.database(),
        serverVersion,
        work.clientVersion(),
        work.lastHash().map(hash -> covers(hash, history)),
        request.table(),
        Optional.empty(),
        dump.bytes(),
        dump.sha256(),
        work.started().toString(),
        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
        work.tables());
  }

  /** What the dump itself has last: somebody may have applied a file since the look. */
  private static Manifest.Covers covers(String hash, History history) {
    Optional<Long> sequence =
        history.applied().stream()
            .filter(applied -> applied.hash().equals(hash))
            .flatMap(applied -> applied.recorded().stream())
            .flatMap(recorded -> recorded.sequence().stream().boxed())
            .findFirst();
    return new Manifest.Covers(sequence, hash);
  }
}
