package io.waybill.cli;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;

/** The broker's own certificates, looked at when it starts: are they there, and until when? */
final class Certificates {

  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
  private static final Duration SOON = Duration.ofDays(30);

  private final SslBundles bundles;
  private final Instant now;

  Certificates(SslBundles bundles, Clock clock) {
    this.bundles = bundles;
    this.now = clock.instant();
  }

  /** All that the doors need; refuses what cannot be read. */
  void check(Environment environment) {
    Set<String> names = new LinkedHashSet<>();
    for (String setting :
        List.of(
            "server.ssl.bundle", "management.server.ssl.bundle", NetworkDoors.ACCEPTOR_BUNDLE)) {
      String name = environment.getProperty(setting, "");
      if (!name.isBlank()) {
        names.add(name);
      }
    }
    names.forEach(name -> check(name, bundles.getBundle(name)));
  }

  private void check(String name, SslBundle bundle) {
    try {
      KeyStore keys = bundle.getStores().getKeyStore();
      if (keys == null || !hasKey(keys)) {
        throw new KeyStoreException("it has no private key");
      }
      // what is wrong with it is said here, and not to the first client
      var unused = bundle.createSslContext();
      tell(name, keys);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new StartRefused(
          ExitCode.USAGE,
          "the certificate '%s' under spring.ssl.bundle cannot be used: %s"
              .formatted(name, root(e)),
          "Name its files as docs/access.md shows: certificate and private-key for PEM, location and password of the keystore for PKCS12.",
          e);
    }
  }

  private static boolean hasKey(KeyStore keys) throws GeneralSecurityException {
    for (String alias : Collections.list(keys.aliases())) {
      if (keys.isKeyEntry(alias)) {
        return true;
      }
    }
    return false;
  }

  private static String root(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  private void tell(String name, KeyStore keys) throws GeneralSecurityException {
    for (String alias : Collections.list(keys.aliases())) {
      if (keys.isKeyEntry(alias)
          && keys.getCertificate(alias) instanceof X509Certificate certificate) {
        Instant until = certificate.getNotAfter().toInstant();
        if (until.isBefore(now)) {
          LOG.warn("The certificate '{}' has expired on {}: clients refuse it", name, until);
        } else if (until.isBefore(now.plus(SOON))) {
          LOG.warn("The certificate '{}' expires on {}; have it renewed", name, until);
        }
      }
    }
  }
}
