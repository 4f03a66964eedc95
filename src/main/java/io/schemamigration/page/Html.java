package io.schemamigration.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An HTML element that is being built. Texts and values of attributes are escaped when they are
 * written and there is no way around it: whatever a resource says, it stays words. Scripts, styles
 * and handlers cannot be made, nor links to elsewhere.
 */
final class Html {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z][-a-zA-Z0-9]*");
  private static final Set<String> VOID = Set.of("link", "meta", "input", "wbr");
  private static final Set<String> FORBIDDEN =
      Set.of("script", "style", "iframe", "object", "embed", "base", "template", "foreignObject");

  private final String name;
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private final List<Object> content = new ArrayList<>();

  private Html(String name) {
    this.name = name;
  }

  /**
   * Begins an element.
   *
   * @throws IllegalArgumentException if it could run or load something
   */
  static Html of(String name) {
    if (!NAME.matcher(name).matches() || FORBIDDEN.contains(name)) {
      throw new IllegalArgumentException("no element that a page may have: " + name);
    }
    return new Html(name);
  }

  /** The same with a class. */
  static Html of(String name, String styleClass) {
    return of(name).with("class", styleClass);
  }

  /**
   * Sets an attribute.
   *
   * @throws IllegalArgumentException if it could run something, or leads to elsewhere
   */
  Html with(String attribute, String value) {
    boolean runs = attribute.startsWith("on") || attribute.equals("style");
    boolean leads = Set.of("href", "src", "action").contains(attribute);
    if (!NAME.matcher(attribute).matches() || runs || leads && !Link.leadsHere(value)) {
      throw new IllegalArgumentException("no attribute that a page may have: " + attribute);
    }
    attributes.put(attribute, value);
    return this;
  }

  /** Adds words. */
  Html text(String words) {
    content.add(words);
    return this;
  }

  /** Adds elements. */
  Html add(Html... children) {
    return add(List.of(children));
  }

  Html add(List<Html> children) {
    content.addAll(children);
    return this;
  }

  /** A whole page, of which this is the root. */
  String document() {
    StringBuilder out = new StringBuilder("<!doctype html>\n");
    write(out);
    return out.append('\n').toString();
  }

  private void write(StringBuilder out) {
    out.append('<').append(name);
    attributes.forEach(
        (attribute, value) -> {
          out.append(' ').append(attribute).append("=\"");
          escape(out, value);
          out.append('"');
        });
    out.append('>');
    if (VOID.contains(name)) {
      return;
    }
    for (Object part : content) {
      if (part instanceof Html child) {
        child.write(out);
      } else {
        escape(out, (String) part);
      }
    }
    out.append("</").append(name).append('>');
  }

  private static void escape(StringBuilder out, String words) {
    words
        .codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(harmless(point) ? point : 0xFFFD);
              }
            });
  }

  /** Neither invisible nor able to turn round what stands beside it. */
  private static boolean harmless(int point) {
    boolean control = Character.isISOControl(point) && point != '\n' && point != '\t';
    boolean turns = point >= 0x202A && point <= 0x202E || point >= 0x2066 && point <= 0x2069;
    boolean half = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    return !control && !turns && !half;
  }
}
