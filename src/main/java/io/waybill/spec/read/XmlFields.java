package io.waybill.spec.read;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The XML nodes that a specification asks for, found in one pass over a document; the pass also
 * checks that the document is well-formed to its end.
 *
 * <p>A plain path such as {@code /Order/cbc:ID} or {@code /Order/@version} is followed while the
 * document streams by. Any other XPath needs a tree, which is built only where there is one. A
 * DOCTYPE is refused: with it go entities, and all that can be done with them.
 */
final class XmlFields {

  static final int DEEPEST = 200;
  static final int MOST_ATTRIBUTES = 1_000;

  private static final String NAME = "(?:[\\p{L}_][\\p{L}\\p{N}_.-]*:)?[\\p{L}_][\\p{L}\\p{N}_.-]*";
  private static final Pattern PLAIN = Pattern.compile("(?:/" + NAME + ")+(?:/@" + NAME + ")?");
  private static final Pattern STEP = Pattern.compile("/(@?)(" + NAME + ")");

  private static final XMLInputFactory XML = hardened();

  /** What a pass finds. */
  record Nodes(QName root, Found[] found) {}

  /** One element or attribute on the way to wanted nodes. */
  private static final class Step {
    private final QName name;
    private final boolean attribute;
    private final List<Step> next = new ArrayList<>();
    private int slot = -1;

    Step(QName name, boolean attribute) {
      this.name = name;
      this.attribute = attribute;
    }

    @Nullable Step next(boolean attribute, String nameSpace, String local) {
      for (Step step : next) {
        if (step.attribute == attribute
            && step.name.getLocalPart().equals(local)
            && step.name.getNamespaceURI().equals(nameSpace)) {
          return step;
        }
      }
      return null;
    }
  }

  /** What is known of a wanted node while the document streams by. */
  private static final class Seen {
    private int times;
    private boolean holdsElements;
    private final StringBuilder text = new StringBuilder();
  }

  private final Map<String, String> nameSpaces;
  private final Step root = new Step(new QName(""), false);
  private final List<String> paths = new ArrayList<>();
  private final List<Integer> slotsOfPaths = new ArrayList<>();
  private final Queue<XPaths> idle = new ConcurrentLinkedQueue<>();
  private int slots;

  /** Nodes in documents with these name spaces, by prefix. */
  XmlFields(Map<String, String> nameSpaces) {
    this.nameSpaces = nameSpaces;
  }

