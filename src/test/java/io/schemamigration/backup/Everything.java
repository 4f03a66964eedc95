package io.schemamigration.backup;

import io.schemamigration.testing.Db;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A database with everything in it that a dump has to get over. */
final class Everything {
  /** What {@code rows.tsv} has to say of it. */
  static final Map<String, Long> ROWS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("public.drizzle_migrations", 4L),
              Map.entry("public.drizzle_migrations_ledger", 1L),
              Map.entry("\"My.Schema \"\"x\"\"\".\"a b.c \"\"d\"\" 'e' (f)\"", 3L),
              Map.entry("public.\"tab\\tand\\nline \\\\ end\"", 2L),
              Map.entry("public.\"select\"", 5L),
              Map.entry("public.\"Grüße\"", 2L),
              Map.entry("public.lookalike", 5L),
              Map.entry("public.empty", 0L),
              Map.entry("public.nothing", 2L),
              Map.entry("public.fleeting", 1L),
              Map.entry("public.parted_1", 1L),
              Map.entry("public.\"Parted 2a\"", 2L),
              Map.entry("public.ancestor", 1L),
              Map.entry("public.descendant", 2L),
              Map.entry("public.by_mood", 3L),
              Map.entry("public.big", 100_000L),
              Map.entry("public.child", 1L),
              Map.entry("public.secured", 2L),
              Map.entry("pg_catalog.pg_largeobject_metadata", 2L)));

  /**
   * The rows of every table, the text of every object, in an order that does not depend on it. The
   * partitions of by_mood count as one: an enum's hash is that of its oid, which a copy has not.
   */
  private static final String CONTENT =
      """
      DO $$
      DECLARE r record; n text;
      BEGIN
        CREATE TEMP TABLE content (what text);
        FOR r IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace s ON s.oid = relnamespace
            WHERE relkind IN ('r', 'm') AND relpersistence <> 't'
              AND nspname !~ '^pg_' AND nspname <> 'information_schema' AND relname !~ '^by_mood_' LOOP
          EXECUTE format('SELECT %L || '' '' || count(*) || '' '' || coalesce(md5(string_agg(t::text, ''|'' ORDER BY t::text)), '''')'
            || ' FROM ONLY %s t', r.name, r.name) INTO n;
          INSERT INTO content VALUES (n);
        END LOOP;
      END $$;
      INSERT INTO content SELECT 'by_mood ' || m || ' ' || n FROM public.by_mood;
      INSERT INTO content SELECT format('%s.%s %s %s', schemaname, sequencename, data_type, last_value) FROM pg_sequences;
      INSERT INTO content SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0;
      INSERT INTO content SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE indexrelid >= 16384 AND relkind <> 't';
      INSERT INTO content SELECT pg_get_functiondef(oid) FROM pg_proc WHERE oid >= 16384 AND prokind = 'f';
      INSERT INTO content SELECT pg_get_viewdef(oid) FROM pg_class WHERE relkind = 'v' AND oid >= 16384;
      INSERT INTO content SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal;
      INSERT INTO content SELECT polname || ' ' || polrelid::regclass FROM pg_policy;
      INSERT INTO content SELECT obj_description(oid) FROM pg_class WHERE obj_description(oid) IS NOT NULL AND oid >= 16384;
      INSERT INTO content SELECT 'lo ' || encode(lo_get(oid), 'hex') FROM pg_largeobject_metadata;
      """;

  private Everything() {}

  static void fill(Db db) {
    db.execute(text());
  }

  private static String text() {
    try (var in = Everything.class.getResourceAsStream("everything.sql")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** All of it as one text, to be compared with that of a copy. */
  static String content(Db db) throws java.sql.SQLException {
    try (var connection = db.connect();
        var statement = connection.createStatement()) {
      statement.execute("SET search_path = pg_catalog");
      statement.execute(CONTENT);
      try (var rows =
          statement.executeQuery(
              "SELECT string_agg(what, E'\\n' ORDER BY what COLLATE \"C\") FROM pg_temp.content")) {
        rows.next();
        return rows.getString(1);
      }
    }
  }
}
