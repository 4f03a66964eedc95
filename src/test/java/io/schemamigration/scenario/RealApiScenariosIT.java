package io.schemamigration.scenario;

import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.Tiers;

/** The scenarios on a real API server. */
final class RealApiScenariosIT extends Scenarios {
  @Override
  KubeApi api() {
    KubeApi api = Tiers.requireRealApi();
    api.applyCrds();
    return api;
  }
}
