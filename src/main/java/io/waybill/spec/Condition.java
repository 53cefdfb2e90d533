package io.waybill.spec;

/** What has to be true of a document. */
public sealed interface Condition {

  /** The expression yields this text. */
  record Equal(Expression expression, String text) implements Condition {}

  /** The expression yields something. */
  record Present(Expression expression) implements Condition {}

  /**
   * The document is XML with this root element.
   *
   * @param nameSpace its name space; empty for none
   * @param name its local name
   */
  record Root(String nameSpace, String name) implements Condition {}

  /**
   * The message came from here.
   *
   * @param pattern the beginning of the source's text or, where it has a {@code *}, a pattern of
   *     all of it
   */
  record Source(String pattern) implements Condition {}
}
