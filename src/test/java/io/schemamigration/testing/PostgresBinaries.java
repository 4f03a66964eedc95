package io.schemamigration.testing;

import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * The PostgreSQL programs of one major, from the jar that the build has copied to the folder {@code
 * postgres.binaries}. A record, because what has been unpacked is remembered by equality.
 */
record PostgresBinaries(Path jar) implements PgBinaryResolver {

  static PostgresBinaries of(int major) {
    String folder = System.getProperty("postgres.binaries", "target/postgres");
    return new PostgresBinaries(Path.of(folder, major + ".jar").toAbsolutePath());
  }

  boolean exist() {
    return Files.isRegularFile(jar);
  }

  /** Where the programs are unpacked to, once for all JVMs that share this folder. */
  Path unpacked() {
    return jar.resolveSibling("unpacked");
  }

  @Override
  public InputStream getPgBinary(String system, String machineHardware) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      JarEntry archive =
          file.stream()
              .filter(entry -> entry.getName().endsWith(".txz"))
              .findFirst()
              .orElseThrow(() -> new IOException("no .txz in " + jar));
      try (InputStream content = file.getInputStream(archive)) {
        return new ByteArrayInputStream(content.readAllBytes());
      }
    }
  }
}
