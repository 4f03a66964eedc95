package io.schemamigration.postgres;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Where the keys of a Secret and its URI do not say the same. What one leaves out is no matter. */
final class Contradictions {
  private static final List<String> PARTS =
      List.of("host", "port", "dbname", "user", "password", "sslmode");

  /** The names of a Service from any namespace; the cluster's domain may be anything. */
  private static final Pattern SERVICE = Pattern.compile("([^.]+\\.[^.]+)\\.svc(\\..*)?");

  private Contradictions() {}

  /**
   * The keys that say otherwise.
   *
   * @param decided parts of which the resource says where they come from
   * @param namespace where the Secret is: a host without a dot is a Service of it
   */
  static List<String> keys(
      LoginParts discrete, LoginParts uri, Set<String> decided, Optional<String> namespace) {
    return PARTS.stream()
        .filter(part -> !decided.contains(part) && discrete.has(part) && uri.has(part))
        .filter(part -> !said(discrete, part, namespace).equals(said(uri, part, namespace)))
        .map(discrete::key)
        .distinct()
        .toList();
  }

  private static Optional<String> said(LoginParts parts, String part, Optional<String> namespace) {
    UnaryOperator<String> plain =
        switch (part) {
          case "host" -> host -> server(host, namespace);
          case "sslmode" -> mode -> mode.toLowerCase(Locale.ROOT);
          default -> UnaryOperator.identity();
        };
    return parts.get(part).map(plain);
  }

  /** CloudNativePG says c-rw in one key, c-rw.shop and c-rw.shop.svc.cluster.local in others. */
  private static String server(String host, Optional<String> namespace) {
    String name = host.toLowerCase(Locale.ROOT).replaceAll("^\\[|\\]$|\\.$", "");
    if (name.indexOf('.') < 0 && name.indexOf(':') < 0) {
      return name + namespace.map(n -> "." + n).orElse("");
    }
    return SERVICE.matcher(name).replaceFirst("$1");
  }
}
