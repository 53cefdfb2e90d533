package io.waybill.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkersTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Workers workers = new Workers(threads);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void noTaskWaitsBehindOnesThatBlock() throws Exception {
    int tasks = 50;
    CountDownLatch all = new CountDownLatch(tasks);
    for (int i = 0; i < tasks; i++) {
      workers.execute(
          () -> {
            all.countDown();
            awaited(all);
          });
    }

    assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void everyTaskIsRunOnceWhoeverGivesIt() throws Exception {
    int givers = 4;
    int each = 20_000;
    AtomicIntegerArray runs = new AtomicIntegerArray(givers * each);
    CountDownLatch all = new CountDownLatch(givers * each);
    ExecutorService giving = Executors.newFixedThreadPool(givers);
    for (int giver = 0; giver < givers; giver++) {
      int first = giver * each;
      giving.execute(
          () ->
              IntStream.range(first, first + each)
                  .forEach(
                      task ->
                          workers.execute(
                              () -> {
                                runs.incrementAndGet(task);
                                all.countDown();
                              })));
    }

    assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
    giving.shutdown();
    assertThat(IntStream.range(0, givers * each).allMatch(task -> runs.get(task) == 1)).isTrue();
  }

  @Test
  void aThreadDoesWhatIsLeftWhenNoOtherCanBeHad() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch given = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(2);
    workers.execute(
        () -> {
          begun.countDown();
          awaited(given);
        });
    begun.await();
    threads.shutdown();
    assertThatThrownBy(() -> workers.execute(done::countDown))
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> workers.execute(done::countDown))
        .isInstanceOf(RejectedExecutionException.class);
    given.countDown();

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
