package io.waybill.spec.read;

import java.util.List;

/** A compiled condition. */
@FunctionalInterface
interface Premise {

  /** Whether it is true of a document. */
  boolean holds(Document document) throws Broken;

  /** Whether all of them are. */
  static boolean all(List<Premise> premises, Document document) throws Broken {
    for (Premise premise : premises) {
      if (!premise.holds(document)) {
        return false;
      }
    }
    return true;
  }
}
