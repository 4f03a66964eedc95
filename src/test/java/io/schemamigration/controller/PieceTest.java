package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.schemamigration.plan.Digest;
import io.schemamigration.plan.Script;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of a run while it lasts. */
class PieceTest {
  private final Piece piece = new Piece(new ResourceID("m", "n"), "u", 1);

  @ParameterizedTest
  @CsvSource({
    "pg_3_c.sql, SELECT 1, running pg_3_c.sql (1 of 2), false",
    "rollback_pg_3_c.sql, SELECT 1, running rollback_pg_3_c.sql (1 of 2), true",
    "pg_3_c.sql, '', removing the row of c (1 of 2), true",
  })
  void whatAScriptDoesIsSaidAndWhatIsUndoneIsCounted(
      String file, String text, String progress, boolean undoes) {
    Script script = new Script(3, "c", file, text, Digest.sha256(text), Optional.empty());
    piece.sending(script, 1, 2);
    assertThat(piece.progress.text()).isEqualTo(progress);
    assertThat(piece.progress.undoes()).isEqualTo(undoes);
    assertThat(piece.undone).isZero();
    piece.committed(script);
    assertThat(piece.undone).isEqualTo(undoes ? 1 : 0);
  }
}
