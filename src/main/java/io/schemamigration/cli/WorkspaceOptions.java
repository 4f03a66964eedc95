package io.schemamigration.cli;

import io.schemamigration.plan.ScriptSet;
import io.schemamigration.postgres.Target;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** The options of every command that has files and a database. */
final class WorkspaceOptions {
  @Mixin private DatabaseOptions database;
  @Mixin private SourceOptions source;
  @Mixin private PolicyOptions policy;

  Workspace read(Map<String, String> environment) {
    ScriptSet files = source.read();
    Target target = database.target(environment);
    return new Workspace(files, target, policy.policy(target.tables()), policy.as());
  }
}
