package io.waybill.camel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Calendar;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.FtpOperations;
import org.apache.camel.component.file.remote.RemoteFileConfiguration;
import org.apache.camel.component.file.remote.RemoteFileOperations;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;
import org.apache.commons.net.ftp.FTPSClient;
import org.jspecify.annotations.Nullable;

/** An FTP server, with TLS or without. */
final class FtpServer extends RemoteServer<FTPFile> {

  private final String user;
  private final String password;
  private final X509TrustManager trust;
  private @Nullable FTPClient client;

  /**
   * A server that is not connected to yet.
   *
   * @param trust says, with TLS, whose certificates count
   */
  FtpServer(String user, String password, X509TrustManager trust) {
    this.user = user;
    this.password = password;
    this.trust = trust;
  }

  @Override
  void configure(RemoteFileConfiguration configuration, RemoteFileOperations<FTPFile> operations) {
    configuration.setUsername(user);
    configuration.setPassword(password);
    FTPClient connects = ((FtpOperations) operations).getClient();
    connects.setControlEncoding(StandardCharsets.UTF_8); // many tell only after the login
    if (connects instanceof FTPSClient encrypted) {
      // left alone it looks at nothing but the dates of a certificate
      encrypted.setTrustManager(trust);
      encrypted.setEndpointCheckingEnabled(true);
    }
    client = connects;
  }

  @Override
  String name(FTPFile entry) {
    return entry.getName();
  }

  @Override
  PartnerFolder.Look look(FTPFile entry) {
    Calendar changed = entry.getTimestamp();
    return new PartnerFolder.Look(
        entry.isFile(),
        entry.getSize(),
        changed == null ? 0 : changed.getTimeInMillis(),
        entry.getName());
  }

  @Override
  boolean isFolder(FTPFile entry) {
    return entry.isDirectory();
  }

  @Override
  List<FTPFile> list(String folder) throws IOException {
    return ask(
        asked -> {
          FTPFile[] files = asked.listFiles(folder);
          FTPClient asks = ((FtpOperations) asked).getClient();
          if (!FTPReply.isPositiveCompletion(asks.getReplyCode())) {
            throw refused("'" + folder + "' cannot be listed"); // Camel takes it for empty
          }
          return List.of(files);
        });
  }

  /** Some servers list a file that is asked for by its name, some do not; SIZE is plain. */
  @Override
  boolean exists(String path) throws IOException {
    return ask(
        asked -> {
          FTPClient asks = ((FtpOperations) asked).getClient();
          if (asks.getSize(path) != null) {
            return true;
          }
          return asks.getReplyCode() != FTPReply.FILE_UNAVAILABLE && asked.existsFile(path);
        });
  }

  /** Camel tells a refusal by its answer. */
  @Override
  boolean isRefusal(GenericFileOperationFailedException failure) {
    return false;
  }

  @Override
  String lastWord() {
    String word = client == null ? null : client.getReplyString();
    return word == null ? "" : word.strip();
  }

  @Override
  @Nullable String remedy(Throwable cause) {
    if (cause instanceof GenericFileOperationFailedException failure
        && failure.getCode() == FTPReply.NOT_LOGGED_IN) {
      return "The server does not accept the user and password. Correct 'user' and 'password'";
    }
    if (cause instanceof CertificateException) {
      return "The certificate of the server is not accepted: %s. If it is the right server, put its certificate or that of its issuer (PEM) into the file that 'trust' names, and let 'host' be the name that the certificate is for"
          .formatted(cause.getMessage());
    }
    return cause instanceof SSLException
        ? "The server and the broker do not agree on TLS: %s. Is 'security' right (none, explicit, implicit)?"
            .formatted(cause.getMessage())
        : null;
  }

  /** Without a word of goodbye, as its answer might be that to another question. */
  @Override
  void hangUp(RemoteFileOperations<FTPFile> operations) throws IOException {
    ((FtpOperations) operations).getClient().disconnect();
  }
}
