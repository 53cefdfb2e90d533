package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Wrong passwords")
class LoginDelaysTest {

  private static final String HERE = "192.0.2.1";
  private static final String THERE = "192.0.2.2";

  private final SetClock clock = new SetClock();
  private final LoginDelays delays = new LoginDelays(clock, 50);

  /** Stands still until it is told to go on. */
  private static final class SetClock extends Clock {

    private Instant now = Instant.parse("2026-11-21T08:00:00Z");

    void passes(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void eachFurtherOneDoublesTheWaitUpToFiveMinutes() {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      delays.failed("anna", HERE);
      waits.add(delays.ofUser("anna", HERE).toSeconds());
      clock.passes(delays.ofUser("anna", HERE));
    }
    assertThat(waits)
        .containsExactly(0L, 0L, 1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L, 300L);
  }

  @Test
  void aRightOneEndsTheWait() {
    fail("anna", HERE, 5);
    delays.succeeded("anna", HERE);

    assertThat(delays.ofUser("anna", HERE)).isZero();
    fail("anna", HERE, 2);
    assertThat(delays.ofUser("anna", HERE)).isZero();
  }

  @Test
  void aUserIsNotKeptOutByWhatHappensElsewhere() {
    fail("anna", HERE, 19);

    assertThat(delays.ofUser("anna", HERE)).isPositive();
    assertThat(delays.ofUser("anna", THERE)).isZero();
    assertThat(delays.ofAddress(THERE)).isZero();
  }

  @Test
  void manyUsersFromOneAddressAreGuessesToo() {
    for (int i = 0; i < 20; i++) {
      delays.failed("user" + i, HERE);
      delays.succeeded("mine", HERE);
    }
    assertThat(delays.ofAddress(HERE)).isPositive();
  }

  @Test
  void anAddressOfIpv6StandsForItsNetwork() {
    fail("anna", "2001:db8:1:2::1", 5);

    assertThat(delays.ofUser("anna", "2001:db8:1:2:ffff::9")).isPositive();
    assertThat(delays.ofUser("anna", "2001:db8:1:3::1")).isZero();
  }

  @Test
  void afterAQuarterOfAnHourAllIsForgotten() {
    fail("anna", HERE, 4);
    clock.passes(Duration.ofMinutes(16));
    delays.failed("anna", HERE);

    assertThat(delays.ofUser("anna", HERE)).isZero();
  }

  @Test
  void inventedNamesDoNotFillMemory() {
    for (int i = 0; i < 1000; i++) {
      delays.failed("x".repeat(5000) + i, "192.0.2." + i);
    }
    assertThat(delays.remembered()).isEqualTo(50);
  }

  @Test
  void aPasswordIsNotLookedAtWhileTheAddressWaits() {
    Users users = users();
    for (int i = 0; i < 3; i++) {
      assertThat(users.login("anna", "wrong" + i, HERE)).isEqualTo(new Login.Wrong());
    }
    assertThat(users.login("anna", "right", HERE))
        .isEqualTo(new Login.NotYet(Duration.ofSeconds(1)));
    assertThat(users.login("anna", "right", THERE)).isInstanceOf(Login.In.class);
    clock.passes(Duration.ofSeconds(1));
    assertThat(users.login("anna", "right", HERE)).isInstanceOf(Login.In.class);
  }

  @Test
  void whoeverIsRememberedGoesOnBesideOneWhoTriesManyUsers() {
    Users users = users();
    assertThat(users.login("anna", "right", HERE)).isInstanceOf(Login.In.class);
    for (int i = 0; i < 20; i++) {
      users.login("invented" + i, "guess", HERE);
    }
    assertThat(users.login("bert", "right", HERE)).isInstanceOf(Login.NotYet.class);
    assertThat(users.login("anna", "right", HERE)).isInstanceOf(Login.In.class);
    // nor does that let anybody guess at her without a wait
    for (int i = 0; i < 3; i++) {
      assertThat(users.login("anna", "guess" + i, HERE)).isInstanceOf(Login.NotYet.class);
    }
    assertThat(users.login("anna", "right", HERE)).isInstanceOf(Login.NotYet.class);
  }

  @Test
  void guessesAtTheSameTimeAreNoWayAroundTheWait() throws Exception {
    Users users = users();
    ExecutorService many = Executors.newFixedThreadPool(16);
    try {
      Callable<Login> guess = () -> users.login("anna", "wrong", HERE);
      int looked = 0;
      for (Future<Login> answer : many.invokeAll(Collections.nCopies(64, guess))) {
        looked += answer.get() instanceof Login.Wrong ? 1 : 0;
      }
      assertThat(looked).isEqualTo(3);
    } finally {
      many.shutdownNow();
    }
  }

  @Test
  void thoseWhoKnowThePasswordMayAllComeAtOnce() throws Exception {
    Users users = users();
    ExecutorService many = Executors.newFixedThreadPool(16);
    try {
      Callable<Login> login = () -> users.login("anna", "right", HERE);
      for (Future<Login> answer : many.invokeAll(Collections.nCopies(64, login))) {
        assertThat(answer.get()).isInstanceOf(Login.In.class);
      }
    } finally {
      many.shutdownNow();
    }
  }

  private Users users() {
    AccessSettings.Account account =
        new AccessSettings.Account(Passwords.encode("right"), Set.of(Role.VIEWER), null);
    return Users.configured(
        new AccessSettings(Map.of("anna", account, "bert", account), null), clock);
  }

  private void fail(String user, String address, int times) {
    for (int i = 0; i < times; i++) {
      delays.failed(user, address);
    }
  }
}
