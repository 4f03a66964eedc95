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
   * Nothing may happen.
   *
   * @param position where the database stands
   * @param reason why, in one word
   * @param message what happened, where, and the ways out
   * @param id the plan that would run if it were released
   * @param lost whether the database lost something of what is remembered of it: the memory must
   *     then be kept, or the next look would find nothing wrong
   * @param undoes whether the plan that an approval releases undoes files
   */
  record Refuse(
      Position position,
      Reason reason,
      String message,
      Optional<String> id,
      boolean lost,
      boolean undoes)
      implements Plan {

    /** One that nobody can release. */
    public Refuse(Position position, Reason reason, String message) {
      this(position, reason, message, Optional.empty(), false, false);
    }
  }

  /** Something to do. */
  sealed interface Change extends Plan {
    /** Names exactly this plan; can be computed from the files alone. */
    String id();

    /** What runs, in this order; empty: only our own books are written. */
    List<Script> scripts();

    /** Something a person should hear of, such as a take-over. */
    Optional<String> notice();

    /** Whether a person released it. */
    boolean approved();
  }

  /**
   * Our own books are to be written and nothing else.
   *
   * @param position where the database stands
   * @param id names this plan
   * @param books what is to be written
   * @param notice something a person should hear of
   */
  record Record(Position position, String id, Books books, Optional<String> notice)
      implements Change {
    @Override
    public List<Script> scripts() {
      return List.of();
    }

    @Override
    public boolean approved() {
      return books.approved().isPresent();
    }
  }

  /**
   * Files to run.
   *
   * @param position where the database stands
   * @param id names this plan
   * @param scripts what runs; not empty
   * @param allFiles whether they are one transaction, not one each
   * @param books what is written before they run
   * @param notice something a person should hear of
   */
  record Apply(
      Position position,
      String id,
      List<Script> scripts,
      boolean allFiles,
      Books books,
      Optional<String> notice)
      implements Change {
    @Override
    public boolean approved() {
      return books.approved().isPresent();
    }
  }

  /**
   * Applied files to undo. Our books know them all.
   *
   * @param position where the database stands
   * @param id names this plan
   * @param request the key of the request; empty: the target hash was lowered
   * @param scripts what runs, each with the hash it undoes; without a text only its row is removed
   * @param trackingOnly whether only rows are removed
   * @param undone by hash the text that is undone, and held back afterwards if somebody asked
   */
  record Undo(
      Position position,
      String id,
      Optional<String> request,
      List<Script> scripts,
      boolean trackingOnly,
      Map<String, TextDigests> undone)
      implements Change {
    @Override
    public Optional<String> notice() {
      return Optional.empty();
    }

    @Override
    public boolean approved() {
      return false;
    }
  }
}
