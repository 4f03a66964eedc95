package io.schemamigration.plan;

/**
 * Knows the statements that PostgreSQL 14 to 18 refuse inside a transaction block, as far as their
 * words tell: the calls of {@code PreventInTransactionBlock} in the server. Only the catalogue
 * knows that REINDEX TABLE or CLUSTER names a partitioned table.
 */
final class OutsideTransaction {
  private static final String CONCURRENTLY = "CONCURRENTLY";

  private OutsideTransaction() {}

  static boolean required(Tokens tokens) {
    return switch (tokens.at(0)) {
      case "VACUUM" -> true;
      case "CLUSTER" -> cluster(tokens);
      case "REINDEX" -> reindex(tokens);
      case "CREATE" -> create(tokens);
      case "DROP" ->
          tokens.at(1, "DATABASE", "TABLESPACE", "SUBSCRIPTION")
              || tokens.startsWith("DROP", "INDEX", CONCURRENTLY);
      case "ALTER" -> alter(tokens);
      default -> false;
    };
  }

  private static boolean cluster(Tokens tokens) {
    int table = tokens.at(1, "(") ? 3 : tokens.at(1, "VERBOSE") ? 2 : 1;
    return tokens.at(table).isEmpty();
  }

  private static boolean reindex(Tokens tokens) {
    int kind = tokens.at(1, "(") ? 3 : 1;
    return tokens.at(kind, "SCHEMA", "DATABASE", "SYSTEM")
        || tokens.at(kind + 1, CONCURRENTLY)
        || tokens.option(CONCURRENTLY, false);
  }

  private static boolean create(Tokens tokens) {
    int kind = tokens.at(1, "UNIQUE") ? 2 : 1;
    return switch (tokens.at(kind)) {
      case "DATABASE", "TABLESPACE" -> true;
      case "INDEX" -> tokens.at(kind + 1, CONCURRENTLY);
      // A subscription that does not connect creates no slot unless told to, and then it fails.
      case "SUBSCRIPTION" -> tokens.option("CREATE_SLOT", true) && tokens.option("CONNECT", true);
      default -> false;
    };
  }

  private static boolean alter(Tokens tokens) {
    return switch (tokens.at(1)) {
      case "SYSTEM" -> true;
      case "DATABASE" ->
          tokens.at(3, "TABLESPACE") || (tokens.at(3, "SET", "WITH") && tokens.at(4, "TABLESPACE"));
      case "SUBSCRIPTION" -> subscription(tokens);
      case "TABLE" -> detach(tokens);
      default -> false;
    };
  }

  private static boolean subscription(Tokens tokens) {
    if (tokens.at(3, "SET", "ADD", "DROP") && tokens.at(4, "PUBLICATION")) {
      return tokens.option("REFRESH", true);
    }
    return tokens.at(3, "REFRESH") || tokens.hasOption("FAILOVER") || tokens.hasOption("TWO_PHASE");
  }

  private static boolean detach(Tokens tokens) {
    int detach = tokens.find(2, "DETACH");
    return detach > 0
        && tokens.at(detach + 1, "PARTITION")
        && tokens.at(tokens.behindName(detach + 2), CONCURRENTLY);
  }
}
