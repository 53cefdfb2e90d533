package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The pulse of the database")
class PulseTest {

  private static final Duration OFTEN = Duration.ofMillis(5);
  private static final Duration LONG = Duration.ofMinutes(1);

  private volatile boolean broken;

  @Test
  void isThereWhileTheDatabaseAnswersAndTellsWhyItDoesNot() {
    try (Pulse pulse = new Pulse(this::answer, OFTEN, LONG)) {
      await().until(() -> pulse.trouble() == null);

      broken = true;
      await().untilAsserted(() -> assertThat(pulse.trouble()).isEqualTo("it is gone"));

      broken = false;
      await().until(() -> pulse.trouble() == null);
    }
  }

  private void answer() {
    if (broken) {
      throw new IllegalStateException("it is gone");
    }
  }

  @Test
  void isGoneWhereTheDatabaseSaysNothing() {
    CountDownLatch silence = new CountDownLatch(1);
    try (Pulse pulse = new Pulse(() -> waitFor(silence), OFTEN, Duration.ofMillis(20))) {
      await().until(() -> pulse.trouble() == null);

      broken = true;
      await()
          .untilAsserted(
              () -> assertThat(pulse.trouble()).startsWith("the database has not answered for"));

      broken = false;
      silence.countDown();
    }
  }

  private void waitFor(CountDownLatch silence) {
    if (broken) {
      try {
        silence.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
