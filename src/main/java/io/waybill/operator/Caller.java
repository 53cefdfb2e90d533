package io.waybill.operator;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

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

  /** What it did, for the audit. */
  static Audit.Line line(String what, @Nullable String why, String result) {
    return new Audit.Line(user().map(User::name).orElse(null), what, why, address(), result);
  }

  private static String address() {
    Authentication known = SecurityContextHolder.getContext().getAuthentication();
    return known != null && known.getDetails() instanceof WebAuthenticationDetails details
        ? details.getRemoteAddress()
        : "-";
  }
}
