package io.schemamigration.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.schemamigration.testing.CuttingProxy.Moment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class CuttingProxyTest {
  private final StringBuffer seenByServer = new StringBuffer();
  private final AtomicInteger serverResets = new AtomicInteger();
  private final AtomicInteger serverEnds = new AtomicInteger();
  private ServerSocket echo;
  private CuttingProxy proxy;

  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
    proxy = CuttingProxy.to("127.0.0.1", echo.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    echo.close();
  }

  @Test
  void passesAndCounts() throws IOException {
    try (Socket one = connect();
        Socket two = connect()) {
      assertThat(exchange(one, "hello")).isEqualTo("hello");
      assertThat(exchange(two, "you")).isEqualTo("you");
    }
    assertThat(proxy.connections()).isEqualTo(2);
    assertThat(proxy.clientBytes()).isEqualTo(8);
    assertThat(proxy.serverBytes()).isEqualTo(8);
    await().untilAsserted(() -> assertThat(serverEnds).hasValue(2));
    assertThat(proxy.cuts()).isZero();
  }

  @Test
  void passesAHalfClose() throws IOException {
    try (Socket client = connect()) {
      send(client, "last");
      client.shutdownOutput();

      assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII)).isEqualTo("last");
    }
  }

  @Test
  void passesManyBytes() throws IOException {
    String many = "0123456789".repeat(100_000);
    try (Socket client = connect()) {
      Thread.ofVirtual().start(() -> send(client, many));

      assertThat(receive(client, many.length())).isEqualTo(many);
    }
  }

  @Test
  void cutsAfterBytesOfTheClientCountedFromNowOn() throws IOException {
    try (Socket client = connect()) {
      exchange(client, "before");
      proxy.cutAfterClientBytes(4);
      exchange(client, "123");

      send(client, "456");

      assertReset(client);
      await().untilAsserted(() -> assertThat(serverResets).hasValue(1));
      assertThat(seenByServer).hasToString("before1234");
    }
  }

  @Test
  void cutsAfterBytesOfTheServer() throws IOException {
    proxy.cutAfterServerBytes(5);
    try (Socket client = connect()) {
      send(client, "0123456789");

      assertThat(receive(client, 5)).isEqualTo("01234");
      assertReset(client);
    }
  }

  @Test
  void cutsBeforeTheFirstByte() throws IOException {
    proxy.cutAfterClientBytes(0);
    try (Socket client = connect()) {
      send(client, "x");

      assertReset(client);
      assertThat(seenByServer).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 6, 7, 8, 9, 10, 11, 14})
  void withholdsANeedleHoweverItIsDivided(int division) throws IOException {
    String text = "SELECT;COMMIT;";
    proxy.cutWhenClientSends(bytes("COMMIT"), Moment.BEFORE_FORWARDING);
    try (Socket client = connect()) {
      String first = text.substring(0, division);
      if (division < 13) {
        exchange(client, first);
        send(client, text.substring(division));
      } else {
        send(client, first);
      }

      assertReset(client);
      await().untilAsserted(() -> assertThat(serverResets).hasValue(1));
      assertThat(seenByServer.toString())
          .isEqualTo(division < 13 && division > 7 ? first : "SELECT;");
    }
  }

  @Test
  void findsANeedleThatOverlapsItsOwnBeginning() throws IOException {
    proxy.cutWhenClientSends(bytes("aab"), Moment.BEFORE_FORWARDING);
    try (Socket client = connect()) {
      exchange(client, "aaa");

      send(client, "b");

      assertReset(client);
    }
  }

  @Test
  void cutsAfterTheNeedleHasArrivedButNoReply() throws IOException {
    proxy.cutWhenClientSends(bytes("COMMIT"), Moment.AFTER_FORWARDING);
    try (Socket client = connect()) {
      exchange(client, "x;COM");

      send(client, "MIT;");

      assertReset(client);
      await().untilAsserted(() -> assertThat(seenByServer).hasToString("x;COMMIT;"));
    }
  }

  @Test
  void cutsWhenTheServerAnswersTheNeedle() throws IOException {
    proxy.cutWhenClientSends(bytes("COMMIT"), Moment.ON_REPLY);
    try (Socket client = connect()) {
      exchange(client, "x;");

      send(client, "COMMIT;");

      assertReset(client);
      assertThat(seenByServer).hasToString("x;COMMIT;");
      assertThat(proxy.serverBytes()).isEqualTo(2);
      assertThat(proxy.cuts()).isEqualTo(1);
    }
  }

  @Test
  void withholdsANeedleOfTheServer() throws IOException {
    proxy.cutWhenServerSends(bytes("ok"), Moment.BEFORE_FORWARDING);
    try (Socket client = connect()) {
      exchange(client, "o");

      send(client, "xyok");

      assertThat(receive(client, 2)).isEqualTo("xy");
      assertReset(client);
      assertThat(seenByServer).hasToString("oxyok");
    }
  }

  @Test
  void cutsAfterANeedleOfTheServer() throws IOException {
    proxy.cutWhenServerSends(bytes("ok"), Moment.AFTER_FORWARDING);
    try (Socket client = connect()) {
      send(client, "ok!");

      assertThat(receive(client, 3)).isEqualTo("ok!");
      assertReset(client);
    }
  }

  @Test
  void cutsNoMoreThanItMay() throws IOException {
    proxy.atMost(1).cutWhenClientSends(bytes("x"), Moment.BEFORE_FORWARDING);
    try (Socket first = connect();
        Socket second = connect()) {
      send(first, "x");
      assertReset(first);

      assertThat(exchange(second, "xx")).isEqualTo("xx");
    }
  }

  @Test
  void swallowsEverythingInABlackHole() throws IOException {
    try (Socket old = connect()) {
      exchange(old, "before");
      proxy.blackhole();
      send(old, "lost");
      assertSilent(old);
      try (Socket late = connect()) {
        send(late, "lost");
        assertSilent(late);
        assertThat(seenByServer).hasToString("before");
        assertThat(serverResets).hasValue(0);
        assertThat(serverEnds).hasValue(0);

        proxy.pass();

        assertReset(old);
        assertReset(late);
      }
    }
    try (Socket fresh = connect()) {
      assertThat(exchange(fresh, "again")).isEqualTo("again");
    }
  }

  @Test
  void hidesAnEndInABlackHole() throws IOException {
    Socket client = connect();
    exchange(client, "x");
    proxy.blackhole();

    client.close();

    try (Socket late = connect()) {
      assertSilent(late);
    }
    assertThat(serverEnds).hasValue(0);
    proxy.pass();
    await().untilAsserted(() -> assertThat(serverResets).hasValue(1));
  }

  @Test
  void refusesNewConnectionsOnly() throws IOException {
    try (Socket old = connect()) {
      exchange(old, "x");
      proxy.refuse();
      try (Socket late = connect()) {
        assertReset(late);
      }
      assertThat(exchange(old, "y")).isEqualTo("y");
    }
    assertThat(proxy.connections()).isEqualTo(2);
  }

  @Test
  void resetsWhatTheServerDoesNotTake() throws IOException {
    echo.close();
    try (Socket client = connect()) {
      assertReset(client);
    }
  }

  @Test
  void cutsOnDemand() throws IOException {
    try (Socket client = connect()) {
      exchange(client, "x");

      proxy.cutNow();

      assertReset(client);
    }
  }

  private void accept() {
    while (!echo.isClosed()) {
      try {
        Socket socket = echo.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        // The test has ended.
      }
    }
  }

  private void serve(Socket socket) {
    byte[] buffer = new byte[4096];
    try (socket) {
      for (int n; (n = socket.getInputStream().read(buffer)) >= 0; ) {
        seenByServer.append(new String(buffer, 0, n, US_ASCII));
        socket.getOutputStream().write(buffer, 0, n);
      }
      serverEnds.incrementAndGet();
    } catch (IOException e) {
      serverResets.incrementAndGet();
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", proxy.port());
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static String exchange(Socket socket, String text) throws IOException {
    send(socket, text);
    return receive(socket, text.length());
  }

  private static void send(Socket socket, String text) {
    try {
      socket.getOutputStream().write(bytes(text));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String receive(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), US_ASCII);
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private static void assertSilent(Socket socket) throws IOException {
    socket.setSoTimeout(200);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(0);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }
}
