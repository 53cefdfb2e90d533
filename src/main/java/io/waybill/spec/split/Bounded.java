package io.waybill.spec.split;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream that ends with an error where its reader takes too much of it at a stretch, and that
 * remembers an error of the body itself.
 */
final class Bounded extends FilterInputStream {

  private final int most;
  private int left;
  private boolean exceeded;
  private @Nullable IOException broken;

  /**
   * Bounds a body.
   *
   * @param most how many bytes may be taken from one {@link #goOn} to the next
   */
  Bounded(InputStream body, int most) {
    super(body);
    this.most = most;
    this.left = most;
  }

  /** The reader has got somewhere. */
  void goOn() {
    left = most;
  }

  /** Whether the reader took too much. */
  boolean exceeded() {
    return exceeded;
  }

  /** Throws the error of the body, if there was one. */
  void throwIfBroken() throws IOException {
    if (broken != null) {
      throw broken;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (left <= 0) {
      exceeded = true;
      throw new IOException("Too much at a stretch");
    }
    try {
      int read = super.read(bytes, offset, Math.min(length, left));
      left -= Math.max(0, read);
      return read;
    } catch (IOException e) {
      broken = e;
      throw e;
    }
  }
}
