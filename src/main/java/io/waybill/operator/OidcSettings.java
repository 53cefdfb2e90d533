package io.waybill.operator;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who else says who somebody is, from {@code waybill.oidc}: an OpenID Connect issuer.
 *
 * @param issuer its address; without one, only users with passwords are let in
 * @param audience what its tokens have to be made out to: the broker's client id there
 * @param name the claim with the user's name
 * @param roles the claim with the roles; dots lead into tables
 * @param rolePrefix what the broker's roles begin with at the issuer
 * @param operations the claim with what a submitter may send; without one, everything
 * @param sslBundle whom to trust at the issuer's address; without one, whom Java trusts
 */
@ConfigurationProperties("waybill.oidc")
public record OidcSettings(
    @Nullable String issuer,
    @Nullable String audience,
    @DefaultValue("sub") String name,
    @DefaultValue("roles") String roles,
    @DefaultValue("") String rolePrefix,
    @Nullable String operations,
    @Nullable String sslBundle) {

  /** Whether there is an issuer. */
  public boolean configured() {
    return issuer != null && !issuer.isBlank();
  }

  /** The issuer's address, refused where anybody on the way could put in another one's keys. */
  String requiredIssuer() {
    String address = issuer == null ? "" : issuer.strip();
    if (!encrypted(address)) {
      throw new AccessSettingsException(
          "waybill.oidc.issuer: '%s' is no https address. Keys that come unencrypted could be anybody's; write https://... (http only for an issuer on this machine)."
              .formatted(address));
    }
    return address;
  }

  /** The audience, without which a token for any other program would be taken. */
  String requiredAudience() {
    if (audience == null || audience.isBlank()) {
      throw new AccessSettingsException(
          "waybill.oidc.audience is missing; write the client id that the issuer knows the broker by.");
    }
    return audience.strip();
  }

  /** Whether nobody on the way can change what comes from there. */
  static boolean encrypted(String address) {
    try {
      URI uri = URI.create(address);
      if ("https".equals(uri.getScheme())) {
        return uri.getHost() != null;
      }
      return "http".equals(uri.getScheme())
          && uri.getHost() != null
          && InetAddress.getByName(uri.getHost()).isLoopbackAddress();
    } catch (IllegalArgumentException | UnknownHostException e) {
      return false;
    }
  }
}
