package io.schemamigration.demo;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.SchemaRollbackSpec;
import io.schemamigration.config.Settings;
import io.schemamigration.controller.OperatorRuntime;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/**
 * Applies {@code migrations-example/} to a real PostgreSQL, adds a file, breaks one, mends it and
 * undoes it. Ends with 0 only if each step was really seen.
 */
public final class Demo {
  private static final String CONFIG_MAP = "orders-migrations";
  private static final String ADDED = "pg_0004_c41b70.sql";
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final long LOOK_MILLISECONDS = 50;

  private final DemoApi api;
  private final KubernetesClient client;
  private final Db db;

  private Demo(DemoApi api, KubernetesClient client, Db db) {
    this.api = api;
    this.client = client;
    this.db = db;
  }

  public static void main(String[] args) throws Exception {
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    boolean keep = Boolean.getBoolean("demo.keep");
    PostgresServer server = PostgresServer.start(18);
    try (DemoApi api = DemoApi.open()) {
      Db db = server.createDatabase("orders");
      say("PostgreSQL 18 (" + server.origin() + ") and " + api.origin() + "; the operator starts.");
      try (KubernetesClient client = api.client();
          OperatorRuntime operator = operator(client, api.namespace())) {
        operator.start();
        new Demo(api, client, db).play();
        if (keep) {
          keep(api, db);
        }
      }
    } catch (DemoFailed e) {
      say("FAILED: " + e.getMessage());
      System.exit(1);
    } finally {
      server.close();
    }
    System.exit(0);
  }

  private static OperatorRuntime operator(KubernetesClient client, String namespace) {
    Settings settings = Settings.from(Map.of("WATCH_NAMESPACES", namespace, "PORT", "0"));
    return new OperatorRuntime(
        client, settings, new SimpleMeterRegistry(), Clock.systemUTC(), "demo");
  }

  private void play() throws IOException, InterruptedException {
    step(
        "kubectl apply -f migrations-example/: a Secret, a ConfigMap of SQL and a SchemaMigration");
    apply();
    await("True", "UpToDate", s -> s.appliedHashes != null && s.appliedHashes.size() == 3);
    table();
    say("tables now: " + String.join(", ", tables()));
    say("status.appliedHashes: " + status().appliedHashes);
    require(tables().contains("purchase_line"), "the table purchase_line is not there");

    step("a file is added to the ConfigMap: " + ADDED);
    edit(ADDED, "CREATE TABLE coupon (code text PRIMARY KEY);\n");
    await("True", "UpToDate", s -> s.appliedHashes.size() == 4);
    table();
    require(tables().contains("coupon"), "the table coupon is not there");

    step("a broken file is added: pg_0005_e5a2d9.sql, with a mistake in line 3");
    edit(
        "pg_0005_e5a2d9.sql", "CREATE TABLE refund (id bigint);\n\nALTER TABLE refnd ADD x int;\n");
    await("False", "MigrationFailed", s -> true);
    table();
    String message = ready().getMessage();
    say("it says: " + message);
    require(message.contains("pg_0005_e5a2d9.sql:3"), "the message names no file and line");
    require(!tables().contains("refund"), "half of the broken file was kept");
    say("nothing of it was kept: a file and its record commit together or not at all.");

    step("the file is corrected, and one that undoes it comes along");
    edit("rollback_pg_0005_e5a2d9.sql", "DROP TABLE refund;\n");
    edit(
        "pg_0005_e5a2d9.sql",
        "CREATE TABLE refund (id bigint);\n\nALTER TABLE refund ADD x int;\n");
    await("True", "UpToDate", s -> s.appliedHashes.size() == 5);
    table();
    require(
        db.strings("SELECT hash FROM drizzle_migrations ORDER BY id")
            .equals(status().appliedHashes),
        "the status does not say what the database does");
    say("drizzle_migrations holds exactly " + status().appliedHashes + ".");

    step("a SchemaRollback asks to undo e5a2d9");
    request();
    await("False", "RolledBack", s -> s.appliedHashes.size() == 4);
    table();
    require(!tables().contains("refund"), "the table refund is still there");
    say("it says: " + ready().getMessage());
    say("undone by the text that was stored when it was applied, and held from now on. Done.");
  }

