package io.waybill.cli;

import io.waybill.embedded.ArtemisAccess;
import io.waybill.operator.Role;
import io.waybill.operator.User;
import io.waybill.operator.Users;
import java.util.Set;

/**
 * The users at the embedded Artemis: an admin may do everything, a submitter only send to intake
 * queues. Nobody else has business there.
 */
final class UsersAtArtemis implements ArtemisAccess {

  private final Users users;
  private final Set<String> intake;

  UsersAtArtemis(Users users, Set<String> intake) {
    this.users = users;
    this.intake = Set.copyOf(intake);
  }

  @Override
  public boolean authenticate(String user, String password) {
    return users.authenticate(user, password).isPresent();
  }

  @Override
  public boolean authorize(String user, Permission permission, String address) {
    return users.named(user).filter(known -> may(known, permission, address)).isPresent();
  }

  private boolean may(User user, Permission permission, String address) {
    if (user.is(Role.ADMIN)) {
      return true;
    }
    return user.is(Role.SUBMITTER) && permission == Permission.SEND && isIntake(address);
  }

  private boolean isIntake(String address) {
    return intake.stream()
        .anyMatch(
            name ->
                name.endsWith("*")
                    ? address.startsWith(name.substring(0, name.length() - 1))
                    : address.equals(name));
  }
}
