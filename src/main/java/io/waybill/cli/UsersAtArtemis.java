package io.waybill.cli;

import io.waybill.embedded.ArtemisAccess;
import io.waybill.operator.Audit;
import io.waybill.operator.Login;
import io.waybill.operator.Right;
import io.waybill.operator.User;
import io.waybill.operator.Users;
import java.util.Locale;
import java.util.Set;

/**
 * The users at the embedded Artemis: a submitter sends to intake queues and has a queue of its own
 * for what it is told; whoever may read everything looks into queues without taking from them; an
 * admin may do everything.
 */
final class UsersAtArtemis implements ArtemisAccess {

  /** Before the name of the submitter whose queue it is. */
  static final String REPLIES = "replies.";

  private static final String QUEUE_OF_ADDRESS = "::";

  private final Users users;
  private final Set<String> intake;
  private final Audit audit;

  UsersAtArtemis(Users users, Set<String> intake, Audit audit) {
    this.users = users;
    this.intake = Set.copyOf(intake);
    this.audit = audit;
  }

  @Override
  public boolean authenticate(String user, String password, String from) {
    Login login = users.login(user, password, from);
    if (login instanceof Login.In) {
      return true;
    }
    audit.refused(
        new Audit.Line(
            user,
            "JMS login",
            null,
            from,
            login instanceof Login.NotYet ? "too many guesses" : "wrong user or password"));
    return false;
  }

  @Override
  public boolean authorize(String user, Permission permission, String address) {
    boolean may = users.named(user).filter(known -> may(known, permission, address)).isPresent();
    if (!may) {
      String what = "JMS " + permission.name().toLowerCase(Locale.ROOT) + " " + address;
      audit.refused(new Audit.Line(user, what, null, "jms", "refused"));
    }
    return may;
  }

  private boolean may(User user, Permission permission, String address) {
    if (user.may(Right.ADMINISTER)) {
      return true;
    }
    return switch (permission) {
      case SEND -> user.may(Right.SUBMIT) && isIntake(address);
      case BROWSE -> isOwn(user, address) || (user.may(Right.READ) && holdsMessages(address));
      case CONSUME, CREATE -> isOwn(user, address);
      case DELETE, MANAGE -> false;
    };
  }

  /** A queue named together with an address could be one that belongs to another address. */
  private boolean isIntake(String address) {
    return !address.contains(QUEUE_OF_ADDRESS)
        && intake.stream()
            .anyMatch(
                name ->
                    name.endsWith("*")
                        ? address.startsWith(name.substring(0, name.length() - 1))
                        : address.equals(name));
  }

  private static boolean isOwn(User user, String address) {
    String own = REPLIES + user.name();
    return user.may(Right.READ_OWN)
        && (address.equals(own) || address.equals(own + QUEUE_OF_ADDRESS + own));
  }

  /** Not what Artemis tells about itself. */
  private static boolean holdsMessages(String address) {
    return !address.startsWith("activemq.") && !address.startsWith("$");
  }
}
