package io.waybill.operator;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes guessing slow: after some wrong passwords of a user from an address, and after more of any
 * users from it, the address waits, twice as long after each further one. A user is never made to
 * wait for what others tried elsewhere, so nobody can be locked out from afar. Safe for use by
 * several threads.
 */
final class LoginDelays {

  /** People mistype. */
  private static final int FREE_OF_A_USER = 3;

  /** Behind one address there may be many people. */
  private static final int FREE_OF_AN_ADDRESS = 20;

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofMinutes(5);
  private static final Duration FORGOTTEN = Duration.ofMinutes(15);
  private static final int LONGEST_NAME = 100;

  private final Clock clock;
  private final Remembered ofUsers;
  private final Remembered ofAddresses;

  LoginDelays(Clock clock, int remembered) {
    this.clock = clock;
    this.ofUsers = new Remembered(remembered);
    this.ofAddresses = new Remembered(remembered);
  }

  private record Key(String user, String address) {}

  private record Failures(int number, Instant last, Instant until) {}

  /** The oldest are forgotten, so that nobody fills memory with inventions. */
  private static final class Remembered extends LinkedHashMap<Key, Failures> {

    private static final long serialVersionUID = 1L;

    private final int most;

    Remembered(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, Failures> eldest) {
      return size() > most;
    }
  }

  /** How long that user has to wait at that address. */
  synchronized Duration ofUser(String user, String address) {
    return left(ofUsers.get(new Key(shortened(user), network(address))));
  }

  /** How long everybody at that address has to wait who is not known by heart. */
  synchronized Duration ofAddress(String address) {
    return left(ofAddresses.get(new Key("", network(address))));
  }

  private Duration left(@Nullable Failures failures) {
    if (failures == null) {
      return Duration.ZERO;
    }
    Duration left = Duration.between(clock.instant(), failures.until());
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** The password was wrong. */
  synchronized void failed(String user, String address) {
    String network = network(address);
    ofUsers.compute(new Key(shortened(user), network), (key, old) -> next(old, FREE_OF_A_USER));
    ofAddresses.compute(new Key("", network), (key, old) -> next(old, FREE_OF_AN_ADDRESS));
  }

  private Failures next(@Nullable Failures old, int free) {
    Instant now = clock.instant();
    boolean counts = old != null && now.isBefore(old.last().plus(FORGOTTEN));
    int number = old != null && counts ? old.number() + 1 : 1;
    return new Failures(number, now, now.plus(delay(number - free)));
  }

  private static Duration delay(int beyond) {
    if (beyond < 0) {
      return Duration.ZERO;
    }
    Duration delay = FIRST.multipliedBy(1L << Math.min(beyond, 20));
    return delay.compareTo(MOST) > 0 ? MOST : delay;
  }

  /**
   * The password was right. What others got wrong at the same address still counts: else whoever
   * has a password could go on guessing those of others.
   */
  synchronized void succeeded(String user, String address) {
    ofUsers.remove(new Key(shortened(user), network(address)));
  }

  synchronized int remembered() {
    return Math.max(ofUsers.size(), ofAddresses.size());
  }

  private static String shortened(String user) {
    return user.length() > LONGEST_NAME ? user.substring(0, LONGEST_NAME) : user;
  }

  /** Of IPv6 the network: whoever has one address there has all of them. */
  private static String network(String address) {
    if (!address.contains(":")) {
      return address;
    }
    try {
      InetAddress parsed = InetAddress.getByName(address);
      return parsed instanceof Inet6Address
          ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), 8))
          : parsed.getHostAddress();
    } catch (UnknownHostException e) {
      return address;
    }
  }
}
