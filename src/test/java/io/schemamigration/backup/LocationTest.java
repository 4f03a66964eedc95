package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://backups/shop/orders/orders-1",
        "s3://my.bucket_2/a/b/shop/orders/x",
        "pvc:backups/shop/orders/orders-1",
        "pvc:data-pg-0.old/sub/Folder.d/shop/orders/x",
      })
  void whatIsWrittenIsReadAgain(String text) {
    assertThat(Location.parse(text).text()).isEqualTo(text);
  }

  @Test
  void thePartsAreKnown() {
    assertThat(Location.parse("s3://b1x/a/b"))
        .isEqualTo(new Location.S3("b1x", Folder.of("/a/b/")));
    assertThat(Location.parse("pvc:claim/a"))
        .isEqualTo(new Location.Volume("claim", Folder.of("a")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "backups/a",
        "http://host/a",
        "s3://backups",
        "s3://backups/",
        "s3://user:secret@host/a",
        "s3:///a",
        "pvc:backups",
        "pvc:../a",
        "pvc:Upper/a",
        "pvc:backups/../a",
        "pvc:backups/a/../../b",
        "pvc:backups/./a",
        "pvc:backups//a",
        "pvc:backups/a b",
        "pvc:backups/a\u0000b",
        "pvc:backups/a\nb",
        "s3://b/a",
        "s3://backups/a/",
      })
  void everythingElseIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Location.parse(text))
        .withMessageEndingWith("correct it");
  }

  @ParameterizedTest
  @CsvSource({
    "../x,orders,b", "shop,..,b", "shop,orders,..", "shop,orders,b/c", "Shop,orders,b",
    "shop,orders,b.partial", "shop,orders,''", "'',orders,b", "shop,-a,b", "shop,a-,b",
  })
  void aNameThatIsNoDnsLabelIsRefused(String namespace, String migration, String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BackupId(namespace, migration, name))
        .withMessageContaining("is no DNS label");
  }

  @Test
  void aLabelHasAtMostSixtyThreeLetters() {
    assertThat(BackupId.isLabel("a".repeat(63))).isTrue();
    assertThat(BackupId.isLabel("a".repeat(64))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "orders, orders",
    "backup one, backup-one",
    "2026-03-01T12:00, 2026-03-01t12-00",
    "-a-, a",
    "..., backup",
    "Ünï, n",
  })
  void aFolderOfAnyNameGivesALabel(String folder, String label) {
    assertThat(BackupId.label(folder)).isEqualTo(label);
    assertThat(BackupId.isLabel(BackupId.label("x" + "-".repeat(70) + folder.repeat(70)))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"AES256", "aws:kms", "aws:kms:arn:aws:kms:eu-west-1:1:key/abc"})
  void anEncryptionIsReadAsItIsWritten(String text) {
    assertThat(Encryption.of(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "aes256", "aws:kms:", "aws"})
  void anotherEncryptionIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Encryption.of(text));
  }
}
