package io.waybill.camel;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchChangedHostKeyException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.SftpException;
import java.nio.file.Path;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.RemoteFileConfiguration;
import org.apache.camel.component.file.remote.RemoteFileOperations;
import org.apache.camel.component.file.remote.SftpConfiguration;
import org.apache.camel.component.file.remote.SftpRemoteFile;
import org.jspecify.annotations.Nullable;

/** An SFTP server whose host key is known. */
final class SftpServer extends RemoteServer<SftpRemoteFile<?>> {

  private final Login login;
  private String refusal = "";

  /**
   * Who logs in, and at whom.
   *
   * @param knownHosts the file with the keys of servers, as OpenSSH has it
   */
  record Login(
      String user,
      @Nullable String password,
      @Nullable Path privateKey,
      @Nullable String passphrase,
      Path knownHosts) {

    @Override
    public String toString() {
      return user;
    }
  }

  SftpServer(Login login) {
    this.login = login;
  }

  @Override
  void configure(
      RemoteFileConfiguration configuration, RemoteFileOperations<SftpRemoteFile<?>> operations) {
    SftpConfiguration sftp = (SftpConfiguration) configuration;
    sftp.setUsername(login.user());
    sftp.setPassword(login.password());
    if (login.privateKey() != null) {
      sftp.setPrivateKeyFile(login.privateKey().toString());
      sftp.setPrivateKeyPassphrase(login.passphrase());
    }
    sftp.setKnownHostsFile(login.knownHosts().toString());
    sftp.setStrictHostKeyChecking("yes");
    sftp.setPreferredAuthentications("publickey,password,keyboard-interactive");
  }

  @Override
  String name(SftpRemoteFile<?> entry) {
    return entry.getFilename();
  }

  @Override
  PartnerFolder.Look look(SftpRemoteFile<?> entry) {
    boolean regular =
        entry.getRemoteFile() instanceof ChannelSftp.LsEntry listed && listed.getAttrs().isReg();
    return new PartnerFolder.Look(
        regular, entry.getFileLength(), entry.getLastModified(), entry.getFilename());
  }

  @Override
  boolean isFolder(SftpRemoteFile<?> entry) {
    return entry.isDirectory();
  }

  /** A lost connection has a cause of its own. */
  @Override
  boolean isRefusal(GenericFileOperationFailedException failure) {
    boolean refused =
        failure.getCause() instanceof SftpException answer && answer.getCause() == null;
    if (failure.getCause() instanceof SftpException answer) {
      refusal = String.valueOf(answer.getMessage());
    }
    return refused;
  }

  @Override
  String lastWord() {
    return refusal;
  }

  @Override
  @Nullable String remedy(Throwable cause) {
    if (cause instanceof JSchChangedHostKeyException) {
      return "The server shows another host key than the one in %s: it may not be the server it claims to be. Ask the partner, by another way than this one; only if the key was changed replace the line of the server by what 'ssh-keyscan -p %d %s' prints"
          .formatted(login.knownHosts(), port(), host());
    }
    return cause instanceof JSchHostKeyException
        ? "The host key of the server is not in %s. Get it with 'ssh-keyscan -p %d %s', compare its fingerprint ('ssh-keygen -lf FILE') with what the partner tells you, and add the line to that file"
            .formatted(login.knownHosts(), port(), host())
        : null;
  }

  @Override
  void hangUp(RemoteFileOperations<SftpRemoteFile<?>> operations) {
    operations.forceDisconnect();
  }
}
