package io.schemamigration.backup;

import io.schemamigration.postgres.DatabaseUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A restore from a folder of this machine into a new database. */
public final class LocalRestore {
  private final LocalScript script;

  /** Made by that script, whose login may create databases. */
  public LocalRestore(LocalScript script) {
    this.script = script;
  }

  /**
   * Restores a backup.
   *
   * @param folder of the backup
   * @param database must not be there yet
   * @param owner the role that shall own it; empty: the user
   * @param jobs how many connections restore at a time
   * @return the manifest, to whose rows those of the database are equal
   * @throws StepFailure if it failed; no database is left then
   */
  public Manifest run(Path folder, String database, Optional<String> owner, int jobs)
      throws StepFailure, DatabaseUnavailable {
    Manifest manifest = manifest(folder);
    Path work = null;
    try {
      work = Files.createTempDirectory("smig-");
      Files.writeString(work.resolve(WorkFolder.ROWS), WorkFolder.text(manifest.tables()));
      Map<String, String> variables = new HashMap<>();
      variables.put("SMIG_WORK", work.toString());
      variables.put("SMIG_DUMP", folder.resolve(Store.DUMP).toAbsolutePath().toString());
      variables.put("SMIG_SHA256", manifest.sha256());
      variables.put("SMIG_DATABASE", database);
      variables.put("SMIG_OWNER", owner.orElse(""));
      // Its own each time: what another one left, or does just now, is not this one's.
      variables.put("SMIG_UID", UUID.randomUUID().toString());
      variables.put("SMIG_JOBS", Integer.toString(jobs));
      variables.put("SMIG_HISTORY_SCHEMA", manifest.history().schema());
      variables.put("SMIG_HISTORY_TABLE", manifest.history().table());
      script.run(Scripts.restore(), variables);
      return manifest;
    } catch (IOException e) {
      throw new StepFailure(
          StepExit.SETTINGS_INVALID, "the temporary folder cannot be written; set TMPDIR");
    } finally {
      LocalFiles.delete(work);
    }
  }

  private static Manifest manifest(Path folder) throws StepFailure {
    Path file = folder.resolve(ManifestJson.FILE);
    try {
      return ManifestJson.read(Files.readAllBytes(file), folder.toString());
    } catch (StoreFailure e) {
      throw new StepFailure(StepExit.SETTINGS_INVALID, e.getMessage());
    } catch (IOException e) {
      throw new StepFailure(
          StepExit.SETTINGS_INVALID,
          "there is no readable %s in %s, so it is no backup; name the folder of one"
              .formatted(ManifestJson.FILE, folder));
    }
  }
}
