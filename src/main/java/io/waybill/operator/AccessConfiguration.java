package io.waybill.operator;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;

/** Who may do what by HTTP. */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
@EnableConfigurationProperties(AccessSettings.class)
class AccessConfiguration {

  private static final String SUBMITTER = Role.SUBMITTER.name();
  private static final String VIEWER = Role.VIEWER.name();
  private static final String OPERATOR = Role.OPERATOR.name();

  @Bean
  SecurityFilterChain access(HttpSecurity http, Users users) throws Exception {
    return http.authenticationProvider(new Password(users))
        .httpBasic(basic -> basic.authenticationEntryPoint(AccessConfiguration::unauthenticated))
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        // no cookies, hence no token to compare; SameOriginFilter refuses what browsers could forge
        .csrf(AbstractHttpConfigurer::disable)
        .addFilterBefore(new SameOriginFilter(), AuthorizationFilter.class)
        .headers(
            headers ->
                headers
                    .frameOptions(frame -> frame.deny())
                    .contentSecurityPolicy(
                        policy ->
                            policy.policyDirectives(
                                "default-src 'none'; frame-ancestors 'none'; sandbox")))
        .exceptionHandling(
            handling ->
                handling
                    .authenticationEntryPoint(AccessConfiguration::unauthenticated)
                    .accessDeniedHandler(
                        (request, response, e) ->
                            Problems.write(
                                request, response, Problem.FORBIDDEN, forbidden(request))))
        .authorizeHttpRequests(
            requests ->
                requests
                    .dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                    .permitAll()
                    .requestMatchers(HttpMethod.GET, "/actuator/health/**", "/problems/*")
                    .permitAll()
                    .requestMatchers(HttpMethod.GET, "/actuator/prometheus")
                    .hasRole(VIEWER)
                    .requestMatchers(HttpMethod.GET, "/api/v1/openapi.yaml")
                    .permitAll()
                    .requestMatchers(HttpMethod.POST, "/api/v1/messages", "/api/v1/messages/*")
                    .hasRole(SUBMITTER)
                    .requestMatchers(HttpMethod.GET, "/api/v1/messages", "/api/v1/messages/**")
                    .hasAnyRole(SUBMITTER, VIEWER)
                    .requestMatchers(HttpMethod.GET, "/api/v1/**")
                    .hasRole(VIEWER)
                    .requestMatchers(HttpMethod.POST, "/api/v1/messages/*/*")
                    .hasRole(OPERATOR)
                    .anyRequest()
                    .authenticated())
        .anonymous(Customizer.withDefaults())
        .build();
  }

  private static void unauthenticated(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
      throws IOException {
    response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Waybill\", charset=\"UTF-8\"");
    boolean given = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
    Problems.write(
        request,
        response,
        Problem.UNAUTHENTICATED,
        given
            ? "User or password is wrong."
            : "Send user and password by HTTP Basic; the first password of admin is in data/admin-password.");
  }

  private static String forbidden(HttpServletRequest request) {
    String user = request.getRemoteUser();
    return "User '%s' has no role for %s %s; an admin can give it one under waybill.users."
        .formatted(user, request.getMethod(), request.getRequestURI());
  }

  /** Lets the users in by their passwords. */
  private record Password(Users users) implements AuthenticationProvider {

    @Override
    public Authentication authenticate(Authentication asked) {
      User user =
          users
              .authenticate(asked.getName(), String.valueOf(asked.getCredentials()))
              .orElseThrow(() -> new BadCredentialsException("User or password is wrong"));
      List<GrantedAuthority> roles =
          user.roles().stream()
              .<GrantedAuthority>map(role -> new SimpleGrantedAuthority("ROLE_" + role.name()))
              .toList();
      return UsernamePasswordAuthenticationToken.authenticated(user, null, roles);
    }

    @Override
    public boolean supports(Class<?> type) {
      return UsernamePasswordAuthenticationToken.class.isAssignableFrom(type);
    }
  }
}
