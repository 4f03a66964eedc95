package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.schemamigration.decision.Work;
import io.schemamigration.input.Inputs;
import io.schemamigration.input.Requests;
import io.schemamigration.plan.Situations;
import io.schemamigration.plan.UndoBooks;
import io.schemamigration.postgres.Author;
import io.schemamigration.postgres.ConnectionSecret;
import io.schemamigration.postgres.Endpoint;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.Planning;
import io.schemamigration.postgres.Runner;
import io.schemamigration.postgres.SecretData;
import io.schemamigration.postgres.SecretLayout;
import io.schemamigration.postgres.Tables;
import io.schemamigration.postgres.Target;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Work on a port where nobody answers. */
class RunsIT {
  private static final ResourceID ID = new ResourceID("m", "n");
  private static final Situations BEHIND = Situations.start().files(1, 2).applied(1);

  private final Limits limits = new Limits(4, 2);
  private final AtomicInteger wakes = new AtomicInteger();
  private final Runs runs =
      new Runs(
          Clock.systemUTC(),
          limits,
          id -> wakes.incrementAndGet(),
          (id, uid, generation) -> Runs.Wish.GO_ON);

  @AfterEach
  void close() {
    runs.close();
  }

  private static Endpoint endpoint() {
    ConnectionSecret.Result result =
        ConnectionSecret.read(
            new SecretData(
                "Secret db",
                Optional.empty(),
                Map.of(),
                Map.of("uri", "postgresql://u:p@127.0.0.1:1/d")),
            ConnectionSecret.Overrides.NONE);
    return ((ConnectionSecret.Found) result).endpoint();
  }

  private static Inputs inputs() {
    Duration second = Duration.ofSeconds(1);
    Target target =
        new Target(
            endpoint(),
            new Tables("public", "t"),
            new Target.Timeouts(second, second, second),
            "test",
            Target.SessionDefaults.NONE);
    return new Inputs(
        1,
        Requests.NONE,
        BEHIND.source(),
        target,
        new SecretLayout("uri", Optional.empty()),
        BEHIND.policy(),
        "d",
        Duration.ofMinutes(10),
        6);
  }

  private void run(String uid) {
    run(uid, () -> true);
  }

  private void run(String uid, BooleanSupplier current) {
    Planning planning = Planning.of(history -> BEHIND.plan());
    Author author = new Author("c", "n", "m", "1", UUID.randomUUID(), "");
    Inputs inputs = inputs();
    runs.run(
        ID,
        uid,
        inputs,
        new Look(BEHIND.history(), UndoBooks.NONE, "None"),
        author,
        current,
        control -> new Runner(inputs.target(), author, planning, control));
  }

  private Work awaitEnd(String uid) {
    await().until(() -> !(runs.take(uid) instanceof Work.Busy));
    return runs.take(uid);
  }

  @Test
  void theEndOfARunIsKeptUntilItWasTold() {
    run("uid");
    Work work = awaitEnd("uid");
    assertThat(work).isInstanceOf(Work.Ran.class);
    assertThat(((Work.Ran) work).outcome()).isInstanceOf(Outcome.Unavailable.class);
    assertThat(runs.take("uid")).isSameAs(work);
    runs.told("uid", (Work.Ran) work);
    assertThat(runs.take("uid")).isInstanceOf(Work.Idle.class);
    assertThat(wakes.get()).isPositive();
  }

  @Test
  void aLooksResultIsHandedOutOnce() {
    runs.look(ID, "uid", inputs().lookRequest());
    await().until(() -> runs.take("uid") instanceof Work.LookFailed);
    assertThat(runs.take("uid")).isInstanceOf(Work.Idle.class);
  }

  @Test
  void nothingBeginsOnceItDrains() throws InterruptedException {
    runs.drain(Duration.ofSeconds(1));
    runs.look(ID, "uid", inputs().lookRequest());
    run("other");
    assertThat(runs.take("uid")).isInstanceOf(Work.Idle.class);
    assertThat(runs.take("other")).isInstanceOf(Work.Idle.class);
  }

  @Test
  void oneServerTakesNoMoreThanItsShareAndIsForgottenAfterwards() throws Exception {
    CountDownLatch leave = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 3; i++) {
        pool.submit(
            () -> {
              Limits.Turn turn = limits.await(endpoint());
              inside.incrementAndGet();
              leave.await();
              turn.close();
              return null;
            });
      }
      await()
          .during(Duration.ofMillis(200))
          .atMost(Duration.ofSeconds(5))
          .until(() -> inside.get() == 2);
      leave.countDown();
    }
    assertThat(inside.get()).isEqualTo(3);
    assertThat(limits.servers()).isZero();
  }

  @Test
  void whoHadToWaitRunsNothingThatWasChangedMeanwhile() throws Exception {
    List<Limits.Turn> others = List.of(limits.await(endpoint()), limits.await(endpoint()));
    run("changed", () -> false);
    run("same", () -> true);
    Thread.sleep(1_500); // longer than what counts as waiting
    others.forEach(Limits.Turn::close);
    assertThat(((Work.Ran) awaitEnd("changed")).outcome()).isInstanceOf(Outcome.Stopped.class);
    assertThat(((Work.Ran) awaitEnd("same")).outcome()).isInstanceOf(Outcome.Unavailable.class);
    run("fast", () -> false);
    assertThat(((Work.Ran) awaitEnd("fast")).outcome()).isInstanceOf(Outcome.Unavailable.class);
  }

  @Test
  void aDatabaseHasOneRunAtATime() throws Exception {
    CountDownLatch leave = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    Outcome done = new Outcome.Done(BEHIND.plan(), 1);
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Outcome> first =
          pool.submit(
              () ->
                  limits.exclusively(
                      endpoint(),
                      () -> {
                        entered.countDown();
                        awaitLatch(leave);
                        return done;
                      }));
      entered.await();
      assertThat(limits.exclusively(endpoint(), () -> done)).isInstanceOf(Outcome.Busy.class);
      leave.countDown();
      assertThat(first.get()).isSameAs(done);
    }
    assertThat(limits.exclusively(endpoint(), () -> done)).isSameAs(done);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
