package io.schemamigration.postgres;

import java.util.List;
import java.util.Optional;

/**
 * How a connection is encrypted and whom it trusts.
 *
 * @param mode one of libpq's sslmode words
 * @param ca certificates to trust, as PEM; empty: those that the Java runtime trusts
 * @param certificate the client's own, as PEM, with the chain behind it
 * @param key its private key, as PEM without a password
 */
public record Tls(
    String mode, Optional<String> ca, Optional<String> certificate, Optional<String> key) {

  /** The words, from the weakest to the strongest. */
  public static final List<String> MODES =
      List.of("disable", "prefer", "require", "verify-ca", "verify-full");

  /** Where nobody says a mode, whoever gives a CA wants it to be asked. */
  static Tls of(
      Optional<String> mode,
      Optional<String> ca,
      Optional<String> certificate,
      Optional<String> key) {
    return new Tls(mode.orElse(ca.isPresent() ? "verify-full" : "prefer"), ca, certificate, key);
  }

  /** Whether the server's certificate is checked; libpq does so for {@code require} with a CA. */
  boolean verifies() {
    return mode.startsWith("verify") || (mode.equals("require") && ca.isPresent());
  }

  /** Whether this is less than another mode. */
  public boolean weakerThan(String other) {
    return MODES.indexOf(mode) < MODES.indexOf(other);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "Tls[" + mode + "]";
  }
}
