package io.schemamigration.testing;

import java.util.Optional;

/** The servers that {@link KubeApi} starts once per JVM, each when it is first asked for. */
final class SharedKubeApi {
  private static KubeApi mock;
  private static Optional<RealKubeApi> real;

  private SharedKubeApi() {}

  static synchronized KubeApi mock() {
    if (mock == null) {
      MockKubeApi started = new MockKubeApi();
      started.applyCrds();
      started.share();
      mock = started;
    }
    return mock;
  }

  static synchronized Optional<KubeApi> real() {
    if (real == null) {
      real = RealKubeApi.start();
      real.ifPresent(RealKubeApi::share);
    }
    return real.map(KubeApi.class::cast);
  }
}
