package io.waybill.spec.read;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.namespace.NamespaceContext;
import javax.xml.namespace.QName;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathEvaluationResult;
import javax.xml.xpath.XPathException;
import javax.xml.xpath.XPathExpression;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import javax.xml.xpath.XPathNodes;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Node;

/** Compiled XPaths. For one thread at a time. */
final class XPaths {

  static final Found ELEMENTS = new Found.Unusable("it holds elements, not a text");

  private final List<XPathExpression> paths;

  /** Compiles these. */
  XPaths(List<String> paths, Map<String, String> nameSpaces) {
    this.paths = paths.stream().map(path -> compiled(path, nameSpaces)).toList();
  }

  /** What is wrong with a path; null where it is an XPath with declared prefixes. */
  static @Nullable String fault(String path, Map<String, String> nameSpaces) {
    try {
      compile(path, nameSpaces);
      return null;
    } catch (XPathExpressionException e) {
      Throwable cause = e.getCause();
      String why = cause == null ? e.getMessage() : cause.getMessage();
      return String.valueOf(why);
    }
  }

  private static XPathExpression compiled(String path, Map<String, String> nameSpaces) {
    try {
      return compile(path, nameSpaces);
    } catch (XPathExpressionException e) {
      throw new IllegalArgumentException("'%s' is no XPath".formatted(path), e);
    }
  }

  private static XPathExpression compile(String path, Map<String, String> nameSpaces)
      throws XPathExpressionException {
    XPath xpath = XPathFactory.newDefaultInstance().newXPath();
    xpath.setNamespaceContext(new Prefixes(nameSpaces));
    return xpath.compile(path);
  }

  /** Finds the node, or computes the text, of one of the paths. */
  Found find(int path, Document document, QName root) {
    try {
      XPathEvaluationResult<?> result = paths.get(path).evaluateExpression(document);
      return switch (result.type()) {
        case NODESET -> nodes((XPathNodes) result.value(), root);
        case NODE -> node((Node) result.value());
        case BOOLEAN -> new Found.Text(result.value().toString(), (Boolean) result.value());
        case STRING, NUMBER, ANY -> text(paths.get(path), document);
      };
    } catch (XPathException e) {
      return new Found.Unusable("it cannot be computed: " + e.getMessage());
    }
  }

  private static Found nodes(XPathNodes nodes, QName root) throws XPathException {
    return switch (nodes.size()) {
      case 0 -> missing(root);
      case 1 -> node(nodes.get(0));
      default -> several(nodes.size());
    };
  }

  private static Found node(Node node) {
    for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child.getNodeType() == Node.ELEMENT_NODE) {
        return ELEMENTS;
      }
    }
    return Found.of(String.valueOf(node.getTextContent()));
  }

  private static Found text(XPathExpression path, Document document)
      throws XPathExpressionException {
    return Found.of((String) path.evaluate(document, XPathConstants.STRING));
  }

  static Found missing(QName root) {
    return new Found.Absent(
        "there is no such node in the document, whose root element is " + Quoted.of("" + root));
  }

  static Found several(int nodes) {
    return new Found.Unusable("there are %d such nodes, one is needed".formatted(nodes));
  }

  /** The name space of a prefix; empty where it is not declared. */
  static String nameSpace(String prefix, Map<String, String> declared) {
    return prefix.equals(XMLConstants.XML_NS_PREFIX)
        ? XMLConstants.XML_NS_URI
        : declared.getOrDefault(prefix, XMLConstants.NULL_NS_URI);
  }

  /** The declared prefixes. */
  private record Prefixes(Map<String, String> nameSpaces) implements NamespaceContext {

    @Override
    public String getNamespaceURI(String prefix) {
      return nameSpace(prefix, nameSpaces);
    }

    @Override
    public @Nullable String getPrefix(String nameSpace) {
      throw new UnsupportedOperationException("Compiling an XPath asks for name spaces only");
    }

    @Override
    public Iterator<String> getPrefixes(String nameSpace) {
      throw new UnsupportedOperationException("Compiling an XPath asks for name spaces only");
    }
  }
}
