package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.ServerErrorMessage;

/** What servers say that no test starts: in other languages, and of other tables. */
class SafeMessageTest {
  private static final String SQL = "ALTER ROLE app PASSWORD 'x' 'sentinel'; DROP TABLE Analyzed";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "42601 | scan.l | 5 | Syntaxfehler bei »'sentinel'« | Syntaxfehler bei …",
        "42601 | scan.l | 5 | erreur de syntaxe sur ou près de « 'sentinel' » | erreur de syntaxe"
            + " sur ou près de …",
        "42601 | scan.l | 5 | syntax error at or near \"DROP\" | syntax error at or near \"DROP\"",
        "42601 | tsquery.c | 5 | syntax error in tsquery: \"app\" | a text in it has a wrong"
            + " syntax",
        "42P01 | x.c | 0 | relation \"analyzed\" does not exist | relation \"analyzed\" does not"
            + " exist",
        "42P01 | x.c | 0 | relation \"ana\" does not exist | relation \"…\" does not exist",
        "42P01 | x.c | 0 | relation \"a\"ana\"b\" does not exist | relation \"…\" does not exist",
        "42P01 | x.c | 0 | Relation »ana« existiert nicht | Relation »…« existiert nicht",
        "42P01 | x.c | 9 | relation \"ana\" does not exist | relation \"ana\" does not exist",
        "42704 | guc.c | 0 | unknown parameter \"a.b\" | unknown parameter \"a.b\"",
        "08006 | x.c | 0 | password of sentinel | the connection that it makes to another server"
            + " fails",
      })
  void saysOnlyWhatTheTextSays(String state, String file, int at, String message, String told) {
    ServerErrorMessage error =
        new ServerErrorMessage(
            "SERROR\0C" + state + "\0M" + message + "\0P" + at + "\0F" + file + "\0");
    assertThat(SafeMessage.of(error, SQL)).isEqualTo(told);
  }
}
