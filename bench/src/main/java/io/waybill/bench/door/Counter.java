package io.waybill.bench.door;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A number that one process counts up and another one looks at, in memory that both have. */
public final class Counter {

  private static final VarHandle VALUE =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final MappedByteBuffer memory;

  private Counter(MappedByteBuffer memory) {
    this.memory = memory;
  }

  /** The counter in a folder that both processes know. */
  public static Counter in(Path folder) {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("count"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      return new Counter(channel.map(MapMode.READ_WRITE, 0, Long.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long value() {
    return (long) VALUE.getVolatile(memory, 0);
  }

  void set(long value) {
    VALUE.setVolatile(memory, 0, value);
  }

  /** One more. */
  public void increment() {
    VALUE.getAndAdd(memory, 0, 1L);
  }
}
