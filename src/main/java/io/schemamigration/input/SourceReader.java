package io.schemamigration.input;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.plan.SourceFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads ConfigMaps from the API server, by name, each time anew. */
public final class SourceReader {
  private final KubernetesClient client;

  /** A reader that may read what this client may. */
  public SourceReader(KubernetesClient client) {
    this.client = client;
  }

  /**
   * All files of these ConfigMaps as one set.
   *
   * @throws Missing where one of them is
   */
  public ScriptSet read(String namespace, List<String> configMaps) throws Missing {
    List<SourceFile> files = new ArrayList<>();
    for (String name : configMaps) {
      ConfigMap map = configMap(namespace, name);
      Optional.ofNullable(map.getData())
          .orElse(Map.of())
          .forEach(
              (key, text) ->
                  files.add(new SourceFile(name, key, text.getBytes(StandardCharsets.UTF_8))));
      Optional.ofNullable(map.getBinaryData())
          .orElse(Map.of())
          .forEach(
              (key, base64) ->
                  files.add(new SourceFile(name, key, Base64.getDecoder().decode(base64))));
    }
    return ScriptSet.of(files);
  }

  private ConfigMap configMap(String namespace, String name) throws Missing {
    try {
      ConfigMap map = client.configMaps().inNamespace(namespace).withName(name).get();
      if (map == null) {
        throw new Missing(
            Reason.SOURCE_NOT_FOUND, "ConfigMap " + name + " is not there; create it");
      }
      return map;
    } catch (KubernetesClientException e) {
      throw Missing.refused(e, Reason.SOURCE_NOT_FOUND, "ConfigMap " + name);
    }
  }
}
