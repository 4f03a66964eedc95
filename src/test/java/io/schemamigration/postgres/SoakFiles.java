package io.schemamigration.postgres;

import io.schemamigration.plan.UndoRequest;
import io.schemamigration.testing.Db;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The random files of one round of {@link Soak}, and what a database must hold when all was done
 * that was asked: each file and each undo leaves its label in the table {@code probe} once, one
 * that runs in steps leaves it a second time with {@code -2} at its end.
 */
final class SoakFiles {
  private static final int MOST_FILES = 8;

  private final Random random;
  private final boolean together;
  private final List<String> hashes = new ArrayList<>();
  private final Map<String, Integer> versions = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, String> undos = new HashMap<>();
  private final List<String> tracked = new ArrayList<>();
  private final List<String> applied = new ArrayList<>();
  private final List<String> rolledBack = new ArrayList<>();
  private final List<String> effects = new ArrayList<>();

  SoakFiles(Random random) {
    this.random = random;
    this.together = random.nextInt(3) == 0;
    for (int i = 1 + random.nextInt(MOST_FILES); i > 0; i--) {
      hashes.add("h" + hashes.size());
    }
    hashes.forEach(this::write);
  }

  /** A file and what undoes it. */
  private void write(String hash) {
    String label = label(hash);
    texts.put(hash, text(label, random.nextInt(together ? 4 : 6)));
    undos.put(hash, text("undo_" + label, random.nextInt(6)));
  }

  private String label(String hash) {
    return hash + "_" + versions.getOrDefault(hash, 0);
  }

  private String text(String label, int kind) {
    String row = "INSERT INTO probe(n) VALUES ('" + label + "');\n";
    return switch (kind) {
      case 0 -> row + "SELECT pg_sleep(0.0" + random.nextInt(10) + ");\n";
      case 1 ->
          "COPY probe(n) FROM stdin;\n" + label + "\n\\.\nCREATE TABLE t_" + label + "(a int);\n";
      case 2 -> row + "-- " + "x".repeat(FrameParts.CHUNK) + "\nSELECT 1;\n";
      case 3 -> "DO $$ BEGIN " + row + " END $$; CREATE TABLE t_" + label + "(a int);";
      default ->
          row
              + "CREATE INDEX CONCURRENTLY i_"
              + label
              + " ON probe(n);\nVACUUM probe;\n"
              + row.replace(label, label + "-2");
    };
  }

  /** The engine with the files as they are now. */
  Engine on(Db db) {
    Engine engine = Engine.on(db);
    if (together) {
      engine.allFiles();
    }
    for (int i = 0; i < hashes.size(); i++) {
      String hash = hashes.get(i);
      engine.file(i + 1, hash, texts.get(hash));
      engine.file("rollback_pg_" + (i + 1) + "_" + hash + ".sql", undos.get(hash));
    }
    return engine;
  }

  /** Asks to undo some of the newest, of which one at least must be applied. */
  UndoRequest request(String key) {
    int count = 1 + random.nextInt(tracked.size());
    List<String> undo = tracked.subList(tracked.size() - count, tracked.size()).reversed();
    return new UndoRequest(key, undo, random.nextInt(6) == 0);
  }

  /** Gives what was undone other texts, so that it is held no longer. */
  void mend() {
    for (String hash : hashes) {
      if (!tracked.contains(hash)) {
        versions.merge(hash, 1, Integer::sum);
        write(hash);
      }
    }
  }

  /** From now on every file must have been applied. */
  void allApplied() {
    for (String hash : hashes) {
      if (!tracked.contains(hash)) {
        tracked.add(hash);
        applied.add(hash);
        effects.add(label(hash));
      }
    }
  }

  /** From now on what a request names must have been undone. */
  void undone(UndoRequest request) {
    for (String hash : request.undo()) {
      tracked.remove(hash);
      rolledBack.add(hash);
      if (!request.trackingOnly()) {
        effects.add("undo_" + label(hash));
      }
    }
  }

  List<String> tracked() {
    return tracked;
  }

  List<String> applied() {
    return applied;
  }

  List<String> rolledBack() {
    return rolledBack;
  }

  List<String> effects() {
    return effects;
  }
}
