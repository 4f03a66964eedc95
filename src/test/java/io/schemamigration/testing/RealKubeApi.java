package io.schemamigration.testing;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.KubeAPITestException;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The real API server and etcd, without controllers: nothing is collected, no Job ever runs. */
final class RealKubeApi implements KubeApi {
  private static final int STARTUP_MILLIS = 90_000;
  private static final int TRIES = 2;

  private final KubeAPIServer server;
  private final AutoCloseable atExit;
  private boolean shared;

  private RealKubeApi(KubeAPIServer server) {
    this.server = server;
    this.atExit = server::stop;
    AtExit.close(atExit);
  }

  static Optional<RealKubeApi> start() {
    Optional<KubeApiPrograms> programs = KubeApiPrograms.find();
    if (programs.isEmpty()) {
      System.out.println("no real API server: " + KubeApiPrograms.whereTheyShouldBe());
    }
    return programs.map(RealKubeApi::start);
  }

  /** Its ports are drawn by lot and can be taken by others, so one failure does not count. */
  private static RealKubeApi start(KubeApiPrograms programs) {
    KubeAPITestException last = null;
    for (int i = 0; i < TRIES; i++) {
      KubeAPIServerConfigBuilder config =
          KubeAPIServerConfigBuilder.anAPIServerConfig()
              .withTestDir(programs.root().toString())
              .withApiServerVersion(programs.version())
              .withOfflineMode(true)
              .withWaitForEtcdHealthCheckOnStartup(true)
              .withStartupTimeout(STARTUP_MILLIS);
      OperatorAccount.flags().forEach(config::withApiServerFlag);
      KubeAPIServer server = new KubeAPIServer(config.build());
      try {
        startAlone(server, programs.root());
        RealKubeApi started = new RealKubeApi(server);
        try (KubernetesClient client = started.client()) {
          OperatorAccount.grant(client);
        }
        return started;
      } catch (KubeAPITestException e) {
        last = e;
        stopAfter(e, server);
      }
    }
    throw last;
  }

  private static void stopAfter(KubeAPITestException failure, KubeAPIServer server) {
    try {
      server.stop();
    } catch (KubeAPITestException e) {
      failure.addSuppressed(e);
    }
  }

  /** The first start writes certificates to the folder; other JVMs must not see half of them. */
  private static synchronized void startAlone(KubeAPIServer server, Path root) {
    try (FileChannel channel =
            FileChannel.open(
                root.resolve("start.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assert held.isValid();
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean isReal() {
    return true;
  }

  @Override
  public String kubeconfigYaml() {
    return server.getKubeConfigYaml();
  }

  @Override
  public KubernetesClientBuilder clientBuilder() {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(kubeconfigYaml()))
        .withHttpClientFactory(new JdkHttpClientFactory());
  }

  @Override
  public KubernetesClientBuilder operatorClientBuilder() {
    return new KubernetesClientBuilder()
        .withConfig(OperatorAccount.login(Config.fromKubeconfig(kubeconfigYaml())))
        .withHttpClientFactory(new JdkHttpClientFactory());
  }

  @Override
  public void applyCrds(List<Path> files) {
    PatchContext apply =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("tests")
            .withForce(true)
            .build();
    try (KubernetesClient client = client()) {
      for (Path file : files) {
        CustomResourceDefinition crd = KubeApi.readCrd(file);
        client.resource(crd).patch(apply);
        client.resource(crd).waitUntilCondition(RealKubeApi::established, 60, TimeUnit.SECONDS);
      }
    }
  }

  /** In the instant after its creation a CRD has a status without conditions. */
  private static boolean established(CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        && crd.getStatus().getConditions() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(c -> "Established".equals(c.getType()) && "True".equals(c.getStatus()));
  }

  /** From now on closing has no effect before the JVM ends. */
  void share() {
    shared = true;
  }

  @Override
  public void close() {
    if (!shared) {
      AtExit.forget(atExit);
      server.stop();
    }
  }
}
