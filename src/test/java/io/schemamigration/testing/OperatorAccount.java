package io.schemamigration.testing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The operator's ServiceAccount on a real API server: it has the rights of {@code deploy/} and no
 * others, and the server keeps a record of what it asks for.
 */
public final class OperatorAccount {
  /** Where it is installed, and where its lease lies. */
  public static final String NAMESPACE = "schema-migration-system";

  /** The records of this build's servers, a file each, one JSON object a line. */
  public static final Path AUDIT = Path.of("target", "api-audit");

  private static final String USER =
      "system:serviceaccount:" + NAMESPACE + ":schema-migration-operator";
  private static final Set<String> RIGHTS =
      Set.of("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding");
  private static final String TOKEN = UUID.randomUUID().toString();
  private static final String STRANGER_TOKEN = UUID.randomUUID().toString();

  /** An account without any rights, to be given some. */
  public static final String STRANGER = "stranger";

  private static boolean begun;

  private OperatorAccount() {}

  /** Flags by which an API server knows the account and records what it asks for. */
  static Map<String, String> flags() {
    try {
      begin();
      Path folder = Files.createTempDirectory(AUDIT.toAbsolutePath(), "server-");
      Path tokens =
          Files.write(
              folder.resolve("tokens.csv"),
              List.of(TOKEN + "," + USER + ",1", STRANGER_TOKEN + "," + STRANGER + ",2"));
      Path policy = folder.resolve("policy.yaml");
      try (InputStream text = OperatorAccount.class.getResourceAsStream("audit-policy.yaml")) {
        Files.copy(Objects.requireNonNull(text), policy, StandardCopyOption.REPLACE_EXISTING);
      }
      return Map.of(
          "--token-auth-file", tokens.toString(),
          "--audit-policy-file", policy.toString(),
          "--audit-log-path", folder.resolve("audit.log").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What an earlier build recorded says nothing about this one. */
  private static synchronized void begin() throws IOException {
    if (!begun && Files.isDirectory(AUDIT)) {
      try (Stream<Path> files = Files.walk(AUDIT)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(AUDIT);
    begun = true;
  }

  /** Grants what {@code deploy/} grants. */
  static void grant(KubernetesClient administrator) {
    administrator
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .createOr(r -> r.update());
    rights().forEach(right -> administrator.resource(right).createOr(r -> r.update()));
  }

  /** The roles and bindings of {@code deploy/}. */
  public static List<HasMetadata> rights() {
    try (InputStream all = Files.newInputStream(Path.of("deploy", "operator.yaml"))) {
      List<HasMetadata> objects = new KubernetesSerialization().unmarshal(all);
      return objects.stream().filter(o -> RIGHTS.contains(o.getKind())).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same server, but as this account. */
  static Config login(Config administrator) {
    return new ConfigBuilder(administrator)
        .withClientCertData(null)
        .withClientKeyData(null)
        .withClientCertFile(null)
        .withClientKeyFile(null)
        .withOauthToken(TOKEN)
        .build();
  }

  /**
   * The same for another process of this machine.
   *
   * @param administrator of a real API server
   */
  public static String kubeconfigYaml(KubeApi administrator) {
    return kubeconfigYaml(administrator, TOKEN);
  }

  /** The same as {@link #STRANGER}. */
  public static String kubeconfigOfStranger(KubeApi administrator) {
    return kubeconfigYaml(administrator, STRANGER_TOKEN);
  }

  private static String kubeconfigYaml(KubeApi administrator, String token) {
    Config config = Config.fromKubeconfig(administrator.kubeconfigYaml());
    return """
    apiVersion: v1
    kind: Config
    current-context: c
    contexts: [{name: c, context: {cluster: c, user: u}}]
    clusters: [{name: c, cluster: {server: "%s", certificate-authority: "%s"}}]
    users: [{name: u, user: {token: "%s"}}]
    """
        .formatted(config.getMasterUrl(), config.getCaCertFile(), token);
  }
}
