package io.schemamigration.status;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.schemamigration.plan.Digest;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kubernetes Events, in {@code events.k8s.io/v1}. The name is made of what is said, so saying it
 * again counts up instead of adding one.
 */
public final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final String CONTROLLER = "schemamigration.io/operator";
  private static final DateTimeFormatter MICRO =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final int NAME_HASH = 16;

  private final KubernetesClient client;
  private final String instance;
  private final Clock clock;
  private final Map<String, Integer> counts = Collections.synchronizedMap(new Counts());

  /**
   * A writer of Events.
   *
   * @param instance which operator reports, by the name of its pod
   * @param clock tells when
   */
  public Events(KubernetesClient client, String instance, Clock clock) {
    this.client = client;
    this.instance = instance;
    this.clock = clock;
  }

  /** Something went as it should. */
  public void normal(HasMetadata about, String reason, String note) {
    record(about, "Normal", reason, note);
  }

  /** Something needs attention. */
  void warning(HasMetadata about, String reason, String note) {
    record(about, "Warning", reason, note);
  }

  /** An Event is a courtesy: that it cannot be written never stops the work. */
  private void record(HasMetadata about, String type, String reason, String note) {
    String hash =
        Digest.sha256(about.getMetadata().getUid() + "\n" + type + reason + "\n" + note)
            .substring(0, NAME_HASH);
    String name = about.getMetadata().getName() + "." + hash;
    String namespace = about.getMetadata().getNamespace();
    try {
      if (counts.merge(namespace + "/" + name, 1, Integer::sum) == 1) {
        create(about, name, type, reason, note);
      } else if (!count(namespace, name)) {
        create(about, name, type, reason, note); // it had expired
      }
    } catch (KubernetesClientException e) {
      LOG.debug("event {} not written: {}", reason, e.getCode());
    }
  }

  private void create(HasMetadata about, String name, String type, String reason, String note) {
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(about.getMetadata().getNamespace())
            .endMetadata()
            .withEventTime(new MicroTime(MICRO.format(clock.instant())))
            .withType(type)
            .withReason(reason)
            .withAction(reason)
            .withNote(note)
            .withReportingController(CONTROLLER)
            .withReportingInstance(instance)
            .withRegarding(
                new ObjectReferenceBuilder()
                    .withApiVersion(about.getApiVersion())
                    .withKind(about.getKind())
                    .withNamespace(about.getMetadata().getNamespace())
                    .withName(about.getMetadata().getName())
                    .withUid(about.getMetadata().getUid())
                    .build())
            .build();
    try {
      client.events().v1().events().resource(event).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        throw e;
      }
      // Said before this process began: from here on it is a series.
      counts.merge(about.getMetadata().getNamespace() + "/" + name, 1, Integer::sum);
      count(about.getMetadata().getNamespace(), name);
    }
  }

  /** False if the event is no longer there. */
  private boolean count(String namespace, String name) {
    String series =
        "{\"series\":{\"count\":%d,\"lastObservedTime\":\"%s\"}}"
            .formatted(counts.get(namespace + "/" + name), MICRO.format(clock.instant()));
    try {
      client
          .events()
          .v1()
          .events()
          .inNamespace(namespace)
          .withName(name)
          .patch(PatchContext.of(PatchType.JSON_MERGE), series);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() != 404) {
        throw e;
      }
      counts.put(namespace + "/" + name, 1);
      return false;
    }
  }

  /** Counts of what was said lately; the oldest are forgotten, and then count anew. */
  private static final class Counts extends LinkedHashMap<String, Integer> {
    private static final long serialVersionUID = 1L;
    private static final int MOST = 1000;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
      return size() > MOST;
    }
  }
}
