package io.waybill.operator;

import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** Whoever the present thread works for, where no framework hands it over. */
final class Caller {

  private Caller() {}

  static Optional<User> user() {
    Authentication known = SecurityContextHolder.getContext().getAuthentication();
    return known != null && known.getPrincipal() instanceof User user
        ? Optional.of(user)
        : Optional.empty();
  }

  static boolean is(Role role) {
    return user().filter(user -> user.is(role)).isPresent();
  }

  static String name() {
    return user().map(User::name).orElse("nobody");
  }
}
