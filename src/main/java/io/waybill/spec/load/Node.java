package io.waybill.spec.load;

import io.waybill.spec.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of configuration that knows where it is written. */
sealed interface Node {

  /** Where it is written. */
  Place at();

  /** How it is called in errors. */
  String kind();

  /** Keys and what they stand for. */
  record Table(Place at, Map<String, Entry> entries) implements Node {

    Table(Place at) {
      this(at, new LinkedHashMap<>());
    }

    @Override
    public String kind() {
      return "a table of keys";
    }
  }

  /** What a key stands for. */
  record Entry(Place at, Node value) {}

  /** A list. */
  record Listed(Place at, List<Node> items) implements Node {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** A text, a number or a truth: as it is written. */
  record Scalar(Place at, String text) implements Node {
    @Override
    public String kind() {
      return "'%s'".formatted(text);
    }
  }

  /** Null, or nothing after a key. */
  record Nothing(Place at) implements Node {
    @Override
    public String kind() {
      return "nothing";
    }
  }
}
