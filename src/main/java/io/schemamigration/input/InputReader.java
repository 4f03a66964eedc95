package io.schemamigration.input;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.postgres.ConnectionSecret;
import io.schemamigration.postgres.Target;
import java.util.Optional;

/** Puts together what a resource's work depends on, or what is missing or wrong of it. */
public final class InputReader {
  private final SourceReader sources;
  private final LoginReader logins;
  private final Settling settling;

  /** Puts together what these read. */
  public InputReader(SourceReader sources, LoginReader logins, Settling settling) {
    this.sources = sources;
    this.logins = logins;
    this.settling = settling;
  }

  /**
   * Reads everything.
   *
   * @throws KubernetesClientException if the API server does not answer; what it refuses or does
   *     not have is in the result
   */
  public Gathered gather(SchemaMigration resource) {
    SpecReader spec = new SpecReader(resource);
    long generation = resource.getMetadata().getGeneration();
    ScriptSet source = null;
    try {
      check(spec);
      if (spec.suspended()) {
        return new Gathered.Suspended(generation, handledDigest(resource, spec));
      }
      source = sources.read(resource.getMetadata().getNamespace(), spec.configMaps());
      Optional<Gathered> unfit = unfit(resource, spec, source);
      if (unfit.isPresent()) {
        return unfit.get();
      }
      return complete(resource, spec, source);
    } catch (Missing e) {
      Optional<ScriptSet.Summary> seen = Optional.ofNullable(source).map(ScriptSet::summary);
      return new Gathered.Incomplete(generation, seen, e.reason(), e.getMessage(), false);
    }
  }

  /**
   * Reads what undoing needs: also while the migration is suspended, and whatever is wrong with its
   * files, for what undoes them is stored.
   */
  public Gathered forUndo(SchemaMigration resource) {
    SpecReader spec = new SpecReader(resource);
    try {
      check(spec);
      return complete(resource, spec, sourceOrNone(resource, spec));
    } catch (Missing e) {
      long generation = resource.getMetadata().getGeneration();
      return new Gathered.Incomplete(
          generation, Optional.empty(), e.reason(), e.getMessage(), false);
    }
  }

  /** Files that are not those that the spec pins, or not all there yet, are not relied on. */
  private ScriptSet sourceOrNone(SchemaMigration resource, SpecReader spec) {
    try {
      ScriptSet source = sources.read(resource.getMetadata().getNamespace(), spec.configMaps());
      return unfit(resource, spec, source)
          .map(Gathered.Incomplete.class::cast)
          .filter(i -> i.reason() != Reason.INVALID_SOURCE)
          .map(i -> ScriptSet.absent(i.reason(), i.message()))
          .orElse(source);
    } catch (Missing e) {
      return ScriptSet.absent(e.reason(), e.getMessage());
    }
  }

  private static void check(SpecReader spec) throws Missing {
    try {
      spec.check();
    } catch (IllegalArgumentException e) {
      throw new Missing(Reason.INVALID_SPEC, e.getMessage());
    }
  }

  private Optional<String> handledDigest(SchemaMigration resource, SpecReader spec) {
    try {
      Requests handled =
          Optional.ofNullable(resource.getStatus()).map(Requests::handled).orElse(Requests.NONE);
      return Optional.of(
          spec.digest(
              sources.read(resource.getMetadata().getNamespace(), spec.configMaps()).checksum(),
              handled));
    } catch (Missing e) {
      return Optional.empty();
    }
  }

  private Optional<Gathered> unfit(SchemaMigration resource, SpecReader spec, ScriptSet source) {
    long generation = resource.getMetadata().getGeneration();
    Optional<String> pin = spec.checksum();
    if (pin.isPresent()) {
      return pin.get().equals(source.checksum())
          ? invalid(generation, source)
          : incomplete(
              generation,
              source,
              Reason.SOURCE_CHECKSUM_MISMATCH,
              "the files are %s, spec.source.checksum says otherwise; waiting for the right ones"
                  .formatted(source.checksum()),
              false);
    }
    boolean applied =
        resource.getStatus() != null
            && resource.getStatus().lastApplied != null
            && source.checksum().equals(resource.getStatus().lastApplied.checksum);
    boolean several = spec.configMaps().size() > 1;
    if (several
        && !applied
        && !settling.rested(resource.getMetadata().getUid(), source.checksum())) {
      return incomplete(
          generation,
          source,
          Reason.SOURCE_SETTLING,
          "the ConfigMaps have just changed; waiting for all of them to arrive",
          true);
    }
    return invalid(generation, source);
  }

  private static Optional<Gathered> invalid(long generation, ScriptSet source) {
    if (source.blocking().isEmpty()) {
      return Optional.empty();
    }
    int more = source.blocking().size() - 1;
    String message =
        source.blocking().getFirst().text() + (more > 0 ? " (and " + more + " more)" : "");
    return incomplete(generation, source, Reason.INVALID_SOURCE, message, false);
  }

  private static Optional<Gathered> incomplete(
      long generation, ScriptSet source, Reason reason, String message, boolean settling) {
    return Optional.of(
        new Gathered.Incomplete(
            generation, Optional.of(source.summary()), reason, message, settling));
  }

  private Gathered complete(SchemaMigration resource, SpecReader spec, ScriptSet source)
      throws Missing {
    ConnectionSecret.Found login = logins.read(resource.getMetadata().getNamespace(), spec.login());
    String application =
        "smig/" + resource.getMetadata().getNamespace() + "/" + resource.getMetadata().getName();
    Requests requests = Requests.of(resource);
    Target target =
        new Target(
            login.endpoint(), spec.tables(), spec.timeouts(), application, spec.sessionDefaults());
    return new Gathered.Complete(
        new Inputs(
            resource.getMetadata().getGeneration(),
            requests,
            source,
            target,
            login.layout(),
            spec.policy(),
            spec.digest(source.checksum(), requests),
            spec.interval(),
            spec.backoffLimit()));
  }
}
