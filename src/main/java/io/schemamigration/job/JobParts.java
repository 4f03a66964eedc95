package io.schemamigration.job;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.schemamigration.plan.Digest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the Jobs of all kinds have in common: owner, labels and names. Pure. */
public final class JobParts {
  /** Which migration it is for. */
  public static final String MIGRATION_LABEL = "schemamigration.io/migration";

  /** Which volume it mounts, as {@link #label} writes it. */
  public static final String CLAIM_LABEL = "schemamigration.io/claim";

  /** Which dump it reads, as {@link #digest} writes it. */
  static final String DUMP_LABEL = "schemamigration.io/dump";

  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  private static final String OURS = "schema-migration-operator";
  private static final int LONGEST_LABEL = 63;
  private static final int PREFIX = 46;
  private static final int DIGITS = 16;

  private JobParts() {}

  /** Deleting the resource deletes its Job, and waits for nothing. */
  public static OwnerReference owner(HasMetadata resource) {
    return new OwnerReferenceBuilder()
        .withApiVersion(resource.getApiVersion())
        .withKind(resource.getKind())
        .withName(resource.getMetadata().getName())
        .withUid(resource.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(false)
        .build();
  }

  /**
   * Labels of a Job and its pod.
   *
   * @param migration empty: nobody knows of one
   * @param claim the volume that it mounts, for only one may at a time
   */
  public static Map<String, String> labels(Optional<String> migration, Optional<String> claim) {
    Map<String, String> labels = new TreeMap<>();
    labels.put(MANAGED_BY, OURS);
    migration.ifPresent(name -> labels.put(MIGRATION_LABEL, name));
    claim.map(JobParts::label).ifPresent(label -> labels.put(CLAIM_LABEL, label));
    return labels;
  }

  /** Whether it has them: another's Job may have the name that one of ours wants. */
  static boolean isOurs(Pod pod) {
    return OURS.equals(pod.getMetadata().getLabels().get(MANAGED_BY));
  }

  /** The same of a Job that reads a dump that is kept. */
  public static Map<String, String> labels(
      Optional<String> migration, Optional<String> claim, String location) {
    Map<String, String> labels = labels(migration, claim);
    labels.put(DUMP_LABEL, digest(location));
    return labels;
  }

  /** A claim's name as a label's value, which is shorter than a name may be. */
  public static String label(String claim) {
    return claim.length() <= LONGEST_LABEL
        ? claim
        : claim.substring(0, PREFIX)
            + "x"
            + Digest.sha256(claim).substring(0, LONGEST_LABEL - PREFIX - 1);
  }

  /** A name of at most 63 characters: the beginning of one, and a digest of what is its own. */
  public static String name(String prefix, String own) {
    return prefix.substring(0, Math.min(prefix.length(), PREFIX)) + "-" + digest(own);
  }

  /** A short digest. */
  public static String digest(String text) {
    return Digest.sha256(text).substring(0, DIGITS);
  }
}
