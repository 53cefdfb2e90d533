package io.waybill.spec.split;

import io.waybill.message.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * A document an element of a name, with the name spaces that hold where it stands. XML that is not
 * well-formed ends it: nothing behind the fault can be told apart. A DOCTYPE is refused, and with
 * it entities and all that can be done with them.
 */
final class ElementParts implements Parts {

  private static final int DEEPEST = 200;

  /** What a reader takes ahead. */
  private static final int AHEAD = 1 << 16;

  private static final XMLInputFactory XML = hardened();
  private static final XMLOutputFactory OUT = XMLOutputFactory.newDefaultFactory();

  private final Bounded body;
  private final QName name;
  private final int largest;
  private final Deque<Set<Prefix>> around = new ArrayDeque<>();
  private @Nullable XMLStreamReader xml;
  private long number;
  private boolean atEnd;

  private record Prefix(String name, String nameSpace) {}

  ElementParts(InputStream body, QName name, int largest) {
    this.body = new Bounded(body, largest + AHEAD);
    this.name = name;
    this.largest = largest;
  }

  private static XMLInputFactory hardened() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    factory.setXMLResolver(
        (publicId, systemId, base, nameSpace) -> {
          throw new XMLStreamException("Nothing outside of a document is read");
        });
    return factory;
  }

  @Override
  public @Nullable Part next() throws IOException {
    if (atEnd) {
      return null;
    }
    XMLStreamReader reader = xml;
    try {
      if (reader == null) {
        reader = XML.createXMLStreamReader(body);
        xml = reader;
      }
      return found(reader);
    } catch (XMLStreamException | RuntimeException e) {
      body.throwIfBroken();
      return end(reader, e);
    }
  }

  private Part end(@Nullable XMLStreamReader reader, Exception e) {
    atEnd = true;
    long line = reader == null ? 1 : Math.max(1, reader.getLocation().getLineNumber());
    return Part.left(
        number + 1,
        line,
        Reason.UNREADABLE,
        body.exceeded()
            ? "A name, attribute or comment at line %d has more than %,d bytes. Nothing behind it was read"
                .formatted(line, largest)
            : "The XML is not well-formed at line %d: %s. Nothing behind it was read"
                .formatted(line, first(String.valueOf(e.getMessage()))));
  }

  /** The parser's word without the place, which it says on a line of its own. */
  private static String first(String message) {
    String what =
        message.substring(message.indexOf("Message: ") < 0 ? 0 : message.indexOf("Message: ") + 9);
    return what.replace('\n', ' ').trim();
  }

  private @Nullable Part found(XMLStreamReader reader) throws XMLStreamException {
    while (reader.hasNext()) {
      switch (next(reader)) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (reader.getName().equals(name)) {
            number++;
            return copied(reader);
          }
          goInto(reader);
        }
        case XMLStreamConstants.END_ELEMENT -> around.pop();
        default -> {
          // what lies around the elements belongs to none of them
        }
      }
    }
    atEnd = true;
    return number > 0
        ? null
        : Part.left(1, 1, Reason.UNREADABLE, "There is no element %s in it".formatted(name));
  }

  private int next(XMLStreamReader reader) throws XMLStreamException {
    body.goOn();
    int event = reader.next();
    if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
      throw new XMLStreamException("Message: a DOCTYPE or entity is not allowed; leave it out");
    }
    return event;
  }

  private void goInto(XMLStreamReader reader) throws XMLStreamException {
    if (around.size() >= DEEPEST) {
      throw new XMLStreamException("Message: elements stand more than %d deep".formatted(DEEPEST));
    }
    Set<Prefix> declared = new HashSet<>();
    for (int i = 0; i < reader.getNamespaceCount(); i++) {
      declared.add(prefix(reader, i));
    }
    around.push(declared);
  }

  private static Prefix prefix(XMLStreamReader reader, int at) {
    String prefix = reader.getNamespacePrefix(at);
    String nameSpace = reader.getNamespaceURI(at);
    return new Prefix(prefix == null ? "" : prefix, nameSpace == null ? "" : nameSpace);
  }

  /** The element that the reader stands at, which is left at its end. */
  private Part copied(XMLStreamReader reader) throws XMLStreamException {
    long line = reader.getLocation().getLineNumber();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    XMLStreamWriter writer = OUT.createXMLStreamWriter(bytes, "UTF-8");
    start(reader, writer);
    declareOuter(reader, writer);
    int depth = 1;
    long size = 0;
    while (depth > 0) {
      int event = next(reader);
      depth += event == XMLStreamConstants.START_ELEMENT ? 1 : 0;
      depth -= event == XMLStreamConstants.END_ELEMENT ? 1 : 0;
      if (depth > DEEPEST) {
        throw new XMLStreamException(
            "Message: elements stand more than %d deep".formatted(DEEPEST));
      }
      if (size <= largest) {
        copy(event, reader, writer);
        writer.flush();
        size = bytes.size();
      } else if (bytes.size() > 0) {
        bytes.reset();
      }
    }
    writer.close();
    return size > largest
        ? Part.left(
            number,
            line,
            Reason.TOO_LARGE,
            "Element %d (line %d) has more than %,d bytes, the most that is processed"
                .formatted(number, line, largest))
        : new Part(number, line, bytes.toByteArray(), Part.XML, null);
  }

  /** What was declared around the element holds in it, where it does not say otherwise. */
  private void declareOuter(XMLStreamReader reader, XMLStreamWriter writer)
      throws XMLStreamException {
    Set<String> declared = new HashSet<>();
    for (int i = 0; i < reader.getNamespaceCount(); i++) {
      declared.add(prefix(reader, i).name());
    }
    for (Set<Prefix> outer : around) { // the innermost first
      for (Prefix prefix : outer) {
        if (declared.add(prefix.name())) {
          declare(writer, prefix);
        }
      }
    }
  }

  private static void declare(XMLStreamWriter writer, Prefix prefix) throws XMLStreamException {
    if (prefix.name().isEmpty()) {
      writer.writeDefaultNamespace(prefix.nameSpace());
    } else {
      writer.writeNamespace(prefix.name(), prefix.nameSpace());
    }
  }

  private static void start(XMLStreamReader reader, XMLStreamWriter writer)
      throws XMLStreamException {
    writer.writeStartElement(
        text(reader.getPrefix()), reader.getLocalName(), text(reader.getNamespaceURI()));
    for (int i = 0; i < reader.getNamespaceCount(); i++) {
      declare(writer, prefix(reader, i));
    }
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      writer.writeAttribute(
          text(reader.getAttributePrefix(i)),
          text(reader.getAttributeNamespace(i)),
          reader.getAttributeLocalName(i),
          reader.getAttributeValue(i));
    }
  }

  private static void copy(int event, XMLStreamReader reader, XMLStreamWriter writer)
      throws XMLStreamException {
    switch (event) {
      case XMLStreamConstants.START_ELEMENT -> start(reader, writer);
      case XMLStreamConstants.END_ELEMENT -> writer.writeEndElement();
      case XMLStreamConstants.CHARACTERS, XMLStreamConstants.SPACE, XMLStreamConstants.CDATA ->
          writer.writeCharacters(
              reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
      case XMLStreamConstants.COMMENT -> writer.writeComment(reader.getText());
      case XMLStreamConstants.PROCESSING_INSTRUCTION ->
          writer.writeProcessingInstruction(reader.getPITarget(), text(reader.getPIData()));
      default -> throw new XMLStreamException("Message: event %d in an element".formatted(event));
    }
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
