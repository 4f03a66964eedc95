package io.schemamigration.plan;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All migrations of a source as one ordered set.
 *
 * @param scripts in ascending order of sequence
 * @param checksum {@code sha256:<hex>} over the names and raw bytes of all .sql files; users
 *     compute the same with {@code (cd sql && export LC_ALL=C && sha256sum *.sql) | sha256sum}
 * @param files how many .sql files there are, undo files included
 * @param problems everything wrong with it, see {@link Problem#hash}
 * @param absent why the files cannot be read or relied on now; what is not in it may be there then
 */
public record ScriptSet(
    List<Script> scripts,
    String checksum,
    int files,
    List<Problem> problems,
    Optional<Finding> absent) {

  /** A source that can be read. */
  public ScriptSet(List<Script> scripts, String checksum, int files, List<Problem> problems) {
    this(scripts, checksum, files, problems, Optional.empty());
  }

  /** No files, because they cannot be read or relied on now. */
  public static ScriptSet absent(Reason reason, String message) {
    ScriptSet none = of(List.of());
    return new ScriptSet(
        none.scripts,
        none.checksum,
        none.files,
        none.problems,
        Optional.of(new Finding(reason, message, false)));
  }

  /**
   * What tells one source from another.
   *
   * @param checksum as {@link ScriptSet#checksum}
   * @param files how many .sql files there are
   */
  public record Summary(String checksum, int files) {}

  /** Which files these are, without them. */
  public Summary summary() {
    return new Summary(checksum, files);
  }

  /** Problems that hold whatever the database says. */
  public List<Problem> blocking() {
    return problems.stream().filter(p -> p.hash().isEmpty()).toList();
  }

  /** All problems, as if every file were pending: also what a look at the SQL finds. */
  public List<Problem> allProblems() {
    return Stream.concat(
            problems.stream(), scripts.stream().flatMap(s -> ScriptCheck.problems(s).stream()))
        .toList();
  }

  /** Reads a source; never throws, what is wrong with it is in {@link #problems}. */
  public static ScriptSet of(List<SourceFile> files) {
    return new ScriptSetReader().read(files);
  }
}
