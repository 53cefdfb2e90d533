package io.waybill.operator;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * An OpenID Connect issuer, and whether a token is one of its own. It is asked for its keys when
 * the first token comes, so that the broker starts without it, and not again at once where it did
 * not answer or a token names a key it has not.
 */
final class Issuer {

  private static final int CONNECT_MILLIS = 3_000;
  private static final int READ_MILLIS = 5_000;
  private static final int LARGEST_ANSWER = 512 * 1024;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long KEYS_FOR_MILLIS = TimeUnit.MINUTES.toMillis(5);
  private static final long KEYS_ASKED_MILLIS = TimeUnit.SECONDS.toMillis(10);
  private static final long KEYS_IN_AN_OUTAGE_MILLIS = TimeUnit.HOURS.toMillis(1);

  /** Only with a public key: with a secret, whoever checks a token could also make one. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private final String address;
  private final String audience;
  private final ResourceRetriever web;
  private @Nullable NimbusJwtDecoder decoder;
  private long failedAt;
  private boolean failed;

  Issuer(String address, String audience, @Nullable SSLSocketFactory trusting) {
    this.address = address;
    this.audience = audience;
    this.web =
        new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, LARGEST_ANSWER, true, trusting);
  }

  /** The issuer does not answer, or answers nonsense: nobody can tell whether a token is good. */
  static final class Away extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Away(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The claims of a token of this issuer.
   *
   * @throws org.springframework.security.oauth2.jwt.BadJwtException where it is none, for whatever
   *     reason
   * @throws Away where that cannot be said
   */
  Jwt verified(String token) {
    try {
      return decoder().decode(token);
    } catch (org.springframework.security.oauth2.jwt.BadJwtException e) {
      throw e;
    } catch (JwtException e) {
      throw new Away("The keys of %s cannot be read.".formatted(address), e);
    }
  }

  private synchronized NimbusJwtDecoder decoder() {
    NimbusJwtDecoder known = decoder;
    if (known != null) {
      return known;
    }
    if (failed && System.nanoTime() - failedAt < PAUSE_NANOS) {
      throw new Away("The issuer %s did not answer.".formatted(address), new IOException("paused"));
    }
    try {
      NimbusJwtDecoder made = decoder(keysAddress());
      decoder = made;
      return made;
    } catch (IOException | ParseException | IllegalArgumentException e) {
      failed = true;
      failedAt = System.nanoTime();
      throw new Away("The issuer %s did not answer as it should.".formatted(address), e);
    }
  }

  private URL keysAddress() throws IOException, ParseException {
    String base = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    URL described = URI.create(base + "/.well-known/openid-configuration").toURL();
    Map<String, Object> description =
        JSONObjectUtils.parse(web.retrieveResource(described).getContent());
    String said = JSONObjectUtils.getString(description, "issuer");
    if (!address.equals(said)) {
      throw new IllegalArgumentException("It calls itself '%s'".formatted(said));
    }
    String keys = JSONObjectUtils.getString(description, "jwks_uri");
    if (keys == null || !OidcSettings.encrypted(keys)) {
      throw new IllegalArgumentException("Its keys are at '%s'".formatted(keys));
    }
    return URI.create(keys).toURL();
  }

  private NimbusJwtDecoder decoder(URL keysAddress) {
    JWKSource<SecurityContext> keys =
        JWKSourceBuilder.create(keysAddress, web)
            .cache(KEYS_FOR_MILLIS, READ_MILLIS + CONNECT_MILLIS)
            .refreshAheadCache(false)
            .rateLimited(KEYS_ASKED_MILLIS)
            .outageTolerant(KEYS_IN_AN_OUTAGE_MILLIS)
            .build();
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    // below, by validators that say what is wrong
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    NimbusJwtDecoder made = new NimbusJwtDecoder(processor);
    made.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            new JwtTimestampValidator(),
            new JwtClaimValidator<Object>(JwtClaimNames.EXP, expires -> expires != null),
            new JwtIssuerValidator(address),
            new JwtClaimValidator<List<String>>(
                JwtClaimNames.AUD, those -> those != null && those.contains(audience))));
    return made;
  }
}
