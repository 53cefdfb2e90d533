package io.waybill.spec.load;

import io.waybill.spec.Place;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads YAML into nodes that know their lines. Nothing is constructed from it: a scalar stays the
 * text that is written, so that {@code no}, {@code 010} and {@code 1e3} mean themselves.
 */
final class Yaml {

  private static final int MOST_NODES = 100_000;
  private static final int DEEPEST = 50;
  private static final Set<Tag> PLAIN =
      Set.of(
          Tag.STR,
          Tag.INT,
          Tag.FLOAT,
          Tag.BOOL,
          Tag.TIMESTAMP,
          Tag.NULL,
          Tag.MAP,
          Tag.SEQ,
          Tag.MERGE);

  private final String file;
  private final Problems problems;
  private int nodes;

  private Yaml(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The documents of a file; none where it is broken, which is a problem. */
  static List<Node> documents(Path file, Problems problems) {
    String name = String.valueOf(file.getFileName());
    try {
      return documents(Files.readString(file), name, problems);
    } catch (CharacterCodingException e) {
      problems.error(new Place(name, 0), "the file is not UTF-8; save it as UTF-8");
    } catch (IOException e) {
      problems.error(new Place(name, 0), "the file cannot be read: %s", e);
    }
    return List.of();
  }

  /** The documents of a text. */
  static List<Node> documents(String text, String file, Problems problems) {
    return new Yaml(file, problems).read(new StringReader(text));
  }

  private List<Node> read(Reader text) {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(DEEPEST);
    options.setMaxAliasesForCollections(DEEPEST);
    List<Node> documents = new ArrayList<>();
    try {
      Iterator<org.yaml.snakeyaml.nodes.Node> composed =
          new org.yaml.snakeyaml.Yaml(options).composeAll(text).iterator();
      while (composed.hasNext()) {
        documents.add(node(composed.next(), 0));
      }
    } catch (MarkedYAMLException e) {
      problems.error(
          e.getProblemMark() == null
              ? new Place(file, 0)
              : new Place(file, e.getProblemMark().getLine() + 1),
          "not well-formed YAML: %s%s",
          e.getContext() == null ? "" : e.getContext() + ": ",
          String.valueOf(e.getProblem()));
      return List.of();
    } catch (YAMLException e) {
      problems.error(new Place(file, 0), "not acceptable YAML: %s", String.valueOf(e.getMessage()));
      return List.of();
    }
    return documents;
  }

  private Place place(org.yaml.snakeyaml.nodes.Node node) {
    return new Place(file, node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1);
  }

  private Node node(org.yaml.snakeyaml.nodes.@Nullable Node node, int depth) {
    if (node == null) {
      return new Node.Nothing(new Place(file, 0));
    }
    // Anchors make small files large: whatever they add up to is bounded here.
    if (++nodes > MOST_NODES || depth > DEEPEST) {
      throw new YAMLException("more than %d nodes or %d levels".formatted(MOST_NODES, DEEPEST));
    }
    Place at = place(node);
    if (!PLAIN.contains(node.getTag())) {
      problems.error(at, "the tag %s is not known here; leave it out", node.getTag());
      return new Node.Nothing(at);
    }
    if (node instanceof MappingNode mapping) {
      return table(mapping, at, depth);
    }
    if (node instanceof SequenceNode sequence) {
      return new Node.Listed(
          at, sequence.getValue().stream().map(item -> node(item, depth + 1)).toList());
    }
    ScalarNode scalar = (ScalarNode) node;
    return scalar.getTag().equals(Tag.NULL)
        ? new Node.Nothing(at)
        : new Node.Scalar(at, scalar.getValue());
  }

  private Node.Table table(MappingNode mapping, Place at, int depth) {
    Map<String, Node.Entry> entries = new LinkedHashMap<>();
    List<Node> merged = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Place keyAt = place(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.error(keyAt, "a key has to be a text; this one is a list or a table");
        continue;
      }
      Node value = node(tuple.getValueNode(), depth + 1);
      if (key.getTag().equals(Tag.MERGE)) {
        merged.add(value);
        continue;
      }
      Node.Entry earlier = entries.putIfAbsent(key.getValue(), new Node.Entry(keyAt, value));
      if (earlier != null) {
        problems.error(
            keyAt,
            "the key '%s' is here for the second time (first: line %d); remove one of them",
            key.getValue(),
            earlier.at().line());
      }
    }
    merged.forEach(value -> merge(value, entries));
    return new Node.Table(at, entries);
  }

  private void merge(Node value, Map<String, Node.Entry> entries) {
    if (value instanceof Node.Table table) {
      table.entries().forEach(entries::putIfAbsent);
    } else if (value instanceof Node.Listed list) {
      list.items().forEach(item -> merge(item, entries));
    } else {
      problems.error(value.at(), "'<<' takes over a table of keys, not %s", value.kind());
    }
  }
}
