package io.schemamigration.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What shall happen to a database. Every plan says where the database stands. */
public sealed interface Plan {

  /** Where the database stands against the source. */
  Position position();

  /**
   * Nothing to do.
   *
   * @param position where the database stands
   * @param remark something that a person may want to know; empty mostly
   */
  record UpToDate(Position position, Optional<String> remark) implements Plan {}

  /**
   * Files to run, in this order.
   *
   * @param position where the database stands
   * @param id names exactly this plan; can be computed from the files alone
   * @param scripts what runs; empty: only our own books are to be written
   * @param allFiles whether they are one transaction, not one each
   * @param adopt tracking rows that the ledger does not know yet
   * @param baseline files to record as applied without running them
   * @param accepted hashes whose loss the approval accepts
   * @param takesOwnership whether an {@code owner} row is to be written
   * @param approved whether a person released this id
   * @param notice something a person should hear of, such as a take-over
   */
  record Apply(
      Position position,
      String id,
      List<Script> scripts,
      boolean allFiles,
      List<Adoption> adopt,
      List<Script> baseline,
      List<String> accepted,
      boolean takesOwnership,
      boolean approved,
      Optional<String> notice)
      implements Plan {}

  /**
   * Applied files to undo, in this order.
   *
   * @param position where the database stands
   * @param request the key of the request
   * @param scripts what runs, each with the hash it undoes; without a text only its row is removed
   * @param trackingOnly whether only rows are removed
   * @param upSha256 by hash the digest of the text that is held back afterwards
   */
  record Undo(
      Position position,
      String request,
      List<Script> scripts,
      boolean trackingOnly,
      Map<String, String> upSha256)
      implements Plan {}

  /**
   * Nothing may happen.
   *
   * @param position where the database stands
   * @param reason why, in one word
   * @param message what happened, where, and the ways out
   * @param id the plan that would run if it were released
   * @param lost whether the database lost something of what is remembered of it: the memory must
   *     then be kept, or the next look would find nothing wrong
   */
  record Refuse(Position position, Reason reason, String message, Optional<String> id, boolean lost)
      implements Plan {}

  /**
   * A tracking row that somebody else wrote, and the file that the source has for it.
   *
   * @param row the row
   * @param script its file; empty where the source has none
   */
  record Adoption(History.Applied row, Optional<Script> script) {}
}
