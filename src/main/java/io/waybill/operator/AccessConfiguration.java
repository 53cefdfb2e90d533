package io.waybill.operator;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.header.writers.CrossOriginResourcePolicyHeaderWriter.CrossOriginResourcePolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/** Who may do what by HTTP. */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
@EnableConfigurationProperties({AccessSettings.class, OidcSettings.class})
class AccessConfiguration {

  private static final String NO_CREDENTIALS =
      "Send user and password by HTTP Basic; the first password of admin is in data/admin-password.";

  @Bean
  Audit audit() {
    return new Audit();
  }

  @Bean
  WhyAdvice whyAdvice() {
    return new WhyAdvice();
  }

  @Bean
  SecurityFilterChain access(
      HttpSecurity http, Users users, Audit audit, OidcSettings oidc, SslBundles bundles)
      throws Exception {
    Refusals refusals = new Refusals(oidc.configured());
    if (oidc.configured()) {
      Tokens tokens = new Tokens(issuer(oidc, bundles), oidc, users);
      http.oauth2ResourceServer(
          bearer ->
              bearer
                  .authenticationManagerResolver(request -> tokens)
                  .authenticationEntryPoint(refusals::unauthenticated));
    }
    return http.authenticationProvider(new Password(users))
        .httpBasic(basic -> basic.authenticationEntryPoint(refusals::unauthenticated))
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        // no cookies, hence no token to compare; SameOriginFilter refuses what browsers could forge
        .csrf(AbstractHttpConfigurer::disable)
        .addFilterBefore(new SameOriginFilter(), AuthorizationFilter.class)
        .addFilterAfter(new AuditFilter(audit), SecurityContextHolderFilter.class)
        .headers(AccessConfiguration::nothingForOtherSites)
        .exceptionHandling(
            handling ->
                handling
                    .authenticationEntryPoint(refusals::unauthenticated)
                    .accessDeniedHandler(
                        (request, response, e) -> Refusals.forbidden(request, response)))
        .authorizeHttpRequests(
            requests -> {
              requests
                  .dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                  .permitAll();
              for (AccessTable.Line line : AccessTable.LINES) {
                requests.requestMatchers(line.matcher()).access(allowing(line));
              }
              requests.anyRequest().hasRole(Role.ADMIN.name());
            })
        .anonymous(Customizer.withDefaults())
        .build();
  }

  private static Issuer issuer(OidcSettings oidc, SslBundles bundles) {
    return new Issuer(
        oidc.requiredIssuer(),
        oidc.requiredAudience(),
        oidc.sslBundle() == null
            ? null
            : bundles.getBundle(oidc.sslBundle()).createSslContext().getSocketFactory());
  }

  private static void nothingForOtherSites(HeadersConfigurer<HttpSecurity> headers) {
    headers
        .frameOptions(frame -> frame.deny())
        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
        .crossOriginResourcePolicy(policy -> policy.policy(CrossOriginResourcePolicy.SAME_ORIGIN))
        .contentSecurityPolicy(
            policy ->
                policy.policyDirectives("default-src 'none'; frame-ancestors 'none'; sandbox"));
  }

  private static AuthorizationManager<RequestAuthorizationContext> allowing(AccessTable.Line line) {
    return (user, request) ->
        new AuthorizationDecision(
            line.open()
                || (user.get().getPrincipal() instanceof User known && line.heldBy(known.roles())));
  }

  /** What Spring Security knows of a user that was let in. */
  static Authentication letIn(User user) {
    List<GrantedAuthority> roles =
        user.roles().stream()
            .<GrantedAuthority>map(role -> new SimpleGrantedAuthority("ROLE_" + role.name()))
            .toList();
    return UsernamePasswordAuthenticationToken.authenticated(user, null, roles);
  }

  /** Says why nobody gets in, or not there. */
  private record Refusals(boolean tokens) {

    void unauthenticated(
        HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
        throws IOException {
      if (e instanceof TooManyGuesses guesses) {
        guesses.write(request, response);
      } else if (e instanceof Tokens.NotNow away) {
        response.setHeader(HttpHeaders.RETRY_AFTER, "10");
        Problems.write(request, response, Problem.NOT_NOW, String.valueOf(away.getMessage()));
      } else {
        challenge(response, e);
        Problems.write(request, response, Problem.UNAUTHENTICATED, why(request, e));
      }
    }

    private void challenge(HttpServletResponse response, AuthenticationException e) {
      response.addHeader(
          HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Waybill\", charset=\"UTF-8\"");
      if (tokens) {
        boolean wrong = e instanceof OAuth2AuthenticationException;
        response.addHeader(
            HttpHeaders.WWW_AUTHENTICATE, wrong ? "Bearer error=\"invalid_token\"" : "Bearer");
      }
    }

    private String why(HttpServletRequest request, AuthenticationException e) {
      String given = request.getHeader(HttpHeaders.AUTHORIZATION);
      if (given == null) {
        return NO_CREDENTIALS;
      }
      if (e instanceof OAuth2AuthenticationException) {
        return "The token is not accepted: " + e.getMessage();
      }
      return given.regionMatches(true, 0, "Bearer", 0, 6) && !tokens
          ? "Tokens are not accepted here: no issuer is configured under waybill.oidc."
          : "User or password is wrong.";
    }

    static void forbidden(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      Problems.write(
          request,
          response,
          Problem.FORBIDDEN,
          "User '%s' has no role for %s %s; roles are given under waybill.users, or by the issuer of the token."
              .formatted(request.getRemoteUser(), request.getMethod(), request.getRequestURI()));
    }
  }

  /** The password was not looked at. */
  static final class TooManyGuesses extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    private final long seconds;

    TooManyGuesses(Duration wait) {
      super("Too many wrong passwords");
      this.seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    }

    /** Says when to try again. */
    void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
      response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
      Problems.write(
          request,
          response,
          Problem.TOO_MANY_GUESSES,
          "Too many wrong passwords came from this address; try again in %d seconds."
              .formatted(seconds));
    }
  }

  /** Lets the users in by their passwords. */
  record Password(Users users) implements AuthenticationProvider {

    @Override
    public Authentication authenticate(Authentication asked) {
      String address =
          asked.getDetails() instanceof WebAuthenticationDetails details
              ? details.getRemoteAddress()
              : "";
      Login login = users.login(asked.getName(), String.valueOf(asked.getCredentials()), address);
      if (login instanceof Login.In in) {
        return letIn(in.user());
      }
      if (login instanceof Login.NotYet notYet) {
        throw new TooManyGuesses(notYet.left());
      }
      throw new BadCredentialsException("User or password is wrong");
    }

    @Override
    public boolean supports(Class<?> type) {
      return UsernamePasswordAuthenticationToken.class.isAssignableFrom(type);
    }
  }
}
