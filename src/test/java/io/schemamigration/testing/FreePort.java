package io.schemamigration.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port for a server that will be stopped and started again on the same port.
 *
 * <p>It lies below the range from which the system takes ports for outgoing connections. Out of
 * that range, a client that keeps connecting to a stopped server can be given that very port as its
 * own, and then it is connected to itself.
 */
public final class FreePort {
  private static final int LOWEST = 15_000;
  private static final int BELOW = 32_000;
  private static final int TRIES = 200;

  private FreePort() {}

  /** A port that nobody listens on now. */
  public static int find() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, BELOW);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port between " + LOWEST + " and " + BELOW);
  }

  private static boolean isFree(int port) {
    try (ServerSocket everywhere = new ServerSocket()) {
      everywhere.setReuseAddress(false);
      everywhere.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
