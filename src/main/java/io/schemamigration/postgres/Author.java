package io.schemamigration.postgres;

import java.util.Set;
import java.util.UUID;

/**
 * On whose behalf a run writes.
 *
 * @param cluster uid of the cluster's kube-system namespace
 * @param namespace the resource's namespace
 * @param name the resource's name
 * @param version the operator's version
 * @param run identifies the run
 * @param request what a person asked for, word by word, each new word a new wish: a statement that
 *     commits on its way is sent again for a new one only; empty where nobody asked for anything
 */
public record Author(
    String cluster, String namespace, String name, String version, UUID run, String request) {

  /** Whether a person asked for anything beside what was known before. */
  boolean asksBeside(String before) {
    return !Set.of(before.split(" ")).containsAll(Set.of(request.split(" "))) && !request.isEmpty();
  }

  String resource() {
    return namespace + "/" + name;
  }
}
