package io.schemamigration.postgres;

import io.schemamigration.plan.History;
import io.schemamigration.plan.Memory;
import io.schemamigration.plan.Ownership;
import io.schemamigration.plan.Pin;
import io.schemamigration.plan.Planner;
import io.schemamigration.plan.Policy;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.plan.Situation;
import io.schemamigration.plan.SourceFile;
import io.schemamigration.plan.Split;
import io.schemamigration.plan.SqlSplitter;
import io.schemamigration.plan.UndoBooks;
import io.schemamigration.plan.UndoPlanner;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.testing.Db;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Runs the engine on a database as the controller does, from files given as texts. */
final class Engine {
  static final String TABLE = "drizzle_migrations";
  static final String LEDGER = TABLE + "_ledger";
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final Db db;
  private final List<SourceFile> files = new ArrayList<>();
  private Duration lock = Duration.ofSeconds(3);
  private Duration statement = Duration.ZERO;
  private boolean allFiles;
  private Optional<String> target = Optional.empty();
  private Set<String> approved = Set.of();
  private Set<Policy.Acknowledged> acknowledged = Set.of();
  private Tls tls = new Tls("disable", Optional.empty(), Optional.empty(), Optional.empty());
  private Target.SessionDefaults defaults = Target.SessionDefaults.NONE;

  private String wish = "first";

  private Engine(Db db) {
    this.db = db;
  }

  static Engine on(Db db) {
    return new Engine(db);
  }

  /** The same files on another view of the database. */
  Engine through(Db other) {
    Engine engine = new Engine(other);
    engine.files.addAll(files);
    engine.lock = lock;
    engine.statement = statement;
    engine.allFiles = allFiles;
    engine.target = target;
    return engine;
  }

  Db db() {
    return db;
  }

  /** Adds {@code pg_<sequence>_<hash>.sql}. */
  Engine file(long sequence, String hash, String text) {
    return file("pg_" + sequence + "_" + hash + ".sql", text);
  }

  Engine file(String name, String text) {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  Engine file(String name, byte[] bytes) {
    files.add(new SourceFile("test", name, bytes));
    return this;
  }

  Engine allFiles() {
    allFiles = true;
    return this;
  }

  Engine approve(String id) {
    approved = Set.of(id);
    return this;
  }

  /** The last hash that shall be applied; what is above it is rolled back. */
  Engine targetHash(String hash) {
    target = Optional.of(hash);
    return this;
  }

  /** A person asks for another try. */
  Engine askAgain() {
    wish = UUID.randomUUID().toString();
    return this;
  }

  /** As an operator runs whom nobody has asked. */
  Engine unasked() {
    wish = "";
    return this;
  }

  Engine lockTimeout(Duration timeout) {
    lock = timeout;
    return this;
  }

  Engine statementTimeout(Duration timeout) {
    statement = timeout;
    return this;
  }

  Engine tls(Tls with) {
    tls = with;
    return this;
  }

  Engine defaults(Target.SessionDefaults with) {
    defaults = with;
    return this;
  }

  Tables tables() {
    return new Tables("public", TABLE);
  }

  Author author() {
    return new Author("cluster-uid", "shop", "orders", "0.1.0", UUID.randomUUID(), wish);
  }

  Target target() {
    Endpoint endpoint =
        new Endpoint(
            db.host(),
            db.port(),
            db.name(),
            db.user(),
            db.password(),
            tls,
            Optional.empty(),
            "Secret db");
    Target.Timeouts timeouts = new Target.Timeouts(CONNECT, lock, statement);
    return new Target(endpoint, tables(), timeouts, "smig/shop/orders", defaults);
  }

  Planning planning() {
    return new Planning(
        Pin.of(ScriptSet.of(files), policy()),
        (history, books) -> Planner.plan(situation(history, books)));
  }

  private Situation situation(History history, UndoBooks books) {
    ScriptSet set = ScriptSet.of(files);
    return new Situation(set, history, books, policy(), Memory.NONE, Ownership.OURS);
  }

  private Policy policy() {
    return new Policy(
        "public", TABLE, target, false, false, true, allFiles, false, approved, acknowledged);
  }

  Engine acknowledge(String hash, String sha256) {
    acknowledged = Set.of(new Policy.Acknowledged(hash, sha256));
    return this;
  }

  /** Undoes as a request does. */
  Outcome undo(UndoRequest request) {
    return undo(request, new RunControl());
  }

  Runner undoing(UndoRequest request, RunControl control) {
    return new Runner(target(), author(), undoing(request), control, PAUSE);
  }

  Planning undoing(UndoRequest request) {
    return new Planning(
        Optional.of(request),
        (history, books) -> UndoPlanner.plan(situation(history, books), request));
  }

  /** Runs what was planned, behind a safeguard. */
  Outcome run(Planning planning, Safeguard safeguard) {
    return new Runner(target(), author(), planning.behind(safeguard), new RunControl(), PAUSE)
        .run();
  }

  Outcome undo(UndoRequest request, RunControl control) {
    return undoing(request, control).run();
  }

  Outcome run() {
    return run(new RunControl());
  }

  Outcome run(RunControl control) {
    return new Runner(target(), author(), planning(), control, PAUSE).run();
  }

  Look look() throws DatabaseUnavailable {
    return Runner.look(target());
  }

  List<Script> scripts() {
    return ScriptSet.of(files).scripts();
  }

  /** A session as a run has it. */
  Session session() throws DatabaseUnavailable {
    return Session.open(target(), Session.Purpose.RUN);
  }

  /** Sends one file as a run does, without its looks. */
  FileSender.Result send(Session session, Script script) {
    Split split = SqlSplitter.split(script.text());
    Map<String, String> values = Frame.values(script, tables(), author(), Frame.newNonce());
    Frame frame = Frame.alone(script, split, Frame.Book.APPLIED, values);
    return new FileSender(session, new RunControl()).send(List.of(frame), announced -> {});
  }

  /** The hashes of the tracking table in the order of their ids; none if there is no table. */
  List<String> tracking() {
    return exists(TABLE) ? db.strings("SELECT hash FROM " + TABLE + " ORDER BY id") : List.of();
  }

  /** The hashes of a kind of ledger rows, in the order of their ids. */
  List<String> ledger(String event) {
    return exists(LEDGER)
        ? db.strings("SELECT hash FROM " + LEDGER + " WHERE event='" + event + "' ORDER BY id")
        : List.of();
  }

  boolean exists(String relation) {
    return db.strings("SELECT to_regclass('" + relation + "') IS NOT NULL").contains("t");
  }
}
