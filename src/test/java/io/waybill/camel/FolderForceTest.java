package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FolderForceTest {

  private static final int MANY = 8;

  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final CountDownLatch slow = new CountDownLatch(1);

  @Test
  void thoseWhoComeWhileOneGoesOnShareTheNext() throws Exception {
    FolderForce force = new FolderForce(Path.of("any"), folder -> forced());
    List<FutureTask<Integer>> callers = startedDuringTheFirst(force);
    assertThat(begun).hasValue(1);
    slow.countDown();

    for (FutureTask<Integer> caller : callers) {
      assertThat(caller.get(30, TimeUnit.SECONDS)).isPositive();
    }
    assertThat(callers.get(1).get()).isEqualTo(2);
    assertThat(begun).hasValue(2);
  }

  @Test
  void aFailureIsToldToAllWhoSharedIt() throws Exception {
    FolderForce force =
        new FolderForce(
            Path.of("any"),
            folder -> {
              if (forced() == 2) {
                throw new IOException("the disk is gone");
              }
            });
    List<FutureTask<Integer>> callers = startedDuringTheFirst(force);
    slow.countDown();

    assertThat(callers.get(0).get(30, TimeUnit.SECONDS)).isPositive();
    for (FutureTask<Integer> caller : callers.subList(1, callers.size())) {
      assertThatThrownBy(() -> caller.get(30, TimeUnit.SECONDS))
          .hasRootCauseMessage("the disk is gone");
    }
    force.force();
    assertThat(begun).hasValue(3);
  }

  @Test
  void nobodyReturnsBeforeAForceThatBeganAfterTheCall() throws Exception {
    slow.countDown();
    FolderForce force = new FolderForce(Path.of("any"), folder -> forced());
    ConcurrentLinkedQueue<String> early = new ConcurrentLinkedQueue<>();
    List<FutureTask<Integer>> callers = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      callers.add(
          started(
              () -> {
                for (int n = 0; n < 2000; n++) {
                  int before = begun.get();
                  force.force();
                  int after = ended.get();
                  if (after <= before) {
                    early.add("%d had begun, %d have ended".formatted(before, after));
                  }
                }
                return 0;
              }));
    }
    for (FutureTask<Integer> caller : callers) {
      caller.get(60, TimeUnit.SECONDS);
    }

    assertThat(early).isEmpty();
    assertThat(ended).hasValue(begun.get());
  }

  /** The first waits for the disk, all others for the first. */
  private List<FutureTask<Integer>> startedDuringTheFirst(FolderForce force) {
    List<Thread> threads = new ArrayList<>();
    List<FutureTask<Integer>> callers = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      FutureTask<Integer> caller =
          new FutureTask<>(
              () -> {
                force.force();
                return ended.get();
              });
      Thread thread = new Thread(caller, "caller-" + i);
      thread.start();
      threads.add(thread);
      callers.add(caller);
      await().until(() -> begun.get() == 1 && thread.getState() == Thread.State.WAITING);
    }
    return callers;
  }

  private static FutureTask<Integer> started(Callable<Integer> what) {
    FutureTask<Integer> task = new FutureTask<>(what);
    new Thread(task, "caller").start();
    return task;
  }

  private int forced() {
    int number = begun.incrementAndGet();
    try {
      slow.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    ended.incrementAndGet();
    return number;
  }
}
