package io.waybill.operator;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;

/** Encoded passwords: {@code {bcrypt}...}, or {@code {pbkdf2}...} for those who need it. */
public final class Passwords {

  /** BCrypt reads no further, so that two long passwords could be one. */
  private static final int LONGEST = 72;

  private static final String REMEDY =
      " Print it encoded with ./waybill encode-password and write what comes out.";

  private static final PasswordEncoder ENCODER =
      new DelegatingPasswordEncoder(
          "bcrypt",
          Map.of(
              "bcrypt",
              new BCryptPasswordEncoder(),
              "pbkdf2",
              Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8()));

  private Passwords() {}

  /**
   * Encodes a password for the configuration.
   *
   * @throws IllegalArgumentException where it is empty or too long
   */
  public static String encode(String password) {
    if (password.isBlank()) {
      throw new IllegalArgumentException("The password is empty; give at least 8 characters.");
    }
    if (password.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      throw new IllegalArgumentException(
          "The password is longer than %d bytes; give a shorter one.".formatted(LONGEST));
    }
    return ENCODER.encode(password);
  }

  static boolean matches(String password, String encoded) {
    return ENCODER.matches(password, encoded);
  }

  /** The encoded password of an account, refused where it is not one. */
  static String required(String where, String encoded) {
    if (encoded.startsWith("$2a$") || encoded.startsWith("$2b$") || encoded.startsWith("$2y$")) {
      return "{bcrypt}" + encoded;
    }
    if (encoded.startsWith("{bcrypt}") || encoded.startsWith("{pbkdf2}")) {
      return encoded;
    }
    throw new AccessSettingsException(
        where + " is not an encoded password, and a readable one is not accepted." + REMEDY);
  }
}
