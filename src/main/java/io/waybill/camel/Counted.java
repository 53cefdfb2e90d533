package io.waybill.camel;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that counts what was read of it. One thread reads, others may look at the count. */
final class Counted extends FilterInputStream {

  private volatile long count;

  Counted(InputStream stream) {
    super(stream);
  }

  long count() {
    return count;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // only one thread reads
  public int read() throws IOException {
    int read = super.read();
    count += read < 0 ? 0 : 1;
    return read;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate")
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    count += Math.max(0, read);
    return read;
  }
}
