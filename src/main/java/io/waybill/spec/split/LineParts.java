package io.waybill.spec.split;

import io.waybill.message.Reason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A document a line. */
final class LineParts implements Parts {

  private final BodyLines lines;
  private final int largest;

  LineParts(BodyLines lines, int largest) {
    this.lines = lines;
    this.largest = largest;
  }

  @Override
  public @Nullable Part next() throws IOException {
    BodyLines.Line line = lines.nextFilled();
    if (line == null) {
      return null;
    }
    return line.isTooLong()
        ? tooLong(line, largest)
        : new Part(line.number(), line.number(), line.bytes(), Part.JSON, null);
  }

  static Part tooLong(BodyLines.Line line, int largest) {
    return Part.left(
        line.number(),
        line.number(),
        Reason.TOO_LARGE,
        "Line %d has %,d bytes; at most %,d are processed. End each document with a line feed, or"
                .formatted(line.number(), line.size(), largest)
            + " raise waybill.max-body");
  }
}
