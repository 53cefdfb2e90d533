package io.waybill.spec.load;

import io.waybill.spec.Nearest;
import io.waybill.spec.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything under {@code waybill}, from all files and from what is set on top of them. A key with
 * dots and a table in a table say the same.
 */
final class Settings {

  /** Where technical keys belong; it also holds those of Spring Boot and Camel. */
  static final String APPLICATION = "application.yaml";

  /** The parts of the specification: they may stand in any of the files. */
  static final Set<String> SECTIONS =
      Set.of("destinations", "links", "namespaces", "operations", "sequencing");

  private static final List<String> FILES =
      List.of(APPLICATION, "destinations.yaml", "operations.yaml", "sequencing.yaml");

  private static final String ROOT = "waybill";

  private final Problems problems;
  private final Node.Table root;

  private Settings(Place at, Problems problems) {
    this.problems = problems;
    this.root = new Node.Table(at);
  }

  /** All that is set in a folder, with what is set on top by dotted path. */
  static Settings read(Path folder, Map<String, String> overrides, Problems problems) {
    Settings settings = new Settings(new Place(folder.toString(), 0), problems);
    for (String name : FILES) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        settings.add(name, Yaml.documents(file, problems));
      }
    }
    new TreeMap<>(overrides).forEach(settings::override);
    return settings;
  }

  private void add(String file, List<Node> documents) {
    for (int i = 0; i < documents.size(); i++) {
      Node document = documents.get(i);
      if (document instanceof Node.Table table) {
        boolean first = i == 0;
        table.entries().forEach((key, entry) -> add(file, key, entry, first));
      } else if (!(document instanceof Node.Nothing)) {
        problems.error(
            document.at(),
            "the file is a table of keys, not %s; begin with waybill.",
            document.kind());
      }
    }
  }

  private void add(String file, String key, Node.Entry entry, boolean first) {
    String head = key.contains(".") ? key.substring(0, key.indexOf('.')) : key;
    if (!head.equals(ROOT)) {
      boolean application = file.equals(APPLICATION);
      if (!application || Nearest.oneSlipApart(head, ROOT)) {
        problems.error(
            entry.at(),
            "unknown key '%s'; %s",
            key,
            application ? "write waybill" : "this file has keys under waybill. only");
      }
      return;
    }
    if (!first) {
      problems.error(
          entry.at(),
          "'%s' stands in a further document of the file; write it before the first ---",
          key);
      return;
    }
    insert(file, root, "", key, entry);
  }

  /** Inserts below a table what a key with dots stands for. */
  private void insert(String file, Node.Table table, String path, String key, Node.Entry entry) {
    int dot = inSection(path) ? -1 : key.indexOf('.');
    String name = dot < 0 ? key : key.substring(0, dot);
    String here = path.isEmpty() ? name : path + "." + name;
    Node.Entry present = table.entries().get(name);
    if (present == null && (dot >= 0 || splits(entry.value(), here))) {
      present = new Node.Entry(entry.at(), new Node.Table(entry.at()));
      table.entries().put(name, present);
    }
    if (present == null) {
      foreign(file, here, entry);
      table.entries().put(name, entry);
    } else if (!(present.value() instanceof Node.Table inner)) {
      twice(here, entry, present);
    } else if (dot >= 0) {
      insert(file, inner, here, key.substring(dot + 1), entry);
    } else if (entry.value() instanceof Node.Table more && !whole(here)) {
      more.entries().forEach((below, value) -> insert(file, inner, here, below, value));
    } else {
      twice(here, entry, present);
    }
  }

  /** Within a section, a dot is part of a name. */
  private static boolean inSection(String path) {
    String[] names = path.split("\\.");
    return names.length >= 2 && names[0].equals(ROOT) && SECTIONS.contains(names[1]);
  }

  /** Whether a table may have further parts elsewhere: then it is taken apart, key by key. */
  private static boolean splits(Node value, String path) {
    return value instanceof Node.Table && !whole(path);
  }

  /** Whether a path names one destination, operation or group: written in one place, as a whole. */
  private static boolean whole(String path) {
    int least = path.startsWith("waybill.sequencing.groups") ? 4 : 3;
    return inSection(path) && path.split("\\.").length >= least;
  }

  private void twice(String path, Node.Entry entry, Node.Entry earlier) {
    problems.error(entry.at(), "'%s' is also at %s; remove one of them", path, earlier.at());
  }

  private void foreign(String file, String path, Node.Entry entry) {
    String[] names = path.split("\\.");
    if (!file.equals(APPLICATION) && names.length >= 2 && !SECTIONS.contains(names[1])) {
      problems.error(
          entry.at(), "'%s' is not read from %s; write it in %s", path, file, APPLICATION);
    }
  }

  private void override(String path, String value) {
    Place at = new Place("--" + path, 0);
    List<String> names = Arrays.asList(path.split("\\.", -1));
    if (!names.get(0).equals(ROOT) || names.size() < 2) {
      return; // for Spring Boot, Camel and the other programs in this process
    }
    Node.Table table = root;
    for (String name : names.subList(0, names.size() - 1)) {
      Node.Entry inner =
          table.entries().computeIfAbsent(name, any -> new Node.Entry(at, new Node.Table(at)));
      if (!(inner.value() instanceof Node.Table below)) {
        problems.error(
            at, "'%s' at %s is %s and has no keys", name, inner.at(), inner.value().kind());
        return;
      }
      table = below;
    }
    // of technical keys none is a table, and an encoded password begins like one
    Node node =
        SECTIONS.contains(names.get(1)) || value.isEmpty()
            ? value(value, at)
            : new Node.Scalar(at, value);
    table.entries().put(names.get(names.size() - 1), new Node.Entry(at, node));
  }

  private Node value(String text, Place at) {
    if (text.isEmpty()) {
      return new Node.Nothing(at);
    }
    if (!text.startsWith("[") && !text.startsWith("{")) {
      return new Node.Scalar(at, text);
    }
    List<Node> documents = Yaml.documents(text, at.file(), problems);
    return documents.isEmpty() ? new Node.Nothing(at) : documents.get(0);
  }

  /** Everything below {@code waybill}. */
  Node.@Nullable Table waybill() {
    Node.Entry entry = root.entries().get(ROOT);
    if (entry == null) {
      return null;
    }
    if (entry.value() instanceof Node.Table table) {
      return table;
    }
    if (!(entry.value() instanceof Node.Nothing)) {
      problems.error(entry.at(), "waybill is a table of keys, not %s", entry.value().kind());
    }
    return null;
  }
}
