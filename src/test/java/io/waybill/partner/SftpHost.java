package io.waybill.partner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.jspecify.annotations.Nullable;

/** A real SFTP server of a partner. */
public final class SftpHost implements PartnerHost {

  private final Path root;
  private KeyPair hostKey = newKey();
  private @Nullable PublicKey accepted;
  private @Nullable SshServer server;
  private int port;

  public SftpHost(Path root) {
    this.root = root;
  }

  public static KeyPair newKey() {
    try {
      return KeyUtils.generateKeyPair(KeyPairProvider.SSH_RSA, 2048);
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void start() throws IOException {
    SshServer starting = SshServer.setUpDefaultServer();
    starting.setHost("127.0.0.1");
    starting.setPort(port);
    starting.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    starting.setPasswordAuthenticator(
        (user, password, session) -> USER.equals(user) && PASSWORD.equals(password));
    starting.setPublickeyAuthenticator(
        (user, key, session) ->
            USER.equals(user) && accepted != null && KeyUtils.compareKeys(key, accepted));
    starting.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    starting.setFileSystemFactory(new VirtualFileSystemFactory(root));
    starting.start();
    server = starting;
    port = starting.getPort();
  }

  @Override
  public int port() {
    return port;
  }

  /** Lets in who has the private key. */
  public void accept(PublicKey key) {
    accepted = key;
  }

  /** Shows another key from its next start. */
  public void changeKey() {
    hostKey = newKey();
  }

  /** Writes the known hosts of a client that reaches it under that port. */
  public void writeKnownHosts(Path file, int reachedAt) throws IOException {
    Files.writeString(
        file,
        "[127.0.0.1]:%d %s%n".formatted(reachedAt, PublicKeyEntry.toString(hostKey.getPublic())));
  }

  @Override
  public void stop() throws IOException {
    if (server != null) {
      server.stop(true);
      server = null;
    }
  }
}
