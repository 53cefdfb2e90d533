package io.waybill.operator;

import java.util.Set;

/**
 * Who may do what.
 *
 * @param name of the account; the sender of what it submits
 * @param roles all of them, those contained in others included
 * @param operations what it may submit; empty for everything
 */
public record User(String name, Set<Role> roles, Set<String> operations) {

  /** A user with these roles and those they contain. */
  public User {
    roles = Set.copyOf(Role.withContained(roles));
    operations = Set.copyOf(operations);
  }

  /** Whether it has the role. */
  public boolean is(Role role) {
    return roles.contains(role);
  }

  /** Whether it may submit that operation. */
  public boolean maySubmit(String operation) {
    return is(Role.SUBMITTER) && (operations.isEmpty() || operations.contains(operation));
  }

  /** Whether it may read what that sender sent. */
  public boolean mayRead(String sender) {
    return is(Role.VIEWER) || (is(Role.SUBMITTER) && name.equals(sender));
  }
}
