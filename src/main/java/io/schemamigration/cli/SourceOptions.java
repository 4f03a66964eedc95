package io.schemamigration.cli;

import io.schemamigration.plan.ScriptSet;
import io.schemamigration.plan.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Where the files are. */
final class SourceOptions {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Folder of the SQL files. Default: ${DEFAULT-VALUE}")
  private Path directory;

  ScriptSet read() {
    List<SourceFile> files = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path file : entries.filter(SourceOptions::isSql).sorted().toList()) {
        files.add(
            new SourceFile(
                directory.toString(), file.getFileName().toString(), Files.readAllBytes(file)));
      }
    } catch (IOException e) {
      throw new UsageException("cannot read " + directory + ": is it a folder you may read?");
    }
    if (files.isEmpty()) {
      throw new UsageException(
          directory + " has no pg_<sequence>_<hash>.sql; name the folder with --dir");
    }
    return ScriptSet.of(files);
  }

  private static boolean isSql(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file) && (name.endsWith(".sql") || name.endsWith(".sql.gz"));
  }
}
