package io.waybill.operator;

import io.waybill.operator.AccessSettings.Account;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * All users, for the API and the embedded Artemis alike. Safe for use by several threads.
 *
 * <p>An encoded password takes a tenth of a second to check, on purpose, and every request carries
 * one. So a success is remembered for some minutes, as a keyed hash whose key lives in this process
 * only; the password itself is kept nowhere.
 */
public final class Users {

  private static final Duration REMEMBERED = Duration.ofMinutes(5);

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

  private Users(Map<String, Known> known, Clock clock) {
    this.known = Map.copyOf(known);
    this.clock = clock;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.keyed = keyed(random);
    this.nobodysPassword = Passwords.encode("nobody");
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
    if (name.isBlank() || name.contains(":")) {
      throw new AccessSettingsException(
          where + ": a user's name is not empty and has no colon; choose another one.");
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

  /** The user of that name, where this is the password. */
  public Optional<User> authenticate(String name, String password) {
    Known account = known.get(name);
    if (account == null) {
      // takes as long as a wrong password, so that names cannot be found out
      boolean ignored = Passwords.matches(password, nobodysPassword);
      return Optional.empty();
    }
    byte[] proof = proof(name, password);
    if (remembered(name, proof) || verified(account, password, proof)) {
      return Optional.of(account.user());
    }
    return Optional.empty();
  }

  private boolean remembered(String name, byte[] proof) {
    Success success = successes.get(name);
    return success != null
        && clock.instant().isBefore(success.until())
        && MessageDigest.isEqual(success.proof(), proof);
  }

  private boolean verified(Known account, String password, byte[] proof) {
    if (!Passwords.matches(password, account.encoded())) {
      return false;
    }
    successes.put(account.user().name(), new Success(proof, clock.instant().plus(REMEMBERED)));
    return true;
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
