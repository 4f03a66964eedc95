package io.schemamigration.controller;

import io.schemamigration.api.SchemaMigration;
import io.schemamigration.decision.Decision;
import io.schemamigration.decision.Work;
import io.schemamigration.input.Gathered;
import io.schemamigration.input.Inputs;
import io.schemamigration.input.Requests;
import io.schemamigration.plan.Plan;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;

/**
 * The looking half of a reconcile: reads what the decision needs, counts failures, and has it
 * decided.
 */
final class Observer {
  private final Collaborators with;

  Observer(Collaborators with) {
    this.with = with;
  }

  /** What is next, as far as the database threads have got. */
  Decision decide(SchemaMigration resource, Work work) {
    String uid = resource.getMetadata().getUid();
    return switch (work) {
      case Work.Busy busy -> Decision.busy(resource.getStatus().observedGeneration, busy);
      case Work.Ran ran -> {
        count(uid, ran);
        yield Decision.ended(ran, Requests.of(resource));
      }
      case Work.Looked looked -> looked(resource, looked);
      case Work.LookFailed failed -> lookFailed(resource, failed);
      case Work.Idle idle -> gathered(resource);
    };
  }

  /** A look that succeeds is no end of a failure that only a run meets. */
  private void count(String uid, Work.Ran ran) {
    if (ran.outcome() instanceof Outcome.Unavailable unavailable) {
      with.polling().failed(uid, unavailable.reason());
    } else {
      with.polling().succeeded(uid);
    }
  }

  private Decision gathered(SchemaMigration resource) {
    Gathered gathered = with.inputs().gather(resource);
    int tries =
        gathered instanceof Gathered.Incomplete i && !i.settling()
            ? with.polling().failed(resource.getMetadata().getUid(), i.reason())
            : 0;
    return Decision.gathered(gathered, tries);
  }

  /**
   * What a look had to answer is read again: files, Secret and annotations may have changed since
   * it was asked, and whoever changed them waits for an answer to the new question.
   */
  private Decision looked(SchemaMigration resource, Work.Looked looked) {
    Gathered gathered = with.inputs().gather(resource);
    return gathered
        .asking(looked.request())
        .map(inputs -> planned(resource, inputs, looked.look()))
        .orElseGet(() -> Decision.gathered(gathered, 1));
  }

  private Decision planned(SchemaMigration resource, Inputs inputs, Look look) {
    Plan plan = with.plans().afterLook(resource, inputs, look);
    Decision decision =
        Decision.planned(inputs, look, plan, resource.getStatus(), with.clock().instant());
    if (decision instanceof Decision.Tell) {
      with.polling().succeeded(resource.getMetadata().getUid());
    }
    return decision;
  }

  private Decision lookFailed(SchemaMigration resource, Work.LookFailed failed) {
    Gathered gathered = with.inputs().gather(resource);
    return gathered
        .asking(failed.request())
        .map(still -> with.polling().failed(resource.getMetadata().getUid(), failed.reason()))
        .map(tries -> Decision.lookFailed(failed, tries))
        .orElseGet(() -> Decision.gathered(gathered, 1));
  }
}
