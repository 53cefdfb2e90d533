package io.waybill.spec;

import java.util.List;
import java.util.stream.Collectors;

/** Takes one text out of a document and what came with it. */
public sealed interface Expression {

  /** Where it is written. */
  Place at();

  /** As it is written in the specification, e.g. {@code json: /orderId}. */
  String text();

  /** A JSON Pointer (RFC 6901). */
  record Json(String pointer, Place at) implements Expression {
    @Override
    public String text() {
      return "json: " + pointer;
    }
  }

  /** An XPath 1.0, with the prefixes declared as name spaces. */
  record XPath(String path, Place at) implements Expression {
    @Override
    public String text() {
      return "xpath: " + path;
    }
  }

  /** A header of the message. */
  record Header(String name, Place at) implements Expression {
    @Override
    public String text() {
      return "header: " + name;
    }
  }

  /** The same text for every document. */
  record Constant(String value, Place at) implements Expression {
    @Override
    public String text() {
      return "constant: " + value;
    }
  }

  /** What the operation names under {@code values}. */
  record Value(String name, Place at) implements Expression {
    @Override
    public String text() {
      return "value: " + name;
    }
  }

  /** Several parts joined; every one of them has to yield a text. */
  record Joined(List<Expression> parts, Place at) implements Expression {

    /** Joins these parts. */
    public Joined {
      parts = List.copyOf(parts);
    }

    @Override
    public String text() {
      return parts.stream().map(Expression::text).collect(Collectors.joining(", ", "[", "]"));
    }
  }
}
