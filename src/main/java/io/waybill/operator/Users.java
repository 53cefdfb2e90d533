package io.waybill.operator;

import io.waybill.operator.AccessSettings.Account;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * All users, for the API and the embedded Artemis alike. Safe for use by several threads.
 *
 * <p>An encoded password takes a tenth of a second to check, on purpose, and every request carries
 * one. So a success is remembered for some minutes, as a keyed hash whose key lives in this process
 * only; the password itself is kept nowhere. Wrong ones are answered later and later ({@link
 * LoginDelays}).
 */
public final class Users {

  private static final Duration REMEMBERED = Duration.ofMinutes(5);
  private static final int REMEMBERED_FAILURES = 10_000;

  /** Queues are named by users, and there a * or # stands for other names. */
  private static final Pattern NAME = Pattern.compile("[^\\s:*#\\p{Cntrl}]+");

  private record Known(User user, String encoded) {}

  private record Success(byte[] proof, Instant until) {}

  private final Map<String, Known> known;
  private final Map<String, Success> successes = new ConcurrentHashMap<>();

  /**
   * With the key in it; each use takes a copy, as looking for a new one takes longer than its work.
   */
  private final Mac keyed;

  private final Clock clock;
  private final String nobodysPassword;
  private final LoginDelays delays;
  private final Object[] turns = new Object[Runtime.getRuntime().availableProcessors()];

  private Users(Map<String, Known> known, Clock clock) {
    this.known = Map.copyOf(known);
    this.clock = clock;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.keyed = keyed(random);
    this.nobodysPassword = Passwords.encode("nobody");
    this.delays = new LoginDelays(clock, REMEMBERED_FAILURES);
    Arrays.setAll(turns, number -> new Object());
  }

  /**
   * The configured users.
   *
   * @throws AccessSettingsException where an account cannot be used
   */
  public static Users configured(AccessSettings settings, Clock clock) {
    Map<String, Known> known = new HashMap<>();
    settings.accounts().forEach((name, account) -> known.put(name, known(name, account)));
    return new Users(known, clock);
  }

  /** Only {@code admin}, who may do everything. */
  public static Users onlyAdmin(String password, Clock clock) {
    User admin = new User("admin", Set.of(Role.ADMIN), Set.of());
    return new Users(Map.of("admin", new Known(admin, Passwords.encode(password))), clock);
  }

  private static Known known(String name, Account account) {
    String where = "waybill.users." + name;
    if (name.isBlank() || !NAME.matcher(name).matches()) {
      throw new AccessSettingsException(
          where
              + ": a user's name is not empty and has no colon, asterisk, number sign or white space; choose another one.");
    }
    if (account.password() == null || account.password().isBlank()) {
      throw new AccessSettingsException(
          where + ".password is missing; write what ./waybill encode-password prints.");
    }
    if (account.roles() == null || account.roles().isEmpty()) {
      throw new AccessSettingsException(
          where + ".roles is missing; write one or more of submitter, viewer, operator, admin.");
    }
    Set<String> operations = account.operations() == null ? Set.of() : account.operations();
    return new Known(
        new User(name, account.roles(), operations),
        Passwords.required(where + ".password", account.password()));
  }

  /**
   * Lets a user in by password.
   *
   * @param address where it comes from, without a port
   */
  public Login login(String name, String password, String address) {
    Duration wait = delays.ofUser(name, address);
    if (!wait.isZero()) {
      return new Login.NotYet(wait);
    }
    Known account = known.get(name);
    byte[] proof = proof(name, password);
    if (account != null && remembered(name, proof)) {
      return in(account, address);
    }
    // one after the other, so that the first wrong ones are known before the others are tried; and
    // only so many at once, so that those who guess leave the broker something to work with
    synchronized (turn(name, address)) {
      return verified(name, account, password, proof, address);
    }
  }

  private Login verified(
      String name, @Nullable Known account, String password, byte[] proof, String address) {
    Duration wait = delays.ofUser(name, address);
    if (!wait.isZero()) {
      return new Login.NotYet(wait);
    }
    if (account != null && remembered(name, proof)) {
      return in(account, address);
    }
    wait = delays.ofAddress(address);
    if (!wait.isZero()) {
      // whoever is remembered may go on; so this was a guess at that user too
      delays.failed(name, address);
      return new Login.NotYet(wait);
    }
    // for nobody it takes as long as for a wrong password, so that names cannot be found out
    boolean right =
        Passwords.matches(password, account == null ? nobodysPassword : account.encoded());
    if (account == null || !right) {
      delays.failed(name, address);
      return new Login.Wrong();
    }
    successes.put(name, new Success(proof, clock.instant().plus(REMEMBERED)));
    return in(account, address);
  }

  private Login in(Known account, String address) {
    delays.succeeded(account.user().name(), address);
    return new Login.In(account.user());
  }

  private Object turn(String name, String address) {
    return turns[Math.floorMod(31 * name.hashCode() + address.hashCode(), turns.length)];
  }

  private boolean remembered(String name, byte[] proof) {
    Success success = successes.get(name);
    return success != null
        && clock.instant().isBefore(success.until())
        && MessageDigest.isEqual(success.proof(), proof);
  }

  private static Mac keyed(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has to know HmacSHA256", e);
    }
  }

  private byte[] proof(String name, String password) {
    try {
      Mac mac = (Mac) keyed.clone();
      mac.update(name.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("The JDK's own HmacSHA256 can be copied", e);
    }
  }

  /** The user of that name. */
  public Optional<User> named(String name) {
    return Optional.ofNullable(known.get(name)).map(Known::user);
  }
}