  private void apply() throws IOException {
    for (String file :
        List.of("10-connection.yaml", "20-migrations.yaml", "30-schemamigration.yaml")) {
      String yaml = Files.readString(Path.of("migrations-example", file));
      HasMetadata object = Serialization.unmarshal(yaml, HasMetadata.class);
      object.getMetadata().setNamespace(api.namespace());
      if (object instanceof Secret secret) {
        secret.setStringData(null); // the example's own server is not here; this one is
        secret.setData(
            Map.of("uri", java.util.Base64.getEncoder().encodeToString(db.uri().getBytes())));
      }
      client.resource(object).create();
    }
  }

  private void edit(String file, String text) {
    client
        .configMaps()
        .inNamespace(api.namespace())
        .withName(CONFIG_MAP)
        .edit(
            map -> {
              ConfigMap copy = Serialization.clone(map);
              copy.getData().put(file, text);
              return copy;
            });
  }

  private void request() {
    SchemaRollback rollback = new SchemaRollback();
    rollback.setMetadata(
        new ObjectMetaBuilder().withName("undo-refund").withNamespace(api.namespace()).build());
    rollback.setSpec(new SchemaRollbackSpec());
    rollback.getSpec().migrationRef = new SchemaRollbackSpec.MigrationRef();
    rollback.getSpec().migrationRef.name = "orders";
    rollback.getSpec().undo = List.of("e5a2d9");
    client.resource(rollback).create();
  }

  private SchemaMigration resource() {
    return client
        .resources(SchemaMigration.class)
        .inNamespace(api.namespace())
        .withName("orders")
        .get();
  }

  private SchemaMigrationStatus status() {
    return Optional.ofNullable(resource().getStatus()).orElseGet(SchemaMigrationStatus::new);
  }

  private Condition ready() {
    return condition(status()).orElseGet(Condition::new);
  }

  private static Optional<Condition> condition(SchemaMigrationStatus status) {
    List<Condition> all = status.conditions == null ? List.of() : status.conditions;
    return all.stream().filter(c -> c.getType().equals("Ready")).findFirst();
  }

  private void await(String ready, String reason, Predicate<SchemaMigrationStatus> more)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < deadline) {
      SchemaMigrationStatus status = status();
      boolean reached =
          condition(status)
              .filter(c -> c.getStatus().equals(ready) && c.getReason().equals(reason))
              .isPresent();
      if (reached && more.test(status)) {
        return;
      }
      java.util.concurrent.TimeUnit.MILLISECONDS.sleep(LOOK_MILLISECONDS);
    }
    throw new DemoFailed("waited a minute for Ready=" + ready + " " + reason + "; " + ready());
  }

  private List<String> tables() {
    return db.strings(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename");
  }

  private void table() {
    SchemaMigrationStatus status = status();
    say("%-8s %-8s %-16s %-8s %s".formatted("NAME", "READY", "REASON", "CURRENT", "PENDING"));
    say(
        "%-8s %-8s %-16s %-8s %s"
            .formatted(
                "orders",
                ready().getStatus(),
                ready().getReason(),
                status.current == null ? "" : status.current.hash,
                status.pendingCount));
  }

  private static void keep(DemoApi api, Db db) throws InterruptedException, IOException {
    Path kubeconfig = Path.of("target", "demo.kubeconfig").toAbsolutePath();
    Files.writeString(kubeconfig, api.kubeconfig());
    say("");
    say("Left running; Ctrl-C ends it.");
    say("  kubectl --kubeconfig " + kubeconfig + " -n " + api.namespace() + " get smig -o wide");
    say("  psql '" + db.uri() + "'");
    new CountDownLatch(1).await();
  }

  private static void require(boolean seen, String otherwise) {
    if (!seen) {
      throw new DemoFailed(otherwise);
    }
  }

  private static void step(String what) {
    say("");
    say("== " + what);
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static final class DemoFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoFailed(String message) {
      super(message);
    }
  }
}
