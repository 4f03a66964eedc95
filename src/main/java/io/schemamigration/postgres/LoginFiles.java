package io.schemamigration.postgres;

import io.schemamigration.plan.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A login as the files that PostgreSQL's own programs read: they get it neither by argument nor by
 * environment, where others could see it. Says what {@link Session} says to the driver.
 */
public final class LoginFiles {
  /** The section of the service file. */
  public static final String SERVICE = "db";

  /** The service file, for {@code PGSERVICEFILE}. */
  public static final String SERVICE_FILE = "pg_service.conf";

  /** The password file, for {@code PGPASSFILE}. */
  public static final String PASSWORD_FILE = "pgpass";

  private static final String CA = "root.crt";
  private static final String CERTIFICATE = "client.crt";
  private static final String KEY = "client.key";

  private LoginFiles() {}

  /**
   * Writes the files; those of an earlier login are replaced. Asks DNS, as a connection does.
   *
   * @param folder made if it is not there; only its owner may read what is written
   * @param connect how long connecting may take; whole seconds, at least one
   * @throws DatabaseUnavailable if the files cannot say it, with {@link Reason#SECRET_INVALID}
   * @throws IOException if the folder cannot be written
   */
  public static void write(Endpoint endpoint, Path folder, Duration connect)
      throws DatabaseUnavailable, IOException {
    check(endpoint);
    Tls tls = endpoint.tls();
    Files.createDirectories(folder);
    Path home = folder.toAbsolutePath();
    write(home.resolve(PASSWORD_FILE), Optional.of(password(endpoint)));
    write(home.resolve(CA), authorities(endpoint));
    write(home.resolve(CERTIFICATE), tls.certificate());
    write(home.resolve(KEY), tls.key());
    StringBuilder text = new StringBuilder("[" + SERVICE + "]\n");
    parts(endpoint, home, connect)
        .forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    write(home.resolve(SERVICE_FILE), Optional.of(text.toString()));
  }

  private static Map<String, String> parts(Endpoint endpoint, Path home, Duration connect) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("host", host(endpoint));
    parts.put("port", Integer.toString(endpoint.port()));
    parts.put("dbname", endpoint.database());
    parts.put("user", endpoint.user());
    parts.put("passfile", home.resolve(PASSWORD_FILE).toString());
    parts.put("connect_timeout", Long.toString(Math.max(1, connect.plusMillis(999).toSeconds())));
    // A server that is gone is noticed within half a minute, also where nothing is sent.
    parts.put("keepalives_idle", "15");
    parts.put("keepalives_interval", "5");
    parts.put("keepalives_count", "3");
    parts.put("gssencmode", "disable");
    parts.put("sslmode", endpoint.tls().mode());
    // Named also where there is none: else libpq takes what lies in its user's home, and asks a CA
    // that it finds there even for "prefer".
    parts.put("sslrootcert", home.resolve(CA).toString());
    parts.put("sslcert", home.resolve(CERTIFICATE).toString());
    parts.put("sslkey", home.resolve(KEY).toString());
    return parts;
  }

  /** A URI writes an IPv6 address in brackets, libpq's files without. */
  private static String host(Endpoint endpoint) {
    String host = endpoint.address();
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** For whatever database of the server: a restore works on two. */
  private static String password(Endpoint endpoint) {
    if (endpoint.password().isEmpty()) {
      return "";
    }
    return "%s:%d:*:%s:%s\n"
        .formatted(
            escaped(host(endpoint)),
            endpoint.port(),
            escaped(endpoint.user()),
            escaped(endpoint.password()));
  }

  private static String escaped(String field) {
    return field.replace("\\", "\\\\").replace(":", "\\:");
  }

  /** None where nothing is to be checked: a file that is there is asked for every mode. */
  private static Optional<String> authorities(Endpoint endpoint) throws DatabaseUnavailable {
    Tls tls = endpoint.tls();
    if (!tls.verifies()) {
      return Optional.empty();
    }
    try {
      return Optional.of(tls.ca().isPresent() ? tls.ca().get() : RuntimeAuthorities.pem());
    } catch (GeneralSecurityException e) {
      throw new DatabaseUnavailable(
          Reason.TLS_FAILED,
          "the certificates that this image trusts cannot be read; name a CA in %s"
              .formatted(endpoint.origin()));
    }
  }

  private static void check(Endpoint endpoint) throws DatabaseUnavailable {
    check(endpoint, "host", endpoint.host(), true);
    check(endpoint, "database name", endpoint.database(), true);
    check(endpoint, "user name", endpoint.user(), true);
    check(endpoint, "password", endpoint.password(), false);
  }

  /** The files have one value a line, and libpq drops white space at the end of a line. */
  private static void check(Endpoint endpoint, String what, String value, boolean trimmed)
      throws DatabaseUnavailable {
    boolean broken = value.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0);
    if (broken || (trimmed && !value.stripTrailing().equals(value))) {
      throw new DatabaseUnavailable(
          Reason.SECRET_INVALID,
          "the %s in %s has %s, which PostgreSQL's programs cannot read from a file; change it"
              .formatted(what, endpoint.origin(), broken ? "a line end" : "a blank at its end"));
    }
  }

  private static void write(Path file, Optional<String> text) throws IOException {
    Files.deleteIfExists(file); // never written into a file that others have open or may read
    if (text.isEmpty()) {
      return;
    }
    try (var channel =
        Files.newByteChannel(
            file,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      var bytes = java.nio.ByteBuffer.wrap(text.get().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
