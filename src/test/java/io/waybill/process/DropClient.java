package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.partner.PartnerHost;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;

/** An ordinary client of a partner who drops files, and looks for what became of them. */
interface DropClient extends AutoCloseable {

  /** Longer than a poll, shorter than a file has to look the same. */
  Duration SLOW = Duration.ofMillis(600);

  void write(String name, byte[] body) throws IOException;

  void rename(String from, String to) throws IOException;

  /** In two parts, under its own name. */
  void writeSlowly(String name, byte[] body) throws IOException;

  /** The connection breaks after the first half. */
  void breakOff(String name, byte[] body) throws IOException;

  /** Null where it is not there. */
  byte @Nullable [] read(String name) throws IOException;

  @Override
  void close() throws IOException;

  /** Writes the first half, and the second when time has passed. */
  static void slowly(OutputStream out, byte[] body) throws IOException {
    int half = body.length / 2;
    out.write(body, 0, half);
    out.flush();
    long written = System.nanoTime();
    await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> System.nanoTime() - written > SLOW.toNanos());
    out.write(body, half, body.length - half);
  }

  /** A program on the same machine. */
  record Here(Path folder) implements DropClient {

    @Override
    public void write(String name, byte[] body) throws IOException {
      Files.write(folder.resolve(name), body);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      Files.move(folder.resolve(from), folder.resolve(to));
    }

    @Override
    public void writeSlowly(String name, byte[] body) throws IOException {
      try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
        slowly(out, body);
      }
    }

    /** The program is killed. */
    @Override
    public void breakOff(String name, byte[] body) throws IOException {
      try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
        out.write(body, 0, body.length / 2);
      }
    }

    @Override
    public byte @Nullable [] read(String name) throws IOException {
      try {
        return Files.readAllBytes(folder.resolve(name));
      } catch (NoSuchFileException notYet) {
        return null;
      }
    }

    @Override
    public void close() {
      // holds nothing
    }
  }

  /** Commons Net. */
  final class Ftp implements DropClient {
    private final int port;
    private FTPClient client;

    Ftp(int port) throws IOException {
      this.port = port;
      this.client = connect();
    }

    private FTPClient connect() throws IOException {
      FTPClient connecting = new FTPClient();
      connecting.connect("127.0.0.1", port);
      assertThat(connecting.login(PartnerHost.USER, PartnerHost.PASSWORD)).isTrue();
      connecting.enterLocalPassiveMode();
      connecting.setFileType(FTP.BINARY_FILE_TYPE);
      assertThat(connecting.changeWorkingDirectory("in")).isTrue();
      return connecting;
    }

    @Override
    public void write(String name, byte[] body) throws IOException {
      assertThat(client.storeFile(name, new ByteArrayInputStream(body))).isTrue();
    }

    @Override
    public void rename(String from, String to) throws IOException {
      assertThat(client.rename(from, to)).isTrue();
    }

    @Override
    public void writeSlowly(String name, byte[] body) throws IOException {
      try (OutputStream out = client.storeFileStream(name)) {
        slowly(out, body);
      }
      assertThat(client.completePendingCommand()).isTrue();
    }

    @Override
    public void breakOff(String name, byte[] body) throws IOException {
      OutputStream out = client.storeFileStream(name);
      out.write(body, 0, body.length / 2);
      out.flush();
      client.disconnect();
      out.close();
      client = connect();
    }

    @Override
    public byte @Nullable [] read(String name) throws IOException {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      return client.retrieveFile(name, body) ? body.toByteArray() : null;
    }

    @Override
    public void close() throws IOException {
      client.disconnect();
    }
  }

  /** Apache MINA's client. */
  final class Sftp implements DropClient {
    private final int port;
    private final SshClient ssh = SshClient.setUpDefaultClient();
    private SftpClient client;

    Sftp(int port) throws IOException {
      this.port = port;
      ssh.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
      ssh.start();
      client = connect();
    }

    private SftpClient connect() throws IOException {
      ClientSession session =
          ssh.connect(PartnerHost.USER, "127.0.0.1", port)
              .verify(Duration.ofSeconds(10))
              .getSession();
      session.addPasswordIdentity(PartnerHost.PASSWORD);
      session.auth().verify(Duration.ofSeconds(10));
      return SftpClientFactory.instance().createSftpClient(session);
    }

    @Override
    public void write(String name, byte[] body) throws IOException {
      try (OutputStream out = client.write("in/" + name)) {
        out.write(body);
      }
    }

    @Override
    public void rename(String from, String to) throws IOException {
      client.rename("in/" + from, "in/" + to);
    }

    @Override
    public void writeSlowly(String name, byte[] body) throws IOException {
      try (OutputStream out = client.write("in/" + name)) {
        slowly(out, body);
      }
    }

    @Override
    public void breakOff(String name, byte[] body) throws IOException {
      OutputStream out = client.write("in/" + name);
      out.write(body, 0, body.length / 2);
      out.flush();
      client.getClientSession().close(true).await(Duration.ofSeconds(10));
      client = connect();
    }

    @Override
    public byte @Nullable [] read(String name) throws IOException {
      try (InputStream in = client.read("in/" + name)) {
        return in.readAllBytes();
      } catch (SftpException e) {
        if (e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE) {
          return null;
        }
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      client.getClientSession().close(true).await(Duration.ofSeconds(10));
      ssh.stop();
    }
  }
}
