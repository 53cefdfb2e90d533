package io.waybill.operator;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.security.web.authentication.session.ChangeSessionIdAuthenticationStrategy;
import org.springframework.security.web.authentication.session.SessionAuthenticationStrategy;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What Hawtio's pages ask their server for: the login, who is logged in, and what there is not. */
@RestController
@RequestMapping(path = ConsoleConfiguration.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
final class ConsoleController {

  private final AuthenticationManager passwords;
  private final SecurityContextRepository sessions = new HttpSessionSecurityContextRepository();
  private final SessionAuthenticationStrategy renewal = new ChangeSessionIdAuthenticationStrategy();

  ConsoleController(Users users) {
    this.passwords = new ProviderManager(new AccessConfiguration.Password(users));
  }

  /** What the page of the login sends. */
  record Credentials(@Nullable String username, @Nullable String password) {}

  /** Starts a session. Whoever could see nothing here is not let in. */
  @PostMapping("/auth/login")
  Map<String, String> login(
      @RequestBody Credentials credentials,
      HttpServletRequest request,
      HttpServletResponse response) {
    UsernamePasswordAuthenticationToken asked =
        UsernamePasswordAuthenticationToken.unauthenticated(
            String.valueOf(credentials.username()), String.valueOf(credentials.password()));
    asked.setDetails(new WebAuthenticationDetails(request));
    request.setAttribute(AuditFilter.WHO, asked.getName());
    Authentication known = passwords.authenticate(asked);
    if (!(known.getPrincipal() instanceof User user) || !user.is(Role.VIEWER)) {
      throw new ProblemException(Problem.FORBIDDEN, ConsoleConfiguration.NO_ROLE);
    }
    renewal.onAuthentication(known, request, response);
    SecurityContext context = SecurityContextHolder.createEmptyContext();
    context.setAuthentication(known);
    sessions.saveContext(context, request, response);
    return Map.of("user", user.name());
  }

  /** Who is logged in, as a JSON string. */
  @GetMapping("/user")
  String user(@AuthenticationPrincipal User user) {
    return '"' + user.name().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  @GetMapping("/auth/config/login")
  List<Map<String, String>> waysToLogIn() {
    return List.of(
        Map.of(
            "method", "form",
            "name", "Waybill",
            "type", "json",
            "url", ConsoleConfiguration.PATH + "/auth/login",
            "logoutUrl", ConsoleConfiguration.PATH + "/auth/logout",
            "userField", "username",
            "passwordField", "password"));
  }

  /** Asked now and then while somebody works, so that the session stays. */
  @GetMapping("/refresh")
  ResponseEntity<Void> refresh() {
    return ResponseEntity.noContent().build();
  }

  @GetMapping("/plugin")
  List<String> plugins() {
    return List.of();
  }

  @GetMapping({"/proxy/enabled", "/keycloak/enabled"})
  boolean absent() {
    return false;
  }

  @GetMapping({
    "/auth/config",
    "/auth/config/oidc",
    "/auth/config/session-timeout",
    "/preset-connections"
  })
  ResponseEntity<Void> unknown() {
    return ResponseEntity.notFound().build();
  }
}
