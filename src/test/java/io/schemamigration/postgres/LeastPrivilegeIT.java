package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.plan.Reason;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.LeastPrivilege;
import io.schemamigration.testing.PostgresServer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code docs/least-privilege.sql} grants is enough, and taking of it is told. */
class LeastPrivilegeIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";
  private static final String MAKE = "CREATE TABLE a (x int);";
  private static final String INDEX = "CREATE INDEX CONCURRENTLY i ON a (x);";

  private static void assertApplied(Outcome outcome, int count) {
    assertThat(outcome)
        .isInstanceOfSatisfying(Outcome.Done.class, d -> assertThat(d.applied()).isEqualTo(count));
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLoginMakesUsesAndUndoesWhatIsItsOwn(int major) {
    PostgresServer server = PostgresServer.shared(major);
    Db db = LeastPrivilege.createDatabase(server, "least");
    Engine engine =
        Engine.on(db)
            .file(1, "a", MAKE)
            .file("rollback_pg_1_a.sql", "DROP TABLE a;")
            .file(2, "i", INDEX)
            .file("rollback_pg_2_i.sql", "DROP INDEX CONCURRENTLY i;");
    assertApplied(engine.run(), 2);
    engine.undo(new UndoRequest("shop/undo", List.of("i", "a"), false));
    assertThat(engine.tracking()).isEmpty();
    assertThat(engine.exists("a")).isFalse();
    server.admin().execute("CREATE ROLE " + db.name() + "_app");
    LeastPrivilege.grant(server, db, 8);
    db.execute("CREATE TABLE later (id serial)");
    Db admin = db.as(server.superuser(), server.password());
    assertThat(
            admin.strings(
                "SELECT has_table_privilege('%1$s_app', 'later', 'INSERT'),".formatted(db.name())
                    + " has_sequence_privilege('%1$s_app', 'later_id_seq', 'USAGE')"
                        .formatted(db.name())))
        .containsExactly("t|t");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void defaultPrivilegesLetNobodyWriteWhatTheOperatorBelieves(int major) {
    PostgresServer server = PostgresServer.shared(major);
    Db db = LeastPrivilege.createDatabase(server, "least_default");
    server.admin().execute("CREATE ROLE " + db.name() + "_app");
    LeastPrivilege.grant(server, db, 8);
    db.execute("ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC");
    assertApplied(Engine.on(db).file(1, "a", MAKE).run(), 1);
    String app = db.name() + "_app";
    assertThat(
            db.as(server.superuser(), server.password())
                .strings(
                    "SELECT name, has_table_privilege('%1$s', name, 'SELECT'),".formatted(app)
                        + " has_table_privilege('%1$s', name, 'INSERT, UPDATE, DELETE, TRUNCATE')"
                            .formatted(app)
                        + " FROM unnest(ARRAY['a', 'drizzle_migrations',"
                        + " 'drizzle_migrations_ledger']) AS name"))
        .containsExactly("a|t|t", "drizzle_migrations|t|f", "drizzle_migrations_ledger|t|f");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whoDumpsWhatIsSomebodyElsesHasTheRightWithoutTakingOnARole(int major) {
    PostgresServer server = PostgresServer.shared(major);
    Db db = LeastPrivilege.createDatabase(server, "least_dump");
    LeastPrivilege.grant(server, db, 5);
    LeastPrivilege.grant(server, db, 7);
    assertThat(
            db.strings(
                "SELECT pg_has_role('pg_read_all_data', 'USAGE'),"
                    + " pg_has_role('pg_read_all_stats', 'USAGE')"))
        .containsExactly("t|t");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLoginThatOwnsNothingTakesOnTheOwnersRole(int major) {
    PostgresServer server = PostgresServer.shared(major);
    Db first = server.createDatabase("least_owner");
    Db admin = first.as(server.superuser(), server.password());
    admin.execute("ALTER ROLE " + first.user() + " NOLOGIN; CREATE TABLE kept (x int)");
    admin.execute("ALTER TABLE kept OWNER TO " + first.user());
    Db login = first.as(first.name() + "_migrator", "word");
    admin.execute(
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT ALL ON SCHEMA public TO "
            + first.user());
    LeastPrivilege.grant(server, login, 1);
    Engine engine = Engine.on(login).file(1, "a", "ALTER TABLE kept ADD y int;");
    assertThat(engine.run())
        .isInstanceOfSatisfying(
            Outcome.Unavailable.class,
            o -> assertThat(o.reason()).isEqualTo(Reason.PERMISSION_DENIED));
    LeastPrivilege.grant(server, login, 3);
    engine.defaults(new Target.SessionDefaults(Optional.of(first.user()), List.of("public")));
    assertApplied(engine.run(), 1);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLoginMayBeGrantedNoMoreThanTheRowsOfTheTrackingTable(int major) {
    PostgresServer server = PostgresServer.shared(major);
    Db owner = server.createDatabase("least_rows");
    owner.execute(
        "CREATE TABLE drizzle_migrations(id SERIAL PRIMARY KEY, hash TEXT NOT NULL UNIQUE,"
            + " created_at TIMESTAMP NOT NULL DEFAULT NOW());"
            + "INSERT INTO drizzle_migrations(hash) VALUES ('a');"
            + MAKE);
    Db login = owner.as(owner.name() + "_migrator", "word");
    Db admin = owner.as(server.superuser(), server.password());
    admin.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    LeastPrivilege.grant(server, login, 1);
    LeastPrivilege.grant(server, login, 4);
    assertApplied(Engine.on(login).file(1, "a", MAKE).run(), 0);
    assertThat(Engine.on(login).ledger("adopted")).containsExactly("a");
    admin.execute("REVOKE CREATE ON SCHEMA public FROM " + login.user());
    String own = "CREATE TABLE " + owner.name() + ".b (x int);";
    Engine engine =
        Engine.on(login)
            .file(1, "a", MAKE)
            .file(2, "b", own)
            .file("rollback_pg_2_b.sql", "DROP TABLE " + owner.name() + ".b;");
    assertApplied(engine.run(), 1);
    engine.undo(new UndoRequest("shop/undo", List.of("b"), false));
    assertThat(engine.tracking()).containsExactly("a");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void theServerIsKnownByItsIdentifierWhereTheLoginMayReadIt(int major) throws Exception {
    PostgresServer server = PostgresServer.shared(major);
    Db db = LeastPrivilege.createDatabase(server, "least_id");
    Db admin = db.as(server.superuser(), server.password());
    String id =
        admin.strings("SELECT system_identifier FROM pg_control_system()").getFirst()
            + "/"
            + admin
                .strings("SELECT oid FROM pg_database WHERE datname = '" + db.name() + "'")
                .getFirst();
    assertThat(Engine.on(db).look().history().database().id()).isEqualTo(id);
    admin.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
    assertThat(Engine.on(db).look().history().database().id())
        .isEqualTo("-" + id.substring(id.indexOf('/')));
  }
}
