package io.waybill.spec.split;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.waybill.message.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A document a row: a JSON object, each field a text under its name in the header line.
 *
 * <p>A quoted field may hold line feeds. Where a quote is never closed, only the row it stands in
 * is lost: the lines taken for its continuation are read again as rows. That costs time, so after
 * {@value #MOST_OPEN_QUOTES} such rows the rest is given up.
 */
final class RowParts implements Parts {

  /** More than a row with texts has, and little enough to be read again. */
  private static final int LONGEST_QUOTED = 1 << 20;

  private static final int MOST_OPEN_QUOTES = 100;
  private static final CsvFactory CSV =
      CsvFactory.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();

  private static final JsonFactory JSON = new JsonFactory();

  private final BodyLines lines;
  private final byte separator;
  private final int largest;
  private final CsvSchema schema;
  private List<String> names = List.of();
  private int openQuotes;
  private boolean atEnd;

  /** The lines of a row; more than one where a quoted field holds line feeds. */
  private record Row(long number, byte[] bytes, boolean closed) {}

  RowParts(BodyLines lines, char separator, int largest) {
    this.lines = lines;
    this.separator = (byte) separator;
    this.largest = largest;
    this.schema = CsvSchema.emptySchema().withColumnSeparator(separator);
  }

  @Override
  public @Nullable Part next() throws IOException {
    if (atEnd) {
      return null;
    }
    if (names.isEmpty()) {
      Part wrong = readNames();
      if (wrong != null) {
        atEnd = true;
        return wrong;
      }
    }
    BodyLines.Line line = lines.nextFilled();
    if (line == null) {
      return null;
    }
    return line.isTooLong() ? LineParts.tooLong(line, largest) : part(row(line));
  }

  private @Nullable Part readNames() throws IOException {
    BodyLines.Line line = lines.nextFilled();
    if (line == null) {
      return Part.left(1, 1, Reason.UNREADABLE, "There is no header line that names the columns");
    }
    List<String> found;
    try {
      found = line.isTooLong() ? List.of() : fields(row(line).bytes());
    } catch (NotCsv e) {
      return headerUnread(line, String.valueOf(e.getMessage()));
    }
    Set<String> different = new HashSet<>(found);
    if (different.size() < found.size() || different.contains("") || found.isEmpty()) {
      return headerUnread(line, "each column needs a name of its own");
    }
    names = found;
    return null;
  }

  private static Part headerUnread(BodyLines.Line line, String why) {
    return Part.left(
        line.number(),
        line.number(),
        Reason.UNREADABLE,
        "Line %d cannot be read as the header line: %s. Nothing of the rest was read"
            .formatted(line.number(), why));
  }

  /** A row from its first line on. */
  private Row row(BodyLines.Line first) throws IOException {
    Quotes quotes = new Quotes(separator);
    if (!quotes.openAfter(first.bytes())) {
      return new Row(first.number(), first.bytes(), true);
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes(first.bytes());
    List<BodyLines.Line> taken = new ArrayList<>();
    while (joined.size() <= Math.min(largest, LONGEST_QUOTED)) {
      BodyLines.Line more = lines.next();
      if (more == null) {
        break;
      }
      taken.add(more);
      if (more.isTooLong()) {
        break;
      }
      joined.write('\n');
      joined.writeBytes(more.bytes());
      if (!quotes.openAfter(more.bytes())) {
        return new Row(first.number(), joined.toByteArray(), true);
      }
    }
    lines.back(taken);
    return new Row(first.number(), first.bytes(), false);
  }

  private Part part(Row row) throws IOException {
    if (!row.closed()) {
      return unclosed(row);
    }
    try {
      List<String> fields = fields(row.bytes());
      if (fields.size() != names.size()) {
        return unread(
            row,
            "it has %d fields, and the header line names %d columns"
                .formatted(fields.size(), names.size()));
      }
      byte[] json = json(fields);
      return json.length > largest
          ? unread(
              row, "it has %,d bytes; at most %,d are processed".formatted(json.length, largest))
          : new Part(row.number(), row.number(), json, Part.JSON, null);
    } catch (NotCsv e) {
      return unread(row, String.valueOf(e.getMessage()));
    }
  }

  private Part unclosed(Row row) {
    openQuotes++;
    if (openQuotes <= MOST_OPEN_QUOTES) {
      return unread(row, "a quote is opened and not closed; write \"\" for a quote in a field");
    }
    atEnd = true;
    return Part.left(
        row.number(),
        row.number(),
        Reason.UNREADABLE,
        "In %d rows a quote is opened and not closed: line %d and all behind it were not read"
            .formatted(openQuotes, row.number()));
  }

  private static Part unread(Row row, String why) {
    return Part.unread(
        row.number(),
        row.number(),
        row.bytes(),
        Reason.UNREADABLE,
        "Line %d cannot be read as a row: %s".formatted(row.number(), why));
  }

  private List<String> fields(byte[] row) throws NotCsv {
    String text = text(row);
    List<String> fields = new ArrayList<>(names.size());
    try (JsonParser parser = CSV.createParser(text)) {
      parser.setSchema(schema);
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue()) {
          fields.add(parser.getText());
        }
      }
      return fields;
    } catch (JsonProcessingException e) {
      throw new NotCsv(e.getOriginalMessage());
    } catch (IOException e) {
      throw new IllegalStateException("Reading a text from memory cannot fail", e);
    }
  }

  private static String text(byte[] row) throws NotCsv {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(row)).toString();
    } catch (CharacterCodingException e) {
      throw new NotCsv("it is not UTF-8; save the file in that encoding");
    }
  }

  private byte[] json(List<String> fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      for (int i = 0; i < names.size(); i++) {
        json.writeStringField(names.get(i), fields.get(i));
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /** Whether a row goes on behind a line feed, since the line feed stands in a quoted field. */
  private static final class Quotes {
    private final byte separator;
    private boolean open;
    private boolean afterQuote;

    Quotes(byte separator) {
      this.separator = separator;
    }

    /** A quote counts at the beginning of a field; doubled, it closes and opens again at once. */
    boolean openAfter(byte[] line) {
      boolean begins = !open;
      for (byte one : line) {
        if (open) {
          open = one != '"';
        } else if (one == '"' && (begins || afterQuote)) {
          open = true;
        }
        afterQuote = one == '"' && !open;
        begins = one == separator && !open;
      }
      afterQuote = false;
      return open;
    }
  }

  /** A row that is none. */
  private static final class NotCsv extends Exception {
    private static final long serialVersionUID = 1L;

    NotCsv(String why) {
      super(why, null, false, false);
    }
  }
}
