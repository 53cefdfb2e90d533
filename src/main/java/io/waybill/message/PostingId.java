package io.waybill.message;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Names (message, run, step, revision) to the outside; the same on every attempt of it.
 *
 * <p>It is made from the message's identity and bytes, not from its place in the journal: a journal
 * that was lost or restored from a backup gives the same document the same id again, so that the
 * destination still recognises it, and never gives it to another document.
 *
 * @param text at most 60 characters of {@code [0-9a-f-]}
 */
public record PostingId(String text) {

  /** The posting id of one step of one run of one revision of a message. */
  public static PostingId of(
      String operation,
      String sender,
      String messageId,
      Fingerprint fingerprint,
      int run,
      int step,
      int revision) {
    MessageDigest digest = Fingerprint.sha256();
    for (String part : new String[] {operation, sender, messageId}) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update((byte) (bytes.length >>> 8));
      digest.update((byte) bytes.length);
      digest.update(bytes);
    }
    digest.update(fingerprint.bytes());
    String hash = HexFormat.of().formatHex(digest.digest(), 0, 16);
    return new PostingId(hash + "-" + run + "-" + step + "-" + revision);
  }

  /** Under which what was posted is cancelled. */
  public PostingId cancellation() {
    return new PostingId(text + "-c");
  }

  @Override
  public String toString() {
    return text;
  }
}
