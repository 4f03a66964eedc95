package io.schemamigration.plan;

import io.schemamigration.plan.Split.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the text of an SQL file without changing it: which statements it has, which of them
 * cannot run in a transaction, and what must not be sent at all. The server splits the text by
 * itself, so for text that the server accepts this must see the same statements.
 *
 * <p>Tokens end where PostgreSQL's {@code scan.l} and psql's {@code psqlscan.l} say. A statement
 * ends at a semicolon outside parentheses and outside the {@code BEGIN ATOMIC .. END} of a function
 * or procedure. psql counts BEGIN, CASE and END there, which a function named "begin" or a column
 * named "case" leads astray; this class goes by the grammar: the body begins at the words BEGIN
 * ATOMIC, and of its ENDs only the last follows a semicolon or ATOMIC.
 */
public final class SqlSplitter {
  private static final String CONCURRENTLY = "CONCURRENTLY";

  private final String sql;
  private final SqlLexer lexer;
  private final LineCounter lines;
  private final Nesting nesting = new Nesting();
  private final List<Statement> statements = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> formats = new ArrayList<>();
  private final List<Split.Range> skipped = new ArrayList<>();

  private Tokens tokens = new Tokens();
  private int start;
  private int end;
  private int line;
  private int tokenLine;
  private boolean rowsEnd = true;

  private SqlSplitter(String sql) {
    this.sql = sql;
    this.lexer = new SqlLexer(sql);
    this.lines = new LineCounter(sql);
  }

  /**
   * Finds the statements and the problems of a text. Never throws, whatever the text; takes time in
   * proportion to its length.
   *
   * @param sql the text of the file; a byte order mark at its start is skipped
   */
  public static Split split(String sql) {
    return new SqlSplitter(sql).run();
  }

  private Split run() {
    int nul = sql.indexOf('\0');
    if (nul >= 0) {
      problems.add(
          new Problem(
              new LineCounter(sql).at(nul),
              "The file has a NUL character, which PostgreSQL does not accept. Delete it, or save"
                  + " the file as UTF-8."));
    }
    while (lexer.next()) {
      accept();
    }
    if (!tokens.isEmpty()) {
      finish();
    }
    reportOpenEnd();
    if (severalMessages()) {
      problems.addAll(formats);
    }
    problems.sort(Comparator.comparingInt(Problem::line));
    return new Split(statements, problems, FirstLine.splitsTransaction(sql), skipped);
  }

  /** Between two messages the driver insists on its own encoding and format of dates. */
  private boolean severalMessages() {
    return sql.length() > Chunks.MESSAGE
        || FirstLine.splitsTransaction(sql)
        || statements.stream().anyMatch(s -> s.rows().isPresent() || !s.transactional());
  }

  private void accept() {
    tokenLine = lines.at(lexer.start());
    boolean first = tokens.isEmpty();
    boolean ends = nesting.endsStatement(lexer);
    if (first && ends) {
      return;
    }
    if (first && PsqlLine.harmless(lexer, sql)) {
      skipped.add(new Split.Range(lexer.start(), lexer.end()));
      return;
    }
    if (first) {
      start = lexer.start();
      line = tokenLine;
    }
    end = lexer.end();
    if (ends) {
      finish();
      return;
    }
    nesting.close(lexer);
    tokens.add(lexer, sql, nesting.inParentheses());
    reportToken();
    nesting.open(lexer, sql, tokenLine, tokens);
    if (first && lexer.kind() == SqlLexer.Kind.BACKSLASH) {
      finish(); // it ends with its line
    }
  }

  private void reportToken() {
    switch (lexer.kind()) {
      case IDENTIFIER -> {
        if (sql.indexOf('\uFEFF', lexer.start(), lexer.end()) >= 0) {
          reportMark();
        }
      }
      case STRING -> {
        if (lexer.ambiguous()) {
          report(
              "A string with a backslash follows SET standard_conforming_strings = off, and the"
                  + " server would read it before that takes effect. Write the string as E'..' with"
                  + " the backslash doubled where it is meant literally.");
        }
      }
      case BACKSLASH ->
          report(
              "A backslash command is for psql only, the server does not know it. "
                  + PsqlLine.instead(sql.substring(lexer.start(), lexer.end())));
      case BYTE_ORDER_MARK -> reportMark();
      case WORD, NUMBER, SYMBOL -> {}
    }
  }

  private void reportMark() {
    report(
        "A byte order mark (U+FEFF) stands inside the file, often left where files were joined."
            + " Delete this invisible character.");
  }

  private void report(String message) {
    problems.add(new Problem(tokenLine, message));
  }

  private void finish() {
    Refusals.of(tokens).ifPresent(message -> problems.add(new Problem(line, message)));
    boolean standardStrings = lexer.standardStrings();
    Settings.standardStrings(tokens).ifPresent(lexer::standardStrings);
    Settings.clientFormat(tokens).ifPresent(m -> formats.add(new Problem(line, m)));
    Optional<CopyRows> rows = Refusals.readsFromClient(tokens) ? copyRows() : Optional.empty();
    boolean transactional = !OutsideTransaction.required(tokens);
    String command = Command.of(tokens);
    boolean concurrently =
        !transactional && (tokens.find(1, CONCURRENTLY) > 0 || tokens.option(CONCURRENTLY, false));
    Optional<Concurrent> concurrent = Concurrent.of(tokens);
    if (concurrent.isEmpty() && command.equals("CREATE INDEX CONCURRENTLY")) {
      problems.add(
          new Problem(
              line,
              "CREATE INDEX CONCURRENTLY without a name. Give the index one, so that an invalid"
                  + " one, left by an interruption, is found and built again."));
    }
    statements.add(
        new Statement(
            start,
            end,
            line,
            command,
            transactional,
            concurrently,
            concurrent,
            standardStrings,
            rows,
            Statement.Setting.of(tokens)));
    tokens = new Tokens();
  }

  /** The rows after a COPY and their end mark become a part of the statement. */
  private Optional<CopyRows> copyRows() {
    int header = end;
    int newLine = end;
    while (newLine < sql.length() && " \t".indexOf(sql.charAt(newLine)) >= 0) {
      newLine++;
    }
    if (sql.startsWith("--", newLine)) {
      newLine = TokenEnds.line(sql, newLine);
    }
    newLine += sql.startsWith("\r", newLine) ? 1 : 0;
    int mark = rowsEnd && sql.startsWith("\n", newLine) ? endMark(newLine) : -1;
    if (mark < 0) {
      problems.add(
          new Problem(
              line,
              "COPY FROM STDIN without rows. Write them from the next line on, as pg_dump does, and"
                  + " a line \\. after the last one."));
      return Optional.empty();
    }
    end = mark + 3;
    lexer.skipTo(end);
    return Optional.of(new CopyRows(header, newLine + 1, mark + 1));
  }

  /** Offset of the line end before the line {@code \.}; -1: there is none. */
  private int endMark(int from) {
    int mark = sql.indexOf("\n\\.", from);
    while (mark >= 0 && TokenEnds.line(sql, mark + 1) != mark + 3) {
      mark = sql.indexOf("\n\\.", mark + 1);
    }
    rowsEnd = mark >= 0; // one search that fails is enough for a whole file
    return mark;
  }

  /** One cause, one problem: in an open string nothing is known about what is around it. */
  private void reportOpenEnd() {
    if (lexer.unterminated().isEmpty()) {
      nesting.stillOpen().ifPresent(problems::add);
    } else {
      problems.add(
          new Problem(
              lines.at(lexer.unterminatedAt()),
              "A " + lexer.unterminated() + " starts here and never ends. Close it."));
    }
  }
}
