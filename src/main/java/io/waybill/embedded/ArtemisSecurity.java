package io.waybill.embedded;

import io.waybill.embedded.ArtemisAccess.Permission;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager5;
import org.apache.activemq.artemis.spi.core.security.jaas.NoCacheLoginException;
import org.apache.activemq.artemis.spi.core.security.jaas.UserPrincipal;
import org.jspecify.annotations.Nullable;

/** Lets the broker itself do everything, by a password of this run, and asks about all others. */
final class ArtemisSecurity implements ActiveMQSecurityManager5 {

  /** Taken: a configured user of this name could not log in. */
  static final String BROKER = "waybill broker";

  private final String brokerPassword;
  private final ArtemisAccess access;

  ArtemisSecurity(String brokerPassword, ArtemisAccess access) {
    this.brokerPassword = brokerPassword;
    this.access = access;
  }

  @Override
  public Subject authenticate(
      @Nullable String user,
      @Nullable String password,
      @Nullable RemotingConnection connection,
      @Nullable String securityDomain)
      throws NoCacheLoginException {
    if (user == null || password == null || !known(user, password, from(connection))) {
      // Artemis would go on refusing for some seconds, also from elsewhere
      throw new NoCacheLoginException("Refused by the broker");
    }
    Subject subject = new Subject();
    subject.getPrincipals().add(new UserPrincipal(user));
    return subject;
  }

  @Override
  public boolean authorize(
      @Nullable Subject subject, Set<Role> roles, CheckType checkType, String address) {
    if (subject == null) {
      return false;
    }
    return subject.getPrincipals(UserPrincipal.class).stream()
        .map(UserPrincipal::getName)
        .anyMatch(
            user -> user.equals(BROKER) || access.authorize(user, permission(checkType), address));
  }

  @Override
  public boolean validateUser(@Nullable String user, @Nullable String password) {
    return user != null && password != null && known(user, password, "");
  }

  @Override
  public boolean validateUserAndRole(
      @Nullable String user, @Nullable String password, Set<Role> roles, CheckType checkType) {
    // without an address nothing can be decided; the server asks authorize instead
    return false;
  }

  /** Artemis writes {@code 127.0.0.1:54321}, or a name of its own within the process. */
  private static String from(@Nullable RemotingConnection connection) {
    String address = connection == null ? null : connection.getRemoteAddress();
    if (address == null) {
      return "";
    }
    int colon = address.lastIndexOf(':');
    return (colon < 0 ? address : address.substring(0, colon)).replaceAll("^/|[\\[\\]]", "");
  }

  private boolean known(String user, String password, String from) {
    if (user.equals(BROKER)) {
      return MessageDigest.isEqual(
          password.getBytes(StandardCharsets.UTF_8),
          brokerPassword.getBytes(StandardCharsets.UTF_8));
    }
    return access.authenticate(user, password, from);
  }

  private static Permission permission(CheckType checkType) {
    return switch (checkType) {
      case SEND -> Permission.SEND;
      case CONSUME -> Permission.CONSUME;
      case BROWSE -> Permission.BROWSE;
      case CREATE_ADDRESS, CREATE_DURABLE_QUEUE, CREATE_NON_DURABLE_QUEUE -> Permission.CREATE;
      case DELETE_ADDRESS, DELETE_DURABLE_QUEUE, DELETE_NON_DURABLE_QUEUE -> Permission.DELETE;
      case MANAGE, VIEW, EDIT -> Permission.MANAGE;
    };
  }
}
