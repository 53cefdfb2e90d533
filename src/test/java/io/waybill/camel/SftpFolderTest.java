package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.partner.PartnerHost;
import io.waybill.partner.SftpHost;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Map;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.junit.jupiter.api.Test;

/** A folder on an SFTP server. */
class SftpFolderTest extends RemoteFolderCases {

  @Override
  PartnerHost host(Path root) {
    return new SftpHost(root);
  }

  private SftpHost sftp() {
    return (SftpHost) host;
  }

  @Override
  String template() {
    return "waybill-sftp";
  }

  @Override
  Map<String, String> parameters(int reachedAt) throws IOException {
    Path known = folder.resolve("known_hosts");
    if (!Files.exists(known)) {
      sftp().writeKnownHosts(known, reachedAt);
    }
    return Map.of("known-hosts", known.toString());
  }

  @Override
  boolean isFtp() {
    return false;
  }

  @Test
  void aLinkIsRefused() throws Exception {
    Path secret = Files.writeString(root.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(in.resolve("link.json"), secret);
    drop("other.json", "x");
    start(Map.of());

    receipt("accepted", "other.json");
    awaitLogged("'link.json' is refused");
    assertThat(journaled()).containsExactly("x");
    assertThat(in.resolve("link.json")).isSymbolicLink();
  }

  @Test
  void anUnknownHostKeyIsRefusedWithWhatToDo() throws Exception {
    Files.writeString(folder.resolve("known_hosts"), "");
    drop("order.json", "x");
    start(Map.of());

    awaitLogged("The host key of the server is not in " + folder.resolve("known_hosts"));
    awaitLogged("ssh-keyscan -p " + host.port() + " 127.0.0.1");
    assertThat(broker.journal()).isEmpty();
    assertThat(Files.size(folder.resolve("known_hosts"))).isZero();
    nobodyTells(PartnerHost.PASSWORD);
  }

  @Test
  void aChangedHostKeyIsRefusedUntilItIsWrittenDown() throws Exception {
    start(Map.of());
    drop("one.json", "1");
    receipt("accepted", "one.json");
    host.stop();
    sftp().changeKey();
    host.start();
    drop("two.json", "2");

    awaitLogged("The server shows another host key");
    assertThat(journaled()).containsExactly("1");
    sftp().writeKnownHosts(folder.resolve("known_hosts"), host.port());
    receipt("accepted", "two.json");
  }

  @Test
  void aPasswordMayBeAPlaceholderThatNothingShowsResolved() throws Exception {
    System.setProperty("test.acme.password", PartnerHost.PASSWORD);
    drop("order.json", "x");
    start(Map.of("password", "{{sys:test.acme.password}}"));

    receipt("accepted", "order.json");
    nobodyTells(PartnerHost.PASSWORD);
  }

  @Test
  void aUserMayHaveAPrivateKey() throws Exception {
    KeyPair key = SftpHost.newKey();
    sftp().accept(key.getPublic());
    Path file = folder.resolve("id");
    OpenSSHKeyEncryptionContext encryption = new OpenSSHKeyEncryptionContext();
    encryption.setCipherType("256");
    encryption.setPassword("of the key");
    try (OutputStream out = Files.newOutputStream(file)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", encryption, out);
    }
    drop("order.json", "x");
    start(Map.of("password", "", "private-key", file.toString(), "passphrase", "of the key"));

    receipt("accepted", "order.json");
    nobodyTells("of the key");
  }
}
