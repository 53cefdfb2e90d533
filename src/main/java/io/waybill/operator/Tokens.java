package io.waybill.operator;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/** Lets users in by the tokens of an OpenID Connect issuer, with the roles their claims give. */
final class Tokens implements AuthenticationManager {

  private final Issuer issuer;
  private final OidcSettings settings;
  private final Users users;

  Tokens(Issuer issuer, OidcSettings settings, Users users) {
    this.issuer = issuer;
    this.settings = settings;
    this.users = users;
  }

  /** Whether a token is good cannot be said at present. */
  static final class NotNow extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    NotNow(String message, Throwable cause) {
      super(message, cause);
    }
  }

  @Override
  public Authentication authenticate(Authentication asked) {
    if (!(asked instanceof BearerTokenAuthenticationToken bearer)) {
      throw new InvalidBearerTokenException("There is no token.");
    }
    try {
      return AccessConfiguration.letIn(user(issuer.verified(bearer.getToken())));
    } catch (BadJwtException e) {
      throw new InvalidBearerTokenException(String.valueOf(e.getMessage()), e);
    } catch (Issuer.Away e) {
      throw new NotNow(String.valueOf(e.getMessage()), e);
    }
  }

  private User user(Jwt token) {
    String name = name(token);
    Set<Role> roles = roles(token);
    Set<String> operations = Set.of();
    if (settings.operations() != null) {
      operations = texts(token, settings.operations());
      if (operations.isEmpty()) {
        // no operations means all of them, which this token does not say
        roles.remove(Role.SUBMITTER);
      }
    }
    return new User(name, roles, operations);
  }

  private String name(Jwt token) {
    Object name = claim(token, settings.name());
    if (!(name instanceof String text) || text.isBlank()) {
      throw new InvalidBearerTokenException(
          "The token has no claim '%s' to take the name from.".formatted(settings.name()));
    }
    if (users.named(text).isPresent()) {
      // else it could read what the other one sent
      throw new InvalidBearerTokenException(
          "The name in the token is that of a user with a password here.");
    }
    return text;
  }

  /** Those that are ours; the issuer has others, for other programs. */
  private Set<Role> roles(Jwt token) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    Set<String> given = texts(token, settings.roles());
    for (Role role : Role.values()) {
      if (given.contains(settings.rolePrefix() + role.configName())) {
        roles.add(role);
      }
    }
    return roles;
  }

  /** A list, or words with spaces between them, as scopes are written. */
  private static Set<String> texts(Jwt token, String path) {
    Object value = claim(token, path);
    Set<String> texts = new LinkedHashSet<>();
    if (value instanceof String text) {
      texts.addAll(Arrays.asList(text.strip().split("\\s+")));
      texts.remove("");
    } else if (value instanceof Collection<?> several) {
      several.stream().filter(String.class::isInstance).map(String.class::cast).forEach(texts::add);
    }
    return texts;
  }

  /** The claim of that name, or the one that the dots lead to. */
  private static @Nullable Object claim(Jwt token, String path) {
    Map<String, Object> claims = token.getClaims();
    if (claims.containsKey(path)) {
      return claims.get(path);
    }
    Object value = claims;
    for (String name : List.of(path.split("\\."))) {
      value = value instanceof Map<?, ?> table ? table.get(name) : null;
    }
    return value;
  }
}
