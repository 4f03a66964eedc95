package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.schemamigration.api.BackupStorage;
import io.schemamigration.testing.RequestLog;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** What a backup does, and does not, to what is around it. */
final class BackupSideEffectsIT extends BackupScenario {
  private static final String PLAN = "p-0123456789abcdef0123456789abcdef";

  @Waiting
  void whoseDumpRetentionRemovedIsRemovedUnlessItWasMadeByHand() {
    world.files("files", A, TABLE_A);
    world.migration("m", guarded("Never"));
    for (String made : List.of("m-old", "m-kept")) {
      dumps.createFor(PLAN, made, "m");
      dumps.isComplete(made);
    }
    dumps.createFor(PLAN, "n-old", "n");
    World.Running operator = world.startOperator();
    world.awaitUpToDate("m", "a");
    dumps.create("by-hand", "m", spec -> {});
    dumps.create("newest", "m", spec -> spec.storage = volume("free"));
    Job job = kubelet.awaitJob("newest");
    kubelet.stores(job, "m-old", "n-old", "by-hand", "gone-already");
    dumps.await_("newest", "True", COMPLETE, "verified");
    assertThat(dumps.names()).containsExactlyInAnyOrder("m-kept", "n-old", "by-hand", "newest");
    // Told as made only after that: whoever ends in between would leave one without a dump.
    assertThat(operator.requests().all())
        .filteredOn(r -> r.path().matches(".*/databasebackups/(m-old|newest/status)"))
        .filteredOn(r -> !r.method().equals("GET"))
        .extracting(RequestLog.Request::method)
        .endsWith("DELETE", "PUT");
  }

  @Waiting
  void nothingOfTheSecretIsSeenAnywhere() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    try {
      startGuarded("Always", A, TABLE_A);
      Job job = awaitDump();
      kubelet.stores(job);
      world.awaitUpToDate("m", "a");
      await()
          .atMost(World.PATIENCE)
          .until(
              () ->
                  world.events().stream()
                      .anyMatch(e -> name(job).equals(e.getRegarding().getName())));
      String objects =
          Serialization.asJson(kubelet.jobs())
              + Serialization.asJson(dumps.all())
              + Serialization.asJson(world.events())
              + Serialization.asJson(world.get("m"));
      assertThat(objects).as("it is mounted").contains("\"secretName\":\"db\"");
      String lines =
          List.copyOf(log.list).stream()
              .map(ILoggingEvent::getFormattedMessage)
              .collect(Collectors.joining("\n"));
      assertThat(lines).contains("verified, 13 KiB");
      String uri = db.uri();
      String escaped = uri.substring(uri.indexOf(db.user()) + db.user().length() + 1);
      for (String seen : List.of(objects, lines)) {
        assertThat(seen)
            .doesNotContain(db.password())
            .doesNotContain(escaped.substring(0, escaped.indexOf('@')))
            .doesNotContain(db.user());
      }
      assertThat(objects).doesNotContain(db.host());
    } finally {
      root.detachAppender(log);
    }
  }

  @Waiting
  void aVolumeIsMadeOnceAndNobodyOwnsIt() {
    world.files("files", A, TABLE_A);
    world.migration(
        "m",
        guarded("Never")
            .andThen(
                spec -> {
                  spec.backup.storage.persistentVolumeClaim = new BackupStorage.Volume();
                  spec.backup.storage.persistentVolumeClaim.template = new BackupStorage.Template();
                  spec.backup.storage.persistentVolumeClaim.template.size = "1Gi";
                }));
    world.startOperator();
    dumps.create("one", "m", spec -> {});
    Job one = kubelet.awaitJob("one");
    PersistentVolumeClaim claim = claims().getFirst();
    assertThat(claim.getMetadata().getName()).isEqualTo("m-backups");
    assertThat(claim.getMetadata().getOwnerReferences()).isEmpty();
    assertThat(claim.getSpec().getResources().getRequests().get("storage")).hasToString("1Gi");
    assertThat(Serialization.asJson(one)).contains("\"claimName\":\"m-backups\"");
    kubelet.stores(one);
    dumps.await_("one", "True", COMPLETE, "verified");
    dumps.create("two", "m", spec -> {});
    kubelet.awaitJob("two");
    assertThat(claims())
        .singleElement()
        .satisfies(
            c -> assertThat(c.getMetadata().getUid()).isEqualTo(claim.getMetadata().getUid()));
  }

  private List<PersistentVolumeClaim> claims() {
    return world.user().persistentVolumeClaims().inNamespace(world.namespace()).list().getItems();
  }
}
