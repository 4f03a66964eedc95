package io.schemamigration.controller;

import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.input.LoginReader;
import io.schemamigration.input.LoginSpec;
import io.schemamigration.input.LookRequest;
import io.schemamigration.input.Missing;
import io.schemamigration.input.Requests;
import io.schemamigration.input.SpecReader;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.postgres.ConnectionSecret;
import io.schemamigration.postgres.Tables;
import io.schemamigration.postgres.Target;
import java.util.Optional;

/**
 * The server that a restore makes its database on, read as that of a migration is.
 *
 * @param restore the resource
 * @param login how to log in, to a database that is there
 * @param database the database to connect to where it is another than the Secret's
 */
record RestoreTarget(
    DatabaseRestore restore, ConnectionSecret.Found login, Optional<String> database) {
  /** Every server has it, unless somebody took it away. */
  private static final String MAINTENANCE = "postgres";

  /** Nothing of this name is there: only the server is looked at. */
  private static final Tables NO_HISTORY = new Tables("public", "smig_restore_looks_at_none");

  /**
   * Reads the Secret.
   *
   * @throws Missing where it is, or does not do
   */
  static RestoreTarget read(DatabaseRestore restore, LoginReader logins) throws Missing {
    Optional<ConnectionSecret.Found> own = own(restore, logins);
    String made = restore.getSpec().target.database;
    if (own.filter(login -> !login.endpoint().isDatabase(made)).isPresent()) {
      return new RestoreTarget(restore, own.get(), Optional.empty());
    }
    Optional<String> other = Optional.of(MAINTENANCE);
    return new RestoreTarget(restore, read(restore, logins, other), other);
  }

  /** Empty: it does not do, if only because it names no database. The next read tells what else. */
  private static Optional<ConnectionSecret.Found> own(DatabaseRestore restore, LoginReader logins)
      throws Missing {
    try {
      return Optional.of(read(restore, logins, Optional.empty()));
    } catch (Missing e) {
      if (e.reason() == Reason.SECRET_INVALID) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static ConnectionSecret.Found read(
      DatabaseRestore restore, LoginReader logins, Optional<String> database) throws Missing {
    return logins.read(
        restore.getMetadata().getNamespace(), LoginSpec.of(restore.getSpec().target, database));
  }

  /** To look at the server. */
  LookRequest lookRequest() {
    SchemaMigration silent = new SchemaMigration();
    silent.setSpec(new SchemaMigrationSpec());
    String application =
        "smig-restore/%s/%s"
            .formatted(restore.getMetadata().getNamespace(), restore.getMetadata().getName());
    return new LookRequest(
        restore.getMetadata().getGeneration(),
        Requests.NONE,
        new ScriptSet.Summary("", 0),
        new Target(
            login.endpoint(),
            NO_HISTORY,
            new SpecReader(silent).timeouts(),
            application,
            Target.SessionDefaults.NONE),
        login.layout(),
        Optional.empty());
  }
}
