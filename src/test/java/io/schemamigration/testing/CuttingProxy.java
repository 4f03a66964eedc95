package io.schemamigration.testing;

import io.schemamigration.testing.Fault.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A TCP proxy on loopback that breaks connections at a chosen byte. To cut means to reset both
 * sides. A fault holds for old and new connections from the moment it is set until the next one is
 * set; counting and matching start then, on each connection for itself.
 */
public final class CuttingProxy implements AutoCloseable {

  /** When, with regard to the bytes that were waited for, the connection is cut. */
  public enum Moment {
    /** They never arrive: of the needle at least its last byte is withheld. */
    BEFORE_FORWARDING,
    /** What was read together with them is passed on, then the cut follows at once. */
    AFTER_FORWARDING,
    /**
     * They and all that follows pass, the cut happens when the other side answers; the answer is
     * lost. Unlike after {@link #AFTER_FORWARDING}, the other side has certainly acted.
     */
    ON_REPLY
  }

  private final InetSocketAddress target;
  private final ServerSocket listener;
  private final Set<ProxiedConnection> open = ConcurrentHashMap.newKeySet();
  private final Set<Socket> unanswered = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger cuts = new AtomicInteger();
  private final AtomicLong clientBytes = new AtomicLong();
  private final AtomicLong serverBytes = new AtomicLong();
  private int cutsPerFault = Integer.MAX_VALUE;
  private volatile Fault fault = new Fault.Pass();

  private CuttingProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().name("proxy-accept").start(this::accept);
  }

  public static CuttingProxy to(String host, int port) {
    try {
      return new CuttingProxy(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Lets each fault that is set from now on cut so many connections and then let all pass. */
  public synchronized CuttingProxy atMost(int cutsOfOneFault) {
    cutsPerFault = cutsOfOneFault;
    return this;
  }

  /** No fault any more. Connections of which a black hole has swallowed something are cut. */
  public void pass() {
    set(new Fault.Pass());
  }

  /** Exactly n more bytes of the client pass. */
  public void cutAfterClientBytes(long n) {
    cut(Side.CLIENT, () -> Trigger.afterBytes(n), Moment.AFTER_FORWARDING);
  }

  /** Exactly n more bytes of the server pass. */
  public void cutAfterServerBytes(long n) {
    cut(Side.SERVER, () -> Trigger.afterBytes(n), Moment.AFTER_FORWARDING);
  }

  public void cutWhenClientSends(byte[] needle, Moment moment) {
    cutOnNeedle(Side.CLIENT, needle, moment);
  }

  public void cutWhenServerSends(byte[] needle, Moment moment) {
    cutOnNeedle(Side.SERVER, needle, moment);
  }

  /** Connections stay open and new ones are accepted, but nothing passes, not even an end. */
  public void blackhole() {
    set(new Fault.Blackhole());
  }

  /** New connections are reset as soon as they are accepted. */
  public void refuse() {
    set(new Fault.Refuse());
  }

  /** Cuts all connections that are open now, whatever else is set. */
  public void cutNow() {
    open.forEach(ProxiedConnection::cut);
  }

  /** How many connections have been accepted so far, refused ones included. */
  public int connections() {
    return connections.get();
  }

  /** How many connections a fault has cut so far. */
  public int cuts() {
    return cuts.get();
  }

  /** How many bytes of clients have been passed on so far. */
  public long clientBytes() {
    return clientBytes.get();
  }

  /** How many bytes of the server have been passed on so far. */
  public long serverBytes() {
    return serverBytes.get();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cutNow();
    unanswered.forEach(CuttingProxy::reset);
  }

  Fault fault() {
    return fault;
  }

  void forwarded(Side from, int bytes) {
    (from == Side.CLIENT ? clientBytes : serverBytes).addAndGet(bytes);
  }

  void countCut() {
    cuts.incrementAndGet();
  }

  void closed(ProxiedConnection connection) {
    open.remove(connection);
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // Closed already, which is what was wanted.
    }
  }

  private void cutOnNeedle(Side from, byte[] needle, Moment moment) {
    if (needle.length == 0) {
      throw new IllegalArgumentException("an empty needle");
    }
    byte[] copy = needle.clone();
    boolean withhold = moment == Moment.BEFORE_FORWARDING;
    cut(from, () -> Trigger.onNeedle(copy, withhold), moment);
  }

  private synchronized void cut(Side from, Supplier<Trigger> triggers, Moment moment) {
    boolean onReply = moment == Moment.ON_REPLY;
    set(new Fault.Cut(from, triggers, onReply, new AtomicInteger(cutsPerFault)));
  }

  private synchronized void set(Fault next) {
    fault = next;
    if (!(next instanceof Fault.Blackhole)) {
      open.forEach(ProxiedConnection::cutIfTorn);
      unanswered.forEach(CuttingProxy::reset);
      unanswered.clear();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().name("proxy-connect").start(() -> admit(client));
      } catch (IOException e) {
        // Closed, or a client that left before it was accepted: the loop's condition tells.
      }
    }
  }

  private void admit(Socket client) {
    Fault present = fault;
    if (present instanceof Fault.Refuse) {
      reset(client);
    } else if (!(present instanceof Fault.Blackhole && hold(client))) {
      connect(client);
    }
  }

  private synchronized boolean hold(Socket client) {
    return fault instanceof Fault.Blackhole && unanswered.add(client);
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(target);
      ProxiedConnection connection = new ProxiedConnection(this, client, server);
      open.add(connection);
      connection.start();
      if (listener.isClosed()) {
        connection.cut();
      }
    } catch (IOException e) {
      reset(server);
      reset(client);
    }
  }
}
