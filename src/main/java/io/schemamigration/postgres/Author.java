package io.schemamigration.postgres;

import java.util.UUID;

/**
 * On whose behalf a run writes.
 *
 * @param cluster uid of the cluster's kube-system namespace
 * @param namespace the resource's namespace
 * @param name the resource's name
 * @param version the operator's version
 * @param run identifies the run
 * @param request the wish that the run follows, the same for all runs that follow it by themselves:
 *     a statement that commits on its way is sent again for another wish only
 */
public record Author(
    String cluster, String namespace, String name, String version, UUID run, String request) {
  String resource() {
    return namespace + "/" + name;
  }
}
