package io.waybill.operator;

import io.waybill.spec.Specification;
import java.util.Collection;
import java.util.concurrent.CopyOnWriteArraySet;

/** The headers of HTTP requests that are kept: those listed, and those that expressions name. */
public final class SubmissionHeaders {

  private final CopyOnWriteArraySet<String> names = new CopyOnWriteArraySet<>();

  SubmissionHeaders(Collection<String> listed, Specification specification) {
    names.addAll(listed);
    follow(specification);
  }

  /** Takes in what expressions of these rules name. */
  public void follow(Specification specification) {
    for (String name : specification.headerNames()) {
      if (names.stream().noneMatch(name::equalsIgnoreCase)) {
        names.add(name);
      }
    }
  }

  Collection<String> names() {
    return names;
  }
}
