package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.schemamigration.api.BackupLocation;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreSpec;
import io.schemamigration.api.DatabaseRestoreStatus;
import io.schemamigration.api.LocalRef;
import io.schemamigration.api.SchemaMigration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which dumps somebody still restores. */
class OpenRestoresTest {
  private final SchemaMigration migration = new SchemaMigration();

  OpenRestoresTest() {
    migration.setMetadata(new ObjectMetaBuilder().withName("orders").withNamespace("shop").build());
  }

  private Set<String> dumps(DatabaseRestore... restores) {
    return OpenRestores.dumps(Stream.of(restores), migration);
  }

  private static DatabaseRestore restore(String namespace) {
    DatabaseRestore restore = new DatabaseRestore();
    restore.setMetadata(new ObjectMetaBuilder().withName("r").withNamespace(namespace).build());
    restore.setSpec(new DatabaseRestoreSpec());
    restore.getSpec().source = new DatabaseRestoreSpec.Source();
    restore.getSpec().target = new DatabaseRestoreSpec.Target();
    restore.getSpec().target.secretRef = new LocalRef();
    restore.getSpec().target.secretRef.name = "db";
    restore.getSpec().target.database = "before";
    return restore;
  }

  private static DatabaseRestore of(String namespace, String backup) {
    DatabaseRestore restore = restore(namespace);
    restore.getSpec().source.backupRef = new LocalRef();
    restore.getSpec().source.backupRef.name = backup;
    return restore;
  }

  @Test
  void aBackupThatIsNamedBesideItIsNeededUntilTheRestoreIsOver() {
    DatabaseRestore restore = of("shop", "orders-1");
    assertThat(dumps(restore, of("other", "orders-2"))).containsExactly("orders-1");
    restore.setStatus(new DatabaseRestoreStatus());
    restore.getStatus().conditions =
        List.of(
            new ConditionBuilder()
                .withType("Ready")
                .withStatus("False")
                .withReason("RestoreFailed")
                .build());
    assertThat(dumps(restore)).containsExactly("orders-1");
    restore.getStatus().completionTime = "2026-03-01T12:00:00Z";
    assertThat(dumps(restore)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "prod/shop/orders/orders-1, orders-1",
    "shop/orders/orders-1, orders-1",
    "shop/orders/orders/orders-1,",
    "shop/others/orders-1,",
    "workshop/orders/orders-1,",
    "orders-1,"
  })
  void aPlaceIsThatOfADumpOfTheMigration(String path, String backup) {
    DatabaseRestore bucket = restore("staging");
    bucket.getSpec().source.location = new BackupLocation();
    bucket.getSpec().source.location.s3 = new BackupLocation.S3();
    bucket.getSpec().source.location.s3.key = path;
    DatabaseRestore volume = restore("shop");
    volume.getSpec().source.location = new BackupLocation();
    volume.getSpec().source.location.persistentVolumeClaim = new BackupLocation.Volume();
    volume.getSpec().source.location.persistentVolumeClaim.path = path;
    Set<String> expected = backup == null ? Set.of() : Set.of(backup);
    assertThat(dumps(bucket)).isEqualTo(expected);
    assertThat(dumps(volume)).isEqualTo(expected);
  }

  @Test
  void oneThatCannotBeReadNeedsNothing() {
    DatabaseRestore without = restore("shop");
    without.setSpec(null);
    assertThat(dumps(without, restore("shop"))).isEmpty();
  }
}
