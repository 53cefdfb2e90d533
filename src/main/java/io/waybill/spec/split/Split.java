package io.waybill.spec.split;

import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.namespace.QName;

/**
 * How a large body consists of documents: one JSON value a line (jsonlines.org), one CSV row (RFC
 * 4180, with a header line), or one XML element of a name.
 */
public sealed interface Split {

  /** A document a line. Empty lines are passed over. */
  record Lines() implements Split {}

  /** A document a row, as a JSON object whose fields are named by the header line. */
  record Rows(char separator) implements Split {}

  /** A document an element; what lies around them is passed over. */
  record Elements(QName name) implements Split {}

  /** What an element's name is written as. */
  Pattern ELEMENT = Pattern.compile("xml:(?:\\{([^{}]*)\\})?([\\p{L}_][\\p{L}\\p{N}_.-]*)");

  /**
   * Reads {@code jsonl}, {@code csv}, {@code csv:semicolon}, {@code csv:tab}, {@code csv:pipe},
   * {@code xml:{ns}name} or {@code xml:name}.
   *
   * @throws IllegalArgumentException where it is none of them, saying what to write
   */
  static Split of(String text) {
    return switch (text) {
      case "jsonl" -> new Lines();
      case "csv", "csv:comma" -> new Rows(',');
      case "csv:semicolon" -> new Rows(';');
      case "csv:tab" -> new Rows('\t');
      case "csv:pipe" -> new Rows('|');
      default -> {
        Matcher element = ELEMENT.matcher(text);
        if (!element.matches()) {
          throw new IllegalArgumentException(
              "split '%s' is not known; write jsonl, csv (or csv:semicolon, csv:tab, csv:pipe), or"
                      .formatted(text)
                  + " xml:{NAMESPACE}NAME, e.g. xml:{urn:example}Order");
        }
        yield new Elements(new QName(element.group(1), element.group(2)));
      }
    };
  }

  /**
   * The documents of a body.
   *
   * @param body read as it is asked for, never as a whole
   * @param largest how many bytes one document may have
   */
  default Parts parts(InputStream body, int largest) {
    if (this instanceof Rows rows) {
      return new RowParts(new BodyLines(body, largest), rows.separator(), largest);
    }
    return this instanceof Elements elements
        ? new ElementParts(body, elements.name(), largest)
        : new LineParts(new BodyLines(body, largest), largest);
  }
}
