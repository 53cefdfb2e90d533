package io.waybill.spec.read;

import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.Location;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Grows the tree of an XML document from the events of a pass over it. */
final class Tree {

  private static final String NAMES = "http://www.w3.org/TR/1999/REC-xml-names";

  private static final DocumentBuilderFactory BUILDERS =
      DocumentBuilderFactory.newDefaultNSInstance();

  private final Document document = emptyDocument();
  private Node open = document;

  private static Document emptyDocument() {
    try {
      DocumentBuilder builder;
      synchronized (BUILDERS) { // factories are not safe for use by several threads
        builder = BUILDERS.newDocumentBuilder();
      }
      return builder.newDocument();
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("The platform's own XML builder needs no configuration", e);
    }
  }

  /** What an exception of the parser says, without the parser's own way of saying where. */
  static String detail(XMLStreamException e) {
    String message = String.valueOf(e.getMessage());
    int text = message.indexOf("\nMessage: ");
    String what = text < 0 ? message : message.substring(text + "\nMessage: ".length());
    Location location = e.getLocation();
    String at =
        location == null || location.getLineNumber() < 1
            ? ""
            : " at line %d, column %d"
                .formatted(location.getLineNumber(), location.getColumnNumber());
    // The platform's parser has no words for these, only the address of the recommendation.
    String words =
        what.startsWith(NAMES)
            ? "a prefix is not bound as name spaces demand, "
                + what.substring(what.indexOf('#') + 1)
            : what;
    return "not well-formed XML%s: %s".formatted(at, words.strip());
  }

  /** Adds what the reader stands at. */
  void add(int event, XMLStreamReader reader) {
    switch (event) {
      case XMLStreamConstants.START_ELEMENT -> {
        Element element = element(reader);
        open.appendChild(element);
        open = element;
      }
      case XMLStreamConstants.END_ELEMENT -> {
        Node parent = open.getParentNode();
        if (parent == null) {
          throw new IllegalStateException("An element ends that did not begin");
        }
        open = parent;
      }
      case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
        if (open != document) {
          open.appendChild(document.createTextNode(reader.getText()));
        }
      }
      case XMLStreamConstants.COMMENT -> open.appendChild(document.createComment(reader.getText()));
      default -> {} // nothing that a specification asks for
    }
  }

  private Element element(XMLStreamReader reader) {
    Element element =
        document.createElementNS(
            empty(reader.getNamespaceURI()), name(reader.getPrefix(), reader.getLocalName()));
    for (int i = 0; i < reader.getNamespaceCount(); i++) {
      String prefix = reader.getNamespacePrefix(i);
      element.setAttributeNS(
          XMLConstants.XMLNS_ATTRIBUTE_NS_URI,
          prefix == null ? "xmlns" : "xmlns:" + prefix,
          reader.getNamespaceURI(i) == null ? "" : reader.getNamespaceURI(i));
    }
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      element.setAttributeNS(
          empty(reader.getAttributeNamespace(i)),
          name(reader.getAttributePrefix(i), reader.getAttributeLocalName(i)),
          reader.getAttributeValue(i));
    }
    return element;
  }

  private static @Nullable String empty(@Nullable String nameSpace) {
    return nameSpace == null || nameSpace.isEmpty() ? null : nameSpace;
  }

  private static String name(@Nullable String prefix, String local) {
    return prefix == null || prefix.isEmpty() ? local : prefix + ":" + local;
  }

  /** The tree. */
  Document document() {
    return document;
  }
}
