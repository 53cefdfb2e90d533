package io.waybill.spec.read;

import io.waybill.spec.Expression;

/** A compiled expression. */
@FunctionalInterface
interface Extractor {

  /**
   * What an expression finds.
   *
   * @param found what
   * @param by the expression that found it: where several are joined, the one that found no text
   */
  record Finding(Found found, Expression by) {}

  /** Applies it to a document. */
  Finding find(Document document) throws Broken;
}
