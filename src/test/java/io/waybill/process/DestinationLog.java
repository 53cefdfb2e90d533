package io.waybill.process;

import io.waybill.judge.Arrival;
import io.waybill.message.Fingerprint;
import io.waybill.message.MessageKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What a destination itself remembers: a line per arrival, on disk before anybody is told. A log
 * that is opened again goes on where it ended.
 */
final class DestinationLog implements AutoCloseable {

  /** The line break of a log must not stand in a value, nor must the tabulator between them. */
  private static final String SEPARATOR = "\t";

  private final FileChannel file;
  private final Function<byte[], MessageKey> reading;
  private final List<Arrival> arrivals = new ArrayList<>();
  private final Set<String> known = new HashSet<>();

  /**
   * Opens a log.
   *
   * @param reading how the destination reads from a document which message it is
   */
  DestinationLog(Path path, Function<byte[], MessageKey> reading) {
    this.reading = reading;
    try {
      if (Files.exists(path)) {
        Files.readAllLines(path).forEach(line -> remember(parse(line)));
      }
      this.file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Records an arrival; one under a posting id that is there already is a repetition. */
  synchronized Arrival record(String postingId, byte[] body) {
    return append(postingId, body, known.contains(postingId));
  }

  /** Records an arrival at a destination that has taken it, whatever its posting id. */
  synchronized Arrival recordEffect(String postingId, byte[] body) {
    return append(postingId, body, false);
  }

  synchronized List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  synchronized long effects() {
    return known.size();
  }

  private Arrival append(String postingId, byte[] body, boolean repetition) {
    String[] parts = postingId.split("-");
    int last = parts.length - 1;
    Arrival arrival =
        new Arrival(
            arrivals.size() + 1L,
            postingId,
            reading.apply(body),
            last < 3 ? 0 : Integer.parseInt(parts[last - 2]),
            last < 3 ? 0 : Integer.parseInt(parts[last - 1]),
            Fingerprint.of(body).hex(),
            repetition);
    try {
      ByteBuffer line = StandardCharsets.UTF_8.encode(line(arrival));
      while (line.hasRemaining()) {
        file.write(line);
      }
      file.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    remember(arrival);
    return arrival;
  }

  private void remember(Arrival arrival) {
    arrivals.add(arrival);
    known.add(arrival.postingId());
  }

  private static String line(Arrival arrival) {
    return String.join(
            SEPARATOR,
            String.valueOf(arrival.number()),
            arrival.postingId(),
            arrival.key().operation(),
            arrival.key().sender(),
            arrival.key().messageId(),
            String.valueOf(arrival.run()),
            String.valueOf(arrival.step()),
            arrival.hash(),
            String.valueOf(arrival.repetition()))
        + "\n";
  }

  private static Arrival parse(String line) {
    String[] values = line.split(SEPARATOR, -1);
    return new Arrival(
        Long.parseLong(values[0]),
        values[1],
        new MessageKey(values[2], values[3], values[4]),
        Integer.parseInt(values[5]),
        Integer.parseInt(values[6]),
        values[7],
        Boolean.parseBoolean(values[8]));
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
