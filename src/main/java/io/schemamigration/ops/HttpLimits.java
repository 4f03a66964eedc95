package io.schemamigration.ops;

/**
 * Time limits of the JDK's HTTP server, without which one client that never ends its request, or
 * never reads the answer, holds a connection for ever. The JDK reads them once, before the first
 * server is made.
 */
public final class HttpLimits {
  private static final String REQUEST_SECONDS = "10";
  private static final String ANSWER_SECONDS = "30";
  private static final String CONNECTIONS = "256";

  private HttpLimits() {}

  /** Sets those that nobody has set on the command line. */
  public static void apply() {
    set("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
    set("sun.net.httpserver.maxRspTime", ANSWER_SECONDS);
    set("jdk.httpserver.maxConnections", CONNECTIONS);
  }

  private static void set(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
