package io.schemamigration.scenario;

import io.schemamigration.testing.KubeApi;

/** The scenarios on fabric8's mock server, which is always there. */
final class MockApiScenariosIT extends Scenarios {
  @Override
  KubeApi api() {
    return KubeApi.sharedMock();
  }
}
