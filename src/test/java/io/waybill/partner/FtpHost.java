package io.waybill.partner;

import java.nio.file.Path;
import java.util.List;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.ssl.SslConfigurationFactory;
import org.apache.ftpserver.usermanager.ClearTextPasswordEncryptor;
import org.apache.ftpserver.usermanager.PropertiesUserManagerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.WritePermission;
import org.jspecify.annotations.Nullable;

/** A real FTP server of a partner, with TLS where it has a certificate. */
public final class FtpHost implements PartnerHost {

  private final Path root;
  private final @Nullable Certificate certificate;
  private final boolean implicit;
  private org.apache.ftpserver.@Nullable FtpServer server;
  private int port;

  public FtpHost(Path root, @Nullable Certificate certificate, boolean implicit) {
    this.root = root;
    this.certificate = certificate;
    this.implicit = implicit;
  }

  @Override
  public void start() throws FtpException {
    FtpServerFactory factory = new FtpServerFactory();
    PropertiesUserManagerFactory users = new PropertiesUserManagerFactory();
    users.setPasswordEncryptor(new ClearTextPasswordEncryptor());
    factory.setUserManager(users.createUserManager());
    BaseUser partner = new BaseUser();
    partner.setName(USER);
    partner.setPassword(PASSWORD);
    partner.setHomeDirectory(root.toString());
    partner.setAuthorities(List.of(new WritePermission()));
    factory.getUserManager().save(partner);
    ListenerFactory listener = new ListenerFactory();
    listener.setServerAddress("127.0.0.1");
    listener.setPort(port);
    if (certificate != null) {
      SslConfigurationFactory tls = new SslConfigurationFactory();
      tls.setKeystoreFile(certificate.keyStore().toFile());
      tls.setKeystoreType("PKCS12");
      tls.setKeystorePassword(Certificate.PASSWORD);
      tls.setKeyPassword(Certificate.PASSWORD);
      listener.setSslConfiguration(tls.createSslConfiguration());
      listener.setImplicitSsl(implicit);
    }
    factory.addListener("default", listener.createListener());
    server = factory.createServer();
    server.start();
    port = factory.getListener("default").getPort();
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void stop() {
    if (server != null) {
      server.stop();
      server = null;
    }
  }
}
