package io.waybill.operator;

import io.waybill.broker.NotNow;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads request bodies within bounds: of one document, and of all that are being received together.
 */
final class Bodies {

  private static final int CHUNK = 64 * 1024;

  private final long most;
  private final AtomicLong free;

  Bodies(long most, long together) {
    this.most = most;
    this.free = new AtomicLong(together);
  }

  /** A document in memory; closing it makes room for others, and may be done more than once. */
  final class Body implements AutoCloseable {

    private final byte[] bytes;
    private final long reserved;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Body(byte[] bytes, long reserved) {
      this.bytes = bytes;
      this.reserved = reserved;
    }

    byte[] bytes() {
      return bytes;
    }

    @Override
    public void close() {
      if (open.getAndSet(false)) {
        free.addAndGet(reserved);
      }
    }
  }

  /**
   * Reads the body to its end.
   *
   * @throws ProblemException where it is larger than allowed; the rest is left unread
   * @throws NotNow where there is no room at present
   */
  Body read(HttpServletRequest request) throws IOException {
    long announced = request.getContentLengthLong();
    if (announced > most) {
      throw tooLarge();
    }
    return announced >= 0 ? readKnown(request, (int) announced) : readUnknown(request);
  }

  private Body readKnown(HttpServletRequest request, int length) throws IOException {
    reserve(length);
    boolean read = false;
    try {
      byte[] bytes = request.getInputStream().readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException(
            "the request ended after %d of %d bytes".formatted(bytes.length, length));
      }
      read = true;
      return new Body(bytes, length);
    } finally {
      if (!read) {
        free.addAndGet(length);
      }
    }
  }

  private Body readUnknown(HttpServletRequest request) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    long reserved = 0;
    boolean read = false;
    try {
      InputStream in = request.getInputStream();
      for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
        if (bytes.size() + (long) length > most) {
          throw tooLarge();
        }
        reserve(length);
        reserved += length;
        bytes.write(chunk, 0, length);
      }
      read = true;
      return new Body(bytes.toByteArray(), reserved);
    } finally {
      if (!read) {
        free.addAndGet(reserved);
      }
    }
  }

  private void reserve(long length) {
    if (free.addAndGet(-length) < 0) {
      free.addAndGet(length);
      throw new NotNow(
          "Too many documents are being received at once; send this one again.",
          Duration.ofSeconds(1));
    }
  }

  private ProblemException tooLarge() {
    return new ProblemException(
        Problem.TOO_LARGE,
        "The document is larger than %,d bytes. Nothing of it was kept. Send it in parts, or raise waybill.max-body."
            .formatted(most));
  }
}