  private static XMLInputFactory hardened() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setXMLResolver(
        (publicId, systemId, base, nameSpace) -> {
          throw new XMLStreamException("Nothing outside of a document is read");
        });
    return factory;
  }

  /** Asks for a node; its number in what a scan finds. */
  int ask(String path) {
    if (!plain(path)) {
      int at = paths.indexOf(path);
      if (at >= 0) {
        return slotsOfPaths.get(at);
      }
      paths.add(path);
      slotsOfPaths.add(slots);
      return slots++;
    }
    Step step = root;
    Matcher matcher = STEP.matcher(path);
    while (matcher.find()) {
      boolean attribute = !matcher.group(1).isEmpty();
      QName name = name(matcher.group(2));
      Step next = step.next(attribute, name.getNamespaceURI(), name.getLocalPart());
      if (next == null) {
        next = new Step(name, attribute);
        step.next.add(next);
      }
      step = next;
    }
    if (step.slot < 0) {
      step.slot = slots++;
    }
    return step.slot;
  }

  static boolean plain(String path) {
    return PLAIN.matcher(path).matches();
  }

  private QName name(String written) {
    int colon = written.indexOf(':');
    if (colon < 0) {
      return new QName(written);
    }
    String uri = XPaths.nameSpace(written.substring(0, colon), nameSpaces);
    if (uri.isEmpty()) {
      throw new IllegalArgumentException("No name space is declared for '%s'".formatted(written));
    }
    return new QName(uri, written.substring(colon + 1));
  }

  /** Finds all nodes asked for. */
  Nodes scan(byte[] body) throws Broken {
    Seen[] seen = new Seen[slots];
    Tree tree = paths.isEmpty() ? null : new Tree();
    QName rootName;
    try {
      XMLStreamReader reader = XML.createXMLStreamReader(new ByteArrayInputStream(body));
      try {
        rootName = pass(reader, seen, tree);
      } finally {
        reader.close();
      }
    } catch (XMLStreamException e) {
      throw new Broken(Tree.detail(e));
    }
    Found[] found = new Found[slots];
    for (int slot = 0; slot < slots; slot++) {
      found[slot] = worth(seen[slot], rootName);
    }
    if (tree != null) {
      XPaths ready = idle.poll();
      XPaths xpaths = ready == null ? new XPaths(paths, nameSpaces) : ready;
      for (int i = 0; i < paths.size(); i++) {
        found[slotsOfPaths.get(i)] = xpaths.find(i, tree.document(), rootName);
      }
      idle.offer(xpaths); // as many as threads that ever read at the same time
    }
    return new Nodes(rootName, found);
  }

  private QName pass(XMLStreamReader reader, @Nullable Seen[] seen, @Nullable Tree tree)
      throws XMLStreamException, Broken {
    @Nullable Step[] open = new Step[DEEPEST + 2];
    open[0] = root;
    int depth = 0;
    QName rootName = new QName("");
    while (reader.hasNext()) {
      int event = reader.next();
      switch (event) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (depth == 0) {
            rootName = reader.getName();
          }
          if (++depth > DEEPEST) {
            throw refused(reader, "elements are nested more than %d deep".formatted(DEEPEST));
          }
          open[depth] = enter(reader, open[depth - 1], seen);
        }
        case XMLStreamConstants.END_ELEMENT -> depth--;
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
          Seen wanted = wanted(open[depth], seen);
          if (wanted != null) {
            wanted.text.append(
                reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
          }
        }
        case XMLStreamConstants.DTD ->
            throw refused(reader, "it has a DOCTYPE, which is not allowed; send it without");
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw refused(reader, "it refers to an entity that is not declared");
        default -> {}
      }
      if (tree != null) {
        tree.add(event, reader);
      }
    }
    return rootName;
  }

  private static Broken refused(XMLStreamReader reader, String why) {
    return new Broken(
        "not acceptable XML at line %d, column %d: %s"
            .formatted(
                reader.getLocation().getLineNumber(), reader.getLocation().getColumnNumber(), why));
  }

  private static @Nullable Step enter(
      XMLStreamReader reader, @Nullable Step parent, @Nullable Seen[] seen) throws Broken {
    int attributes = reader.getAttributeCount();
    if (attributes > MOST_ATTRIBUTES) {
      throw refused(reader, "an element has more than %d attributes".formatted(MOST_ATTRIBUTES));
    }
    // The platform's parser lets an empty prefix pass.
    refuseEmptyPrefix(reader, reader.getLocalName());
    for (int i = 0; i < attributes; i++) {
      refuseEmptyPrefix(reader, reader.getAttributeLocalName(i));
    }
    Seen outer = wanted(parent, seen);
    if (outer != null) {
      outer.holdsElements = true;
    }
    if (parent == null) {
      return null;
    }
    Step step = parent.next(false, text(reader.getNamespaceURI()), reader.getLocalName());
    if (step == null) {
      return null;
    }
    meet(step, seen);
    for (int i = 0; i < attributes && !step.next.isEmpty(); i++) {
      Step attribute =
          step.next(true, text(reader.getAttributeNamespace(i)), reader.getAttributeLocalName(i));
      if (attribute != null) {
        meet(attribute, seen);
        Seen wanted = wanted(attribute, seen);
        if (wanted != null) {
          wanted.text.append(reader.getAttributeValue(i));
        }
      }
    }
    return step;
  }

  private static void refuseEmptyPrefix(XMLStreamReader reader, String name) throws Broken {
    if (name.startsWith(":")) {
      throw refused(reader, "the name '%s' begins with a colon".formatted(Quoted.of(name)));
    }
  }

  private static String text(@Nullable String nameSpace) {
    return nameSpace == null ? "" : nameSpace;
  }

  private static void meet(Step step, @Nullable Seen[] seen) {
    if (step.slot >= 0) {
      Seen known = seen[step.slot];
      if (known == null) {
        known = new Seen();
        seen[step.slot] = known;
      }
      known.times++;
    }
  }

  private static @Nullable Seen wanted(@Nullable Step step, @Nullable Seen[] seen) {
    return step == null || step.slot < 0 ? null : seen[step.slot];
  }

  private static Found worth(@Nullable Seen seen, QName root) {
    if (seen == null) {
      return XPaths.missing(root);
    }
    if (seen.times > 1) {
      return XPaths.several(seen.times);
    }
    return seen.holdsElements ? XPaths.ELEMENTS : Found.of(seen.text.toString());
  }
}
