package io.schemamigration.plan;

import java.util.Optional;
import java.util.stream.Stream;

/** Reads SET and RESET as far as the splitter must follow them. */
final class Settings {
  private static final String STANDARD_STRINGS = "STANDARD_CONFORMING_STRINGS";

  private Settings() {}

  /** Whether a statement does nothing but set: also by the function, as pg_dump writes it. */
  static boolean only(Tokens tokens) {
    int function = tokens.startsWith("SELECT", "PG_CATALOG", ".") ? 3 : 1;
    boolean calls = tokens.at(0, "SELECT") && tokens.at(function, "SET_CONFIG");
    return tokens.at(0, "SET", "RESET")
        || calls && tokens.at(function + 2, ")") && tokens.at(function + 3, "", ";");
  }

  /**
   * Whether what {@link #only} sets is worked out by a call or a query, which may do anything: the
   * server runs it each time that the statement is sent.
   */
  static boolean computes(Tokens tokens) {
    return tokens.at(0, "SELECT") && tokens.nested();
  }

  /** The place of the parameter's name in a SET statement. */
  static int name(Tokens tokens) {
    boolean scope =
        tokens.at(1, "LOCAL") || (tokens.at(1, "SESSION") && !tokens.at(2, "CHARACTERISTICS"));
    return scope ? 2 : 1;
  }

  /** Whether a parameter is another way to write SET TRANSACTION. */
  static boolean isTransactionMode(String parameter) {
    return Stream.of("TRANSACTION_READ_ONLY", "TRANSACTION_ISOLATION", "TRANSACTION_DEFERRABLE")
        .anyMatch(mode -> Tokens.names(parameter, mode));
  }

  /** What the statement sets standard_conforming_strings to, if it does. */
  static Optional<Boolean> standardStrings(Tokens tokens) {
    boolean reset = tokens.at(0, "RESET");
    String name = tokens.at(reset ? 1 : name(tokens));
    if (reset && (name.equals("ALL") || Tokens.names(name, STANDARD_STRINGS))) {
      return Optional.of(true); // the value that the operator's sessions start with
    }
    return tokens.at(0, "SET") && Tokens.names(name, STANDARD_STRINGS)
        ? Optional.of(isOn(tokens.at(name(tokens) + 2)))
        : Optional.empty();
  }

  /** Why the client could not go on after the statement, if it could not. */
  static Optional<String> clientFormat(Tokens tokens) {
    if (!tokens.at(0, "SET")) {
      return Optional.empty();
    }
    int name = name(tokens);
    boolean names = tokens.at(name, "NAMES");
    String value = Tokens.upper(tokens.at(names ? name + 1 : name + 2).replaceAll("['\"_-]", ""));
    if (names || Tokens.names(tokens.at(name), "CLIENT_ENCODING")) {
      return Stream.of("UTF8", "UNICODE", "DEFAULT").anyMatch(value::equals)
          ? Optional.empty()
          : Optional.of(
              "The file is sent as UTF-8, whatever it says. Delete SET client_encoding, and save"
                  + " the file as UTF-8.");
    }
    boolean style =
        Tokens.names(tokens.at(name), "DATESTYLE")
            && Stream.of("SQL", "POSTGRES", "GERMAN").anyMatch(value::contains);
    return style
        ? Optional.of(
            "This format of dates is one that the connection cannot work with. Delete the SET"
                + " statement, and write dates as 2026-03-01.")
        : Optional.empty();
  }

  /** What is not surely on counts as off, for off makes the splitter stricter. */
  private static boolean isOn(String value) {
    String word = Tokens.upper(value.replace("'", ""));
    return Stream.of("ON", "TRUE", "YES", "1", "DEFAULT").anyMatch(word::equals);
  }
}
