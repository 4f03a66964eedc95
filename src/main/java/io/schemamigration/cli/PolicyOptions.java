package io.schemamigration.cli;

import io.schemamigration.plan.Policy;
import io.schemamigration.postgres.Tables;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** What the user decided beforehand; the names are those of the resource's fields. */
final class PolicyOptions {
  enum Transaction {
    PerFile,
    AllFiles
  }

  enum OutOfOrder {
    Block,
    Apply
  }

  enum Rollback {
    Block,
    Allow
  }

  enum MissingFiles {
    Block,
    Ignore
  }

  @Option(
      names = "--target-hash",
      paramLabel = "HASH",
      description = "The last hash that shall be applied. Default: all")
  private String targetHash;

  @Option(
      names = "--out-of-order",
      defaultValue = "Block",
      description = "A pending file below an applied one: ${COMPLETION-CANDIDATES}. Default: Block")
  private OutOfOrder outOfOrder;

  @Option(
      names = "--missing-files",
      defaultValue = "Block",
      description = "An applied file that is not there: ${COMPLETION-CANDIDATES}. Default: Block")
  private MissingFiles missingFiles;

  @Option(
      names = "--rollback",
      defaultValue = "Block",
      description = "A target hash below what is applied: ${COMPLETION-CANDIDATES}. Default: Block")
  private Rollback rollback;

  @Option(
      names = "--transaction",
      defaultValue = "PerFile",
      description = "One for each file, or one for all: ${COMPLETION-CANDIDATES}. Default: PerFile")
  private Transaction transaction;

  @Option(
      names = "--approve",
      paramLabel = "PLAN",
      description = "Releases exactly the plan with this id, p-...; may be given again")
  private Set<String> approved = Set.of();

  @Option(
      names = "--acknowledge",
      paramLabel = "HASH=SHA256",
      converter = AcknowledgedConverter.class,
      description =
          "Accepts the changed text of an applied file, or of what undoes it; may be given again")
  private Set<Policy.Acknowledged> acknowledged = Set.of();

  @Option(
      names = "--as",
      paramLabel = "NAMESPACE/NAME",
      description = "Acts for this SchemaMigration, which owns the database")
  private String as;

  Policy policy(Tables tables) {
    return new Policy(
        tables.schema(),
        tables.table(),
        Optional.ofNullable(targetHash),
        outOfOrder == OutOfOrder.Apply,
        missingFiles == MissingFiles.Ignore,
        rollback == Rollback.Allow,
        transaction == Transaction.AllFiles,
        false,
        Set.copyOf(approved),
        Set.copyOf(acknowledged));
  }

  Optional<String> as() {
    return Optional.ofNullable(as);
  }
}
