package io.waybill.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whose certificates a command believes, and why it did not believe one. */
final class Trust {

  private Trust() {}

  /** Of those in the file, and nobody else. */
  static SSLContext inOnly(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new CertificateException("it holds none");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("trusted-" + number++, certificate);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "--ca: no certificates can be read from %s (%s); name a file in PEM form, -----BEGIN CERTIFICATE-----."
              .formatted(file, e.getMessage()));
    }
  }

  /** What is wrong with the certificate of that address; null where something else is wrong. */
  static @Nullable String problem(String address, Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof CertificateExpiredException) {
        return "the certificate of %s has expired (%s); the broker needs a new one."
            .formatted(address, e.getMessage());
      }
      if (e instanceof CertificateNotYetValidException) {
        return "the certificate of %s is not valid yet (%s); compare the clocks."
            .formatted(address, e.getMessage());
      }
      if (e instanceof CertPathBuilderException) {
        return "the certificate of %s is signed by nobody whom this machine trusts; name the signer's certificate with --ca FILE (or WAYBILL_CA)."
            .formatted(address);
      }
    }
    return failure instanceof SSLException
        ? "no encrypted connection to %s (%s)".formatted(address, failure.getMessage())
        : null;
  }
}
