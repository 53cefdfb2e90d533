package io.waybill.operator;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be allowed. The table of rights and roles: HTTP and the embedded Artemis ask it, and
 * {@code docs/access.md} shows it.
 */
public enum Right {
  /** Open to everybody, without a password. */
  LOOK_IN(null, "see that the broker is up, and the description of its API"),
  /** By HTTP, and to the intake queues. */
  SUBMIT(Role.SUBMITTER, "send documents of its operations, by HTTP and to the intake queues"),
  /** What others sent does not exist for it. */
  READ_OWN(Role.SUBMITTER, "read what it sent, and take from its queue `replies.NAME`"),
  /** Documents and queues as well. */
  READ(Role.VIEWER, "read everything, documents too, and look into queues"),
  /** Everything that changes what becomes of a message. */
  DECIDE(Role.OPERATOR, "decide about messages and links, pause and resume"),
  /** Whatever has no line of its own. */
  ADMINISTER(Role.ADMIN, "do everything else, at the queues too");

  private final @Nullable Role role;
  private final String words;

  Right(@Nullable Role role, String words) {
    this.role = role;
    this.words = words;
  }

  /** What it allows, as the documentation says it. */
  public String words() {
    return words;
  }

  /** Whether nobody has to say who they are. */
  public boolean open() {
    return role == null;
  }

  /** Whether this role alone gives it. */
  public boolean givenBy(Role single) {
    return heldBy(Role.withContained(Set.of(single)));
  }

  /** Whether one of these roles, those contained in others included, gives it. */
  boolean heldBy(Set<Role> roles) {
    return role == null || roles.contains(role);
  }
}
