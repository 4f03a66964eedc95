package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import io.schemamigration.plan.History;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the container {@code store} does: keeps a dump that was verified, then lets old ones go. */
public final class StoreBackup {
  /** As many names as a termination message holds: what is not told stays in the cluster. */
  private static final int MOST_REMOVED = 40;

  private final StoreSettings settings;
  private final Store store;
  private final Clock clock;

  StoreBackup(StoreSettings settings, Store store, Clock clock) {
    this.settings = settings;
    this.store = store;
    this.clock = clock;
  }

  /**
   * Does it as the environment says, and writes the result to the termination file.
   *
   * @return the same
   */
  public static JobResult run(Map<String, String> environment, Clock clock) {
    return StoreStep.run(
        StoreSettings.VARIABLE,
        StoreSettings.class,
        environment,
        (settings, store) -> new StoreBackup(settings, store, clock).run());
  }

  /**
   * What the container {@code check-store} does: finds out before gigabytes are dumped whether
   * there is a store to keep them that may be written, and the name is free; makes room by removing
   * what tries before left. Told as by {@link #run(Map, Clock)}.
   */
  public static JobResult check(Map<String, String> environment, Clock clock) {
    return StoreStep.run(
        StoreSettings.VARIABLE,
        StoreSettings.class,
        environment,
        (settings, store) -> new StoreBackup(settings, store, clock).check());
  }

  private JobResult.Reached check() throws StoreFailure {
    if (earlier().isEmpty()) {
      discard(); // room for this try
      store.probe(settings.backup().id());
    }
    return new JobResult.Reached(store.location(settings.backup().id()).text());
  }

  JobResult.Stored run() throws StoreFailure {
    try {
      Optional<Manifest> earlier = earlier();
      Manifest kept = earlier.isPresent() ? earlier.get() : keep();
      discard(); // the dump of a second try, of which nothing is needed
      return letOldOnesGo(kept);
    } catch (StoreFailure e) {
      discard(); // the next try dumps again; this one would only fill the volume
      throw e;
    }
  }

  /** This very backup, if an earlier try has kept it. */
  private Optional<Manifest> earlier() throws StoreFailure {
    Optional<Manifest> earlier = store.find(settings.backup().id());
    if (earlier.isPresent() && !isThisOne(earlier.get())) {
      throw new StoreFailure(
          Reason.ALREADY_EXISTS,
          "an older backup is at %s already; take another name or delete that one"
              .formatted(store.location(settings.backup().id()).text()));
    }
    return earlier;
  }

  /** Killed after it was kept and before that was known, a Job begins anew. */
  private boolean isThisOne(Manifest earlier) {
    if (earlier.request().isPresent() && settings.backup().request().isPresent()) {
      return earlier.request().equals(settings.backup().request()); // clocks differ
    }
    return !Instant.parse(earlier.started()).isBefore(Instant.parse(settings.requested()))
        && earlier.database().equals(settings.backup().database())
        && earlier.covers().equals(settings.backup().covers())
        && earlier.planId().equals(settings.backup().planId());
  }

  private Manifest keep() throws StoreFailure {
    WorkFolder work = WorkFolder.read(settings.work());
    mustBeWhatWasLookedAt(work);
    Fingerprint dump = VolumeErrors.during("reading the dump", () -> Fingerprint.of(work.dump()));
    Instant finished = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Manifest manifest = settings.backup().manifest(work, dump, finished);
    store.put(work.dump(), manifest);
    return manifest;
  }

  /** The pod reads the Secret when it starts, which may be long after the look. */
  private void mustBeWhatWasLookedAt(WorkFolder work) throws StoreFailure {
    StoreSettings.Facts looked = settings.backup();
    if (!work.database().equals(looked.database())
        || !History.sameServer(work.databaseId(), looked.databaseId())) {
      throw new StoreFailure(
          Reason.DUMP_INCOMPLETE,
          "another database was dumped than was looked at, so it is no backup of it: the Secret was"
              + " changed meanwhile; it is tried again");
    }
    Optional<String> seen = looked.covers().map(Manifest.Covers::hash).map(String::stripTrailing);
    boolean moved = !work.lastHash().equals(seen);
    if (looked.automatic() && moved) {
      throw new StoreFailure(
          Reason.DUMP_INCOMPLETE,
          "somebody recorded or removed a file between the look and the dump, so the dump is none"
              + " for this plan; it is tried again");
    }
  }

  private void discard() {
    try {
      store.discard(settings.backup().id());
    } catch (StoreFailure e) {
      // Tidiness; the result does not depend on it.
    }
  }

  private JobResult.Stored letOldOnesGo(Manifest kept) {
    List<String> removed = new ArrayList<>();
    Optional<String> warning = Optional.empty();
    if (settings.retention().equals(StoreSettings.Limits.NONE)) {
      return stored(kept, removed, warning);
    }
    try {
      BackupId id = settings.backup().id();
      Store.Listing all = store.list(id.namespace(), id.migration());
      for (Manifest old :
          settings
              .retention()
              .rule()
              .expired(all.manifests(), clock.instant(), settings.protectedBackups())) {
        if (removed.size() == MOST_REMOVED) {
          break; // the next one goes on
        }
        if (!old.name().equals(kept.name())) {
          store.delete(BackupId.of(old));
          removed.add(old.name());
        }
      }
      if (!all.unreadable().isEmpty()) {
        warning = Optional.of(unreadable(all.unreadable()));
      }
    } catch (StoreFailure e) {
      // The backup is good; that an old one stays is no reason to stop a migration.
      warning = Optional.of("old backups stay: " + e.getMessage());
    }
    return stored(kept, removed, warning);
  }

  private JobResult.Stored stored(Manifest kept, List<String> removed, Optional<String> warning) {
    return new JobResult.Stored(
        kept.bytes(),
        kept.sha256(),
        store.location(BackupId.of(kept)).text(),
        kept.covers(),
        kept.clientVersion(),
        kept.started(),
        kept.finished(),
        List.copyOf(removed),
        removed.size(),
        warning.map(JobResult::shortened));
  }

  private static String unreadable(List<String> names) {
    return "%d backups are damaged or of a newer version and are left alone, such as %s"
        .formatted(names.size(), names.getFirst());
  }
}
