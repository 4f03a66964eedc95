package io.schemamigration.backup;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * How the S3 server encrypts what it keeps: {@code AES256}, {@code aws:kms} with the account's own
 * key, or {@code aws:kms:<key id>}.
 *
 * @param kms whether the key is one of a key management service
 * @param key its id or ARN
 */
public record Encryption(boolean kms, Optional<String> key) {
  private static final String KMS = "aws:kms";

  /**
   * Reads what a user wrote.
   *
   * @throws IllegalArgumentException if it is none of them, with a message for the user
   */
  @JsonCreator
  public static Encryption of(String text) {
    if (text.equals("AES256")) {
      return new Encryption(false, Optional.empty());
    }
    if (text.equals(KMS)) {
      return new Encryption(true, Optional.empty());
    }
    if (text.startsWith(KMS + ":") && text.length() > KMS.length() + 1) {
      return new Encryption(true, Optional.of(text.substring(KMS.length() + 1)));
    }
    throw new IllegalArgumentException(
        "serverSideEncryption is AES256, aws:kms or aws:kms:<key id>; correct it");
  }

  /** What to ask the server for. */
  ServerSideEncryption algorithm() {
    return kms ? ServerSideEncryption.AWS_KMS : ServerSideEncryption.AES256;
  }

  /** As a user writes it. */
  @JsonValue
  @Override
  public String toString() {
    return kms ? KMS + key.map(k -> ":" + k).orElse("") : "AES256";
  }
}
