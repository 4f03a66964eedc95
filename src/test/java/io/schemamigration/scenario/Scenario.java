package io.schemamigration.scenario;

import static org.awaitility.Awaitility.await;

import io.schemamigration.testing.Db;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.LeastPrivilege;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Tiers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole operator, between a real database and an API server: a strict run takes a real one and
 * the mock, any other the real one where there is one.
 */
@ParameterizedClass
@MethodSource("apiServers")
abstract class Scenario {
  static final String A = "pg_1_a.sql";
  static final String B = "pg_2_b.sql";
  static final String C = "pg_3_c.sql";
  static final String TABLE_A = "CREATE TABLE a(id int);\n";
  static final String TABLE_B = "CREATE TABLE b(id int);\n";
  static final String TABLE_C = "CREATE TABLE c(id int);\n";

  @Parameter ApiServer apiServer;

  static List<ApiServer> apiServers() {
    return Tiers.asksTheMock() ? List.of(ApiServer.values()) : List.of(ApiServer.REAL);
  }

  World world;
  Db db;

  enum ApiServer {
    /** fabric8's mock server, which is always there. */
    MOCK,
    /** A real one, where its programs are there. */
    REAL;

    KubeApi api() {
      return switch (this) {
        case MOCK -> KubeApi.sharedMock();
        case REAL -> {
          KubeApi api = Tiers.requireRealApi();
          api.applyCrds();
          yield api;
        }
      };
    }
  }

  @BeforeEach
  void begin() {
    world = new World(apiServer.api());
    PostgresServer server = PostgresServer.shared(PostgresMajors.newest());
    db = LeastPrivilege.createDatabase(server, "scenario");
    world.secret("db", db);
  }

  @AfterEach
  void end() {
    world.close();
  }

  List<String> tracked() {
    return db.strings("SELECT hash FROM drizzle_migrations ORDER BY id");
  }

  void awaitSleeping(int count) {
    await()
        .atMost(World.PATIENCE)
        .until(
            () ->
                db.strings(
                            "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                                + " AND datname = current_database()")
                        .size()
                    == count);
  }
}
