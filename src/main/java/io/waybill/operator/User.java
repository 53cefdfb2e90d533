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

  /** Whether one of its roles gives that right. */
  public boolean may(Right right) {
    return right.heldBy(roles);
  }

  /** Whether it may submit that operation. */
  public boolean maySubmit(String operation) {
    return may(Right.SUBMIT) && (operations.isEmpty() || operations.contains(operation));
  }

  /** Whether it may read what that sender sent. */
  public boolean mayRead(String sender) {
    return may(Right.READ) || (may(Right.READ_OWN) && name.equals(sender));
  }
}
