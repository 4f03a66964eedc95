package io.schemamigration.page;

import static io.schemamigration.page.Examples.applied;
import static io.schemamigration.page.Examples.backup;
import static io.schemamigration.page.Examples.done;
import static io.schemamigration.page.Examples.pending;
import static io.schemamigration.page.Examples.stalled;
import static io.schemamigration.page.Examples.suspended;
import static io.schemamigration.page.Examples.working;

import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.LastRun;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a small company's cluster may look like one morning; the pictures in docs are of it. */
final class ExampleFleet {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final long MIB = 1L << 20;

  private ExampleFleet() {}

  static Snapshot snapshot() {
    List<SchemaMigration> migrations = new ArrayList<>();
    migrations.add(orders());
    migrations.add(
        applied(
            stalled(
                "identity",
                "users",
                "ContentChanged",
                "pg_0031_add_last_login.sql was changed after it was applied; put its text back,"
                    + " or accept it in spec.acknowledge",
                2),
            31,
            "add_last_login",
            DAY.multipliedBy(9),
            Duration.ofMillis(48)));
    migrations.add(
        applied(
            working(
                "payments",
                "billing",
                "Migrating",
                "running pg_0058_backfill_currency.sql, statement 3 of 7",
                2),
            57,
            "add_currency",
            Duration.ofMinutes(4),
            Duration.ofMillis(310)));
    migrations.add(
        applied(
            working(
                "analytics",
                "events",
                "LockTimeout",
                "pg_0112_add_session_id.sql: no lock on events within 5s; tried again by itself",
                1),
            111,
            "partition_by_month",
            DAY.multipliedBy(3),
            Duration.ofMinutes(2)));
    migrations.add(file(done("shop", "catalog", 86), 86, "add_gtin", HOUR.multipliedBy(5)));
    migrations.add(file(done("shop", "inventory", 64), 64, "stock_by_place", DAY.multipliedBy(2)));
    migrations.add(file(done("identity", "sessions", 12), 12, "ttl_index", DAY.multipliedBy(20)));
    migrations.add(file(done("payments", "ledger", 29), 29, "fx_rates", DAY.multipliedBy(6)));
    migrations.add(file(done("crm", "contacts", 41), 41, "merge_log", HOUR.multipliedBy(26)));
    migrations.add(
        file(suspended("analytics", "reports"), 17, "cohort_view", DAY.multipliedBy(33)));
    List<DatabaseBackup> backups =
        List.of(
            backup("shop", "orders", "orders-7c1d9e0b42", Duration.ofMinutes(14), 2_310 * MIB),
            backup("shop", "orders", "orders-5f02ab81cc", DAY.multipliedBy(4), 2_264 * MIB),
            backup("shop", "orders", "orders-19e3d0f7a6", DAY.multipliedBy(11), 2_190 * MIB),
            backup("identity", "users", "users-0aa51c33d8", DAY.multipliedBy(9), 412 * MIB),
            backup("payments", "billing", "billing-88c2f4e19d", Duration.ofMinutes(6), 905 * MIB),
            backup("payments", "ledger", "ledger-4be70d5a21", DAY.multipliedBy(6), 120 * MIB),
            backup("shop", "catalog", "catalog-c9d81f6e03", HOUR.multipliedBy(5), 688 * MIB));
    return new Snapshot(
        true,
        migrations,
        List.of(
            Examples.rollback(
                "shop",
                "orders",
                "undo-discount-code",
                "PreconditionFailed",
                "undoes add_discount_code, which is not the newest: add_shipment_id came after"
                    + " it")),
        backups,
        List.of(Examples.restore("shop", "orders-5f02ab81cc", "orders-copy", "orders_check")));
  }

  private static SchemaMigration file(
      SchemaMigration migration, long sequence, String hash, Duration before) {
    return applied(migration, sequence, hash, before, Duration.ofMillis(90));
  }

  /** The one that failed, with a history worth a picture. */
  private static SchemaMigration orders() {
    String error =
        "pg_0143_unique_invoice.sql:12: could not create unique index \"orders_invoice_key\""
            + " (23505); remove the duplicates, then ask for another try";
    SchemaMigration orders = stalled("shop", "orders", "MigrationFailed", error, 3);
    String[] hashes = {
      "orders_status_enum", "add_customer_ref", "index_created_at", "backfill_totals",
      "drop_old_totals", "add_discount_code", "fk_shipments", "add_shipment_id"
    };
    long[] milliseconds = {38, 120, 8_400, 41_700, 65, 52, 2_950, 310};
    for (int i = 0; i < hashes.length; i++) {
      applied(
          orders,
          135 + i,
          hashes[i],
          i < 4 ? DAY.multipliedBy(11 - i * 2) : Duration.ofMinutes(70 - i * 8),
          Duration.ofMillis(milliseconds[i]));
    }
    pending(orders, 143, "unique_invoice");
    pending(orders, 144, "add_refund_reason");
    pending(orders, 145, "orders_by_region");
    SchemaMigrationStatus status = orders.getStatus();
    status.appliedCount = 142;
    status.database = new SchemaMigrationStatus.Database();
    status.database.name = "orders";
    status.database.serverVersion = "17.5";
    status.database.tls = "Verified";
    status.plan = new SchemaMigrationStatus.Plan();
    status.plan.id = "p-3f9b1c7702e84d6aa1c05e9d4b7f6a10";
    status.lastRun = new LastRun();
    status.lastRun.outcome = "Failed";
    status.lastRun.startTime = Examples.ago(Duration.ofSeconds(734)).toString();
    status.lastRun.completionTime = Examples.ago(Duration.ofMinutes(12)).toString();
    status.lastRun.file = "pg_0143_unique_invoice.sql";
    status.lastRun.line = 12;
    status.lastRun.statement = 2;
    status.lastRun.sqlState = "23505";
    status.lastRun.message = "could not create unique index \"orders_invoice_key\"";
    status.lastRun.hint = "Remove the duplicates, then ask for another try.";
    return orders;
  }
}
