package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a container leaves its result.
 *
 * @param file made by the kubelet
 */
record Termination(Path file) {
  /** Kubernetes' own, for when nobody can read where else. */
  static final Termination USUAL = new Termination(Path.of("/dev/termination-log"));

  /** Something with a result. */
  interface Work {
    JobResult run() throws StoreFailure;
  }

  /** Does it and leaves what came of it. */
  JobResult after(Work work) {
    JobResult result = result(work);
    try {
      // The usual one is there in a pod; elsewhere nobody wants it.
      if (!equals(USUAL) || Files.exists(file)) {
        Files.writeString(file, result.json());
      }
      return result;
    } catch (IOException e) {
      return new JobResult.Failed(
          Reason.OTHER, "the result cannot be written to the termination file; check the Job");
    }
  }

  private static JobResult result(Work work) {
    try {
      return work.run();
    } catch (StoreFailure e) {
      return JobResult.Failed.of(e);
    } catch (RuntimeException e) {
      // Its text may name hosts; where it came from names none.
      String where = e.getStackTrace().length == 0 ? "" : " at " + e.getStackTrace()[0];
      return new JobResult.Failed(
          Reason.OTHER,
          JobResult.shortened(
              "a defect: %s%s; please report it".formatted(e.getClass().getSimpleName(), where)));
    }
  }
}
