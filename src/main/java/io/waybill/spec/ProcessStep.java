package io.waybill.spec;

import java.util.List;

/**
 * A step of a process: the task of one component.
 *
 * @param name its name
 * @param to the destination it is posted to
 * @param when all of these have to hold for a document to need it; empty for always
 * @param cancel whether it can be undone there
 */
public record ProcessStep(String name, String to, List<Condition> when, boolean cancel) {

  /** A step under these conditions. */
  public ProcessStep {
    when = List.copyOf(when);
  }
}
