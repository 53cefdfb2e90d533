package io.waybill.message;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The SHA-256 of the bytes as received: tells a duplicate from a conflict. */
public final class Fingerprint {

  private final byte[] hash;

  private Fingerprint(byte[] hash) {
    this.hash = hash;
  }

  /** The fingerprint of a document. */
  public static Fingerprint of(byte[] document) {
    return new Fingerprint(sha256().digest(document));
  }

  /** The fingerprint of all that a stream still has; it is read as it comes. */
  public static Fingerprint of(InputStream document) throws IOException {
    MessageDigest digest = sha256();
    new DigestInputStream(document, digest).transferTo(OutputStream.nullOutputStream());
    return new Fingerprint(digest.digest());
  }

  /** A stored fingerprint of 32 bytes. */
  public static Fingerprint stored(byte[] hash) {
    return new Fingerprint(hash.clone());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has to know SHA-256", e);
    }
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return hash.clone();
  }

  /** In lower-case hexadecimal. */
  public String hex() {
    return HexFormat.of().formatHex(hash);
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof Fingerprint that && Arrays.equals(hash, that.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  @Override
  public String toString() {
    return hex().substring(0, 12);
  }
}
