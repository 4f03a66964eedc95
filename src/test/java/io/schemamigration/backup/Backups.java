package io.schemamigration.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Backups for tests. */
final class Backups {
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  static final BackupId FIRST = new BackupId("shop", "orders", "orders-1");

  private Backups() {}

  /** A file of random bytes, always the same for the same size. */
  static Path dump(Path file, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  /** The manifest of a dump that is there. */
  static Manifest of(BackupId id, Path dump) throws IOException {
    return of(id, Fingerprint.of(dump), true, NOON);
  }

  static Manifest of(BackupId id, Fingerprint dump, boolean automatic, Instant finished) {
    return new Manifest(
        Manifest.FORMAT,
        id.name(),
        id.namespace(),
        id.migration(),
        Optional.of("u-1"),
        automatic,
        "orders",
        "15.19",
        "15.19",
        Optional.of(new Manifest.Covers(Optional.of(4L), "c41b70")),
        new Manifest.HistoryTable("public", "drizzle_migrations"),
        Optional.of("p-0123456789abcdef0123456789abcdef"),
        dump.bytes(),
        dump.sha256(),
        finished.minusSeconds(60).toString(),
        finished.toString(),
        Map.of("public.orders", 3L, "public.drizzle_migrations", 4L));
  }

  static BackupId named(String name) {
    return new BackupId(FIRST.namespace(), FIRST.migration(), name);
  }

  /** Leaves what the dump's container leaves. */
  static Path workFolder(Path folder, int bytes) throws IOException {
    dump(folder.resolve(Store.DUMP), bytes);
    Files.writeString(
        folder.resolve(WorkFolder.ROWS), "public.orders\t3\npublic.drizzle_migrations\t4\n");
    Files.writeString(folder.resolve(WorkFolder.CLIENT_VERSION), "15.19\n");
    Files.writeString(folder.resolve(WorkFolder.DATABASE), "orders\n");
    Files.writeString(folder.resolve(WorkFolder.DATABASE_ID), "7/16384\n");
    Files.writeString(folder.resolve(WorkFolder.HASHES), "8f3a1c\nc41b70\n");
    Files.writeString(folder.resolve(WorkFolder.STARTED), "2026-03-01T11:59:00Z\n");
    return folder;
  }
}
