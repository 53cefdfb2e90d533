package io.waybill.operator;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells the audit of every request that changes something, shows a document to somebody who did not
 * send it, or was refused. Submissions that are taken are left out: the journal has a row for each.
 */
final class AuditFilter extends OncePerRequestFilter {

  /** Where {@link WhyAdvice} leaves the reason that came with an action. */
  static final String WHY = AuditFilter.class.getName() + ".why";

  /** Where a page that asks for user and password leaves who it is said to be. */
  static final String WHO = AuditFilter.class.getName() + ".who";

  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
  private static final Set<Integer> REFUSED = Set.of(401, 403, 429);

  private final Audit audit;

  AuditFilter(Audit audit) {
    this.audit = audit;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    boolean ended = false;
    try {
      chain.doFilter(request, response);
      ended = true;
    } finally {
      User user = user();
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new AtTheEnd(request, response, user));
      } else {
        tell(request, user, ended ? response.getStatus() : 500);
      }
    }
  }

  private static @Nullable User user() {
    Authentication known = SecurityContextHolder.getContext().getAuthentication();
    return known != null && known.getPrincipal() instanceof User user ? user : null;
  }

  private void tell(HttpServletRequest request, @Nullable User user, int status) {
    if (REFUSED.contains(status)) {
      audit.refused(line(request, user == null ? claimed(request) : user.name(), status));
    } else if (user != null && worthTelling(request, user)) {
      audit.done(line(request, user.name(), status));
    }
  }

  private static boolean worthTelling(HttpServletRequest request, User user) {
    if (READING.contains(request.getMethod())) {
      return user.may(Right.READ) && request.getRequestURI().matches(".*/(payload|reply)");
    }
    // of what is asked of Jolokia, ConsolePolicy and JmxDesk tell what matters
    return !AccessTable.isSubmission(request)
        && !request.getRequestURI().startsWith(ConsoleConfiguration.JOLOKIA);
  }

  private static Audit.Line line(HttpServletRequest request, @Nullable String who, int status) {
    boolean dry = "true".equals(request.getParameter("dry-run"));
    return new Audit.Line(
        who,
        "%s %s%s".formatted(request.getMethod(), request.getRequestURI(), dry ? " (dry run)" : ""),
        request.getAttribute(WHY) instanceof String why ? why : null,
        request.getRemoteAddr(),
        String.valueOf(status));
  }

  /** Who it says it is, of the user and password it sent; the password goes nowhere. */
  private static @Nullable String claimed(HttpServletRequest request) {
    if (request.getAttribute(WHO) instanceof String name) {
      return name;
    }
    String given = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (given == null || !given.toLowerCase(Locale.ROOT).startsWith("basic ")) {
      return null;
    }
    try {
      String decoded =
          new String(
              Base64.getDecoder().decode(given.substring("basic ".length()).strip()),
              StandardCharsets.UTF_8);
      int colon = decoded.indexOf(':');
      // without a colon it may be a password
      return colon < 0 ? null : decoded.substring(0, colon);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Waits for the answer of a request whose thread has left. */
  private final class AtTheEnd implements AsyncListener {

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final @Nullable User user;

    AtTheEnd(HttpServletRequest request, HttpServletResponse response, @Nullable User user) {
      this.request = request;
      this.response = response;
      this.user = user;
    }

    @Override
    public void onComplete(AsyncEvent event) {
      tell(request, user, response.getStatus());
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      // answered by Spring, and completed then
    }

    @Override
    public void onError(AsyncEvent event) {
      // completed then
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }
}
