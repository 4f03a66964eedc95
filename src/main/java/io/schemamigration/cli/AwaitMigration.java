package io.schemamigration.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.schemamigration.api.SchemaMigration;
import java.io.File;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Waits for a SchemaMigration in a cluster, for init containers and pipelines. It asks again and
 * again instead of watching, so that the right to {@code get} one resource is enough.
 */
@Command(
    name = "wait",
    description = {
      "Waits until a SchemaMigration of the cluster has applied what it shall, or cannot by"
          + " itself.",
      "Needs the right to get that one resource. A file that was just added may not have been seen"
          + " when an earlier state is Ready: name its --hash."
    })
final class AwaitMigration implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int REQUEST_MILLISECONDS = 10_000;

  @Parameters(paramLabel = "[NAMESPACE/]NAME", description = "Namespace by default: one's own")
  private String name;

  @Option(
      names = "--hash",
      paramLabel = "HASH",
      description = "Wait until this one is applied, whatever becomes of others")
  private String hash;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "How long at most. Default: ${DEFAULT-VALUE}")
  private Duration timeout;

  @Option(
      names = "--keep-waiting",
      description =
          "Also while it is Stalled, suspended or PlanOnly, or there is no right to look: somebody"
              + " may mend it")
  private boolean keepWaiting;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Default: as kubectl does, and the ServiceAccount in a pod")
  private File kubeconfig;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Config config = config();
    int slash = name.indexOf('/');
    String namespace = slash < 0 ? config.getNamespace() : name.substring(0, slash);
    String resource = name.substring(slash + 1);
    if (namespace == null || namespace.isEmpty() || resource.isEmpty()) {
      throw new UsageException("say NAMESPACE/NAME: " + name + " lacks one of them");
    }
    try (KubernetesClient client = login(config)) {
      return await(client, namespace, resource);
    }
  }

  private static KubernetesClient login(Config config) {
    try {
      return new KubernetesClientBuilder().withConfig(config).build();
    } catch (KubernetesClientException e) {
      throw new UsageException(
          "the kubeconfig's client certificate cannot be used; where its key is an elliptic-curve"
              + " key, take a token instead (kubectl create token)");
    }
  }

  private int await(KubernetesClient client, String namespace, String resource)
      throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    long end = System.nanoTime() + timeout.toNanos();
    String known = "";
    while (true) {
      Awaited now = ask(client, namespace, resource);
      String line = "%s/%s: %s".formatted(namespace, resource, now.text());
      if (now instanceof Awaited.Done) {
        spec.commandLine().getOut().println(line);
        return ExitCode.OK;
      } else if (now instanceof Awaited.Stuck stuck && !keepWaiting) {
        err.println("smig: " + line);
        return stuck.exitCode();
      }
      if (System.nanoTime() - end > 0) {
        err.println("smig: gave up after %d s: %s".formatted(timeout.toSeconds(), line));
        return ExitCode.UNREACHABLE;
      } else if (!line.equals(known)) {
        err.println(line);
        known = line;
      }
      Thread.sleep(PAUSE);
    }
  }

  private Awaited ask(KubernetesClient client, String namespace, String resource) {
    try {
      SchemaMigration found =
          client.resources(SchemaMigration.class).inNamespace(namespace).withName(resource).get();
      return found == null ? Awaited.absent() : Awaited.of(found, Optional.ofNullable(hash));
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case HttpURLConnection.HTTP_UNAUTHORIZED ->
            new Awaited.Stuck(ExitCode.BLOCKED, "the API server does not know this login (401)");
        case HttpURLConnection.HTTP_FORBIDDEN ->
            new Awaited.Stuck(
                ExitCode.BLOCKED,
                "not allowed (403); grant get on schemamigrations.schemamigration.io by a Role");
        default ->
            new Awaited.NotYet(
                e.getCode() > 0
                    ? "the API server answers " + e.getCode()
                    : "the API server does not answer");
      };
    }
  }

  private Config config() {
    // The loop here asks again by itself, and tells in between what is wrong.
    return new ConfigBuilder(kubeconfig == null ? Config.autoConfigure(null) : given())
        .withRequestRetryBackoffLimit(0)
        .withRequestTimeout(REQUEST_MILLISECONDS)
        .withConnectionTimeout(REQUEST_MILLISECONDS)
        .build();
  }

  private Config given() {
    if (!kubeconfig.canRead()) {
      throw new UsageException("cannot read --kubeconfig " + kubeconfig);
    }
    try {
      return Config.fromKubeconfig(kubeconfig);
    } catch (KubernetesClientException e) {
      throw new UsageException("--kubeconfig " + kubeconfig + " is no kubeconfig");
    }
  }
}
