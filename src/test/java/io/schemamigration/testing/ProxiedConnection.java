package io.schemamigration.testing;

import io.schemamigration.testing.Fault.Blackhole;
import io.schemamigration.testing.Fault.Cut;
import io.schemamigration.testing.Fault.Pass;
import io.schemamigration.testing.Fault.Refuse;
import io.schemamigration.testing.Fault.Side;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One client's connection through a {@link CuttingProxy}: two sockets and a pump each way. */
final class ProxiedConnection {
  private static final int BUFFER = 64 * 1024;

  private final CuttingProxy proxy;
  private final Socket client;
  private final Socket server;
  private final AtomicBoolean cut = new AtomicBoolean();
  private final AtomicInteger finished = new AtomicInteger();

  /** The side from which nothing passes any more, because it is about to answer a lost request. */
  private volatile Side silenced;

  private volatile boolean cutOnReply;

  /** Whether bytes have been swallowed, so that what comes later makes no sense any more. */
  private volatile boolean torn;

  ProxiedConnection(CuttingProxy proxy, Socket client, Socket server) {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
  }

  void start() {
    Thread.ofVirtual().name("proxy-from-client").start(() -> pump(Side.CLIENT));
    Thread.ofVirtual().name("proxy-from-server").start(() -> pump(Side.SERVER));
  }

  /** Resets both sides: each gets an RST, what is still under way is lost. */
  void cut() {
    if (cut.compareAndSet(false, true)) {
      CuttingProxy.reset(client);
      CuttingProxy.reset(server);
      proxy.closed(this);
    }
  }

  void cutIfTorn() {
    if (torn) {
      cut();
    }
  }

  private void pump(Side from) {
    Watch watch = new Watch();
    byte[] buffer = new byte[BUFFER];
    try {
      for (int n; (n = socket(from).getInputStream().read(buffer)) >= 0; ) {
        handle(from, buffer, n, watch);
      }
      end(from);
    } catch (IOException e) {
      broken();
    }
  }

  private void handle(Side from, byte[] bytes, int length, Watch watch) throws IOException {
    if (from == silenced) {
      if (cutOnReply) {
        cutByFault();
      }
      return;
    }
    switch (proxy.fault()) {
      case Pass pass -> forward(from, bytes, length);
      case Refuse refuse -> forward(from, bytes, length);
      case Blackhole blackhole -> torn = true;
      case Cut fault -> {
        int keep = fault.from() == from ? watch.scan(fault, bytes, length) : Trigger.NOT_YET;
        if (silenced != null || keep == Trigger.NOT_YET || !fault.take()) {
          forward(from, bytes, length);
        } else {
          cutOnReply = fault.onReply();
          silenced = from.other();
          forward(from, bytes, keep);
          if (!fault.onReply()) {
            cutByFault();
          }
        }
      }
    }
  }

  private void forward(Side from, byte[] bytes, int length) throws IOException {
    if (torn) {
      cut();
      return;
    }
    // Counted first, because who has received a byte may ask for the number at once.
    proxy.forwarded(from, length);
    socket(from.other()).getOutputStream().write(bytes, 0, length);
  }

  /** Hands on a half-closed connection, except into a black hole. */
  private void end(Side from) throws IOException {
    if (swallowed()) {
      return;
    }
    if (from == silenced || torn) {
      cutByFault();
      return;
    }
    socket(from.other()).shutdownOutput();
    if (finished.incrementAndGet() == 2) {
      client.close();
      server.close();
      proxy.closed(this);
    }
  }

  private void broken() {
    if (!swallowed()) {
      cut();
    }
  }

  private boolean swallowed() {
    if (cut.get() || !(proxy.fault() instanceof Blackhole)) {
      return false;
    }
    torn = true;
    return proxy.fault() instanceof Blackhole;
  }

  private void cutByFault() {
    if (!cut.get()) {
      proxy.countCut();
      cut();
    }
  }

  private Socket socket(Side side) {
    return side == Side.CLIENT ? client : server;
  }

  /** The trigger of the present fault; a new fault starts to watch from its first byte on. */
  private static final class Watch {
    private Cut fault;
    private Trigger trigger;

    int scan(Cut present, byte[] bytes, int length) {
      if (present != fault) {
        fault = present;
        trigger = present.triggers().get();
      }
      return trigger.scan(bytes, length);
    }
  }
}
