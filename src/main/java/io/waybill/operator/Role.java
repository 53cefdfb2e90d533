package io.waybill.operator;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a user may do. */
public enum Role {
  /** Send documents, and read what became of them. */
  SUBMITTER,
  /** Read everything. */
  VIEWER,
  /** Decide about messages; reads everything too. */
  OPERATOR,
  /** All of it. */
  ADMIN;

  /** The name in the configuration, e.g. {@code operator}. */
  public String configName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** These roles and those they contain. */
  static Set<Role> withContained(Collection<Role> roles) {
    EnumSet<Role> all = EnumSet.noneOf(Role.class);
    all.addAll(roles);
    if (all.contains(ADMIN)) {
      all.addAll(EnumSet.allOf(Role.class));
    }
    if (all.contains(OPERATOR)) {
      all.add(VIEWER);
    }
    return all;
  }
}
