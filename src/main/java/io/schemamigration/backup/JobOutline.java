package io.schemamigration.backup;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.schemamigration.api.BackupJobSpec;
import io.schemamigration.config.Settings;
import java.util.List;
import java.util.Map;

/**
 * What all our Jobs are like but for their containers.
 *
 * @param name of the Job
 * @param namespace of the Job
 * @param owner the resource that it is for; the Job goes with it
 * @param labels of Job and pod
 * @param inputs digest of what the user says of it: a Job of others is made anew where it is stuck
 * @param spec what the user says of it
 * @param settings what the operator says of all of them
 */
public record JobOutline(
    String name,
    String namespace,
    OwnerReference owner,
    Map<String, String> labels,
    String inputs,
    BackupJobSpec spec,
    Settings.Jobs settings) {
  /** The annotation of the Job that holds the digest of its inputs. */
  public static final String INPUTS = "schemamigration.io/inputs";

  private static final long SIX_HOURS = 21_600;

  /** With these containers, one after the other. */
  Job job(BackupPod pod, List<Container> before, Container last) {
    return new JobBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .withLabels(labels)
        .withAnnotations(Map.of(INPUTS, inputs))
        .withOwnerReferences(owner)
        .endMetadata()
        .withNewSpec()
        .withBackoffLimit(0) // tried again by the operator, which tells why
        .withActiveDeadlineSeconds(
            spec.activeDeadlineSeconds == null ? SIX_HOURS : spec.activeDeadlineSeconds)
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .endMetadata()
        .withSpec(
            new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withServiceAccountName(spec.serviceAccountName)
                .withAutomountServiceAccountToken(spec.serviceAccountName != null)
                .withEnableServiceLinks(false)
                .withSecurityContext(BackupPod.podSecurity(settings.userId()))
                .withNodeSelector(spec.nodeSelector)
                .withTolerations(spec.tolerations)
                .withImagePullSecrets(spec.imagePullSecrets)
                .withInitContainers(before)
                .withContainers(last)
                .withVolumes(pod.volumes())
                .build())
        .endTemplate()
        .endSpec()
        .build();
  }

  /** The operator's own. */
  String image() {
    return settings.image();
  }

  /** Programs of one major version, unless the user says otherwise. */
  String clientImage(int major) {
    return spec.image != null ? spec.image : "postgres:" + major;
  }
}
