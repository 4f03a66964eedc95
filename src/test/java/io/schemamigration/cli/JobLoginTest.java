package io.schemamigration.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.backup.LoginSettings;
import io.schemamigration.backup.StepExit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first step of a Job, as its container runs it. */
class JobLoginTest {
  @TempDir private Path folder;

  private int run(String password, StringWriter said) throws IOException {
    Path secret = Files.createDirectories(folder.resolve("secret"));
    Files.writeString(secret.resolve("uri"), "postgresql://app:" + password + "@db.example/orders");
    Path log = Files.writeString(folder.resolve("termination-log"), "");
    Map<String, String> environment =
        Map.of(
            LoginSettings.VARIABLE,
            "{\"secret\":\"orders-db\",\"folder\":\"%s\"}".formatted(secret),
            "SMIG_TERMINATION_LOG",
            log.toString());
    String[] arguments = {"job", "login", "--to", folder.resolve("login").toString()};
    PrintWriter out = new PrintWriter(said);
    return Cli.run(arguments, environment, "1.2.3", out, out);
  }

  @Test
  void writesTheFilesAndSaysNothing() throws IOException {
    StringWriter said = new StringWriter();
    assertThat(run("word", said)).isZero();
    assertThat(said.toString()).isEmpty();
    assertThat(folder.resolve("login/pg_service.conf")).content().contains("host=db.example");
  }

  @Test
  void whatIsWrongStandsInTheLogAndInTheTerminationMessage() throws IOException {
    StringWriter said = new StringWriter();
    assertThat(run("sentinel%0A", said)).isEqualTo(StepExit.SETTINGS_INVALID.code());
    assertThat(said.toString().strip())
        .startsWith("the password in Secret orders-db has a line end")
        .doesNotContain("sentinel");
    assertThat(folder.resolve("termination-log")).hasContent(said.toString().strip());
  }

  @Test
  void isNotShownToUsers() {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    assertThat(Cli.run(new String[] {"--help"}, Map.of(), "1.2.3", out, out)).isZero();
    assertThat(said.toString()).contains("baseline").doesNotContain("job");
  }
}
