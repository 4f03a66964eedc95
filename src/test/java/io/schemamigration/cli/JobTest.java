package io.schemamigration.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.backup.StoreFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of a backup's Job, as its pod calls them. */
class JobTest {
  private static final String STORE =
      """
      {"store":{"volume":{"claim":"backups","path":"pg","mount":"%1$s"}},
       "backup":{"namespace":"shop","migration":"orders","name":"orders-1","automatic":true,
         "database":"orders","databaseId":"7/16384","serverVersion":"15.19",
         "history":{"schema":"public","table":"drizzle_migrations"}},
       "requested":"2026-03-01T11:58:00Z",
       "work":"%1$s/pg/shop/orders/orders-1.partial","termination":"%1$s/result"}\
      """;
  private static final String FETCH =
      """
      {"store":{"volume":{"claim":"backups","path":"","mount":"%1$s"}},
       "location":"pvc:backups/pg/shop/orders/orders-1",
       "target":"%1$s","termination":"%1$s/result"}\
      """;

  @TempDir Path folder;

  private record Run(int code, String out, String err) {}

  private Run run(Map<String, String> environment, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Cli.run(arguments, environment, "test", new PrintWriter(out), new PrintWriter(err));
    return new Run(code, out.toString(), err.toString());
  }

  @Test
  void aDumpIsKeptAndFetched() throws Exception {
    Path work = Files.createDirectories(folder.resolve("pg/shop/orders/orders-1.partial"));
    Files.writeString(work.resolve("dump.pgc"), "PGDMP");
    Files.writeString(work.resolve("rows.tsv"), "");
    Files.writeString(work.resolve("client-version"), "15.19");
    Files.writeString(work.resolve("started"), "2026-03-01T11:59:00Z");
    Files.writeString(work.resolve("database"), "orders\n");
    Files.writeString(work.resolve("database-id"), "7/16384\n");
    Files.writeString(work.resolve("hashes"), "");
    Run stored = run(Map.of("SMIG_STORE", STORE.formatted(folder)), "job", "store");
    assertThat(stored)
        .isEqualTo(new Run(0, "kept pvc:backups/pg/shop/orders/orders-1, 5 bytes\n", ""));
    assertThat(folder.resolve("result")).content().contains("\"result\":\"Stored\"");
    Run fetched = run(Map.of("SMIG_FETCH", FETCH.formatted(folder)), "job", "fetch");
    assertThat(fetched).isEqualTo(new Run(0, "fetched shop/orders/orders-1, 5 bytes\n", ""));
    assertThat(folder.resolve("dump.pgc")).hasContent("PGDMP");
  }

  @Test
  void aFailureIsTold() throws Exception {
    Run stored = run(Map.of("SMIG_STORE", STORE.formatted(folder)), "job", "store");
    assertThat(stored.code()).isEqualTo(1);
    assertThat(stored.err()).startsWith("smig: DumpIncomplete: the dump left no usable dump.pgc");
    assertThat(folder.resolve("result")).content().contains("\"reason\":\"DumpIncomplete\"");
  }

  @Test
  void withoutSettingsItIsOfNoUse() {
    assertThat(run(Map.of(), "job", "store").code()).isEqualTo(2);
    assertThat(run(Map.of(), "job", "fetch").err()).contains("SMIG_FETCH is not set");
    assertThat(run(Map.of(), "job").err()).contains("job needs a command");
  }

  @Test
  void aPersonIsNotShownIt() {
    assertThat(run(Map.of(), "--help").out()).contains("validate").doesNotContain("job");
  }

  @Test
  void whatMayPassByItselfIsToldApart() {
    Map<Integer, Long> codes =
        Stream.of(StoreFailure.Reason.values())
            .map(ExitCode::of)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    assertThat(codes).containsOnlyKeys(1, 2, 3, 4).containsEntry(4, 2L);
  }
}
