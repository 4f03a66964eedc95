package io.schemamigration.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Links within the page. All are relative: behind a proxy it may be served below any path.
 *
 * @param root from the page that the links are on to the first one: {@code ./} or {@code ../../}
 */
record Link(String root) {

  /** For a page at this path, which begins with a slash. */
  static Link from(String path) {
    long depth = path.chars().filter(c -> c == '/').count() - 1;
    return new Link(depth <= 0 ? "./" : "../".repeat((int) Math.min(depth, 20)));
  }

  /** Whether a link stays within the page. */
  static boolean leadsHere(String value) {
    return value.startsWith("./") || value.startsWith("../") || value.startsWith("#");
  }

  String style() {
    return root + "style.css";
  }

  String fleet(Filter filter) {
    List<String> query = new ArrayList<>();
    filter.namespace().ifPresent(n -> query.add("namespace=" + encoded(n)));
    filter.state().ifPresent(s -> query.add("state=" + s.key()));
    Optional.of(filter.page()).filter(p -> p > 1).ifPresent(p -> query.add("page=" + p));
    return root + (query.isEmpty() ? "" : "?" + String.join("&", query));
  }

  String migration(String namespace, String name) {
    return root + "migrations/" + encoded(namespace) + "/" + encoded(name);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
