package io.waybill.cli;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.env.Environment;

/**
 * Where programs reach the broker. Beyond this machine only with users of one's own, and encrypted,
 * unless it is said that somebody else sees to that.
 *
 * @param all those that are open
 * @param insecure whether they may be unencrypted
 */
record NetworkDoors(List<Door> all, boolean insecure) {

  /** The certificate of the embedded Artemis. */
  static final String ACCEPTOR_BUNDLE = "waybill.acceptor-ssl-bundle";

  private static final String INSECURE = "waybill.insecure-bind";

  /**
   * One of them.
   *
   * @param setting that says where it is
   * @param address where it is
   * @param encrypted whether nobody can listen in
   * @param encrypting the setting that would encrypt it
   */
  record Door(String setting, String address, boolean encrypted, String encrypting) {

    /** Whether other machines reach it. An address that nobody knows cannot be listened at. */
    boolean beyondThisMachine() {
      if (address.isBlank()) {
        return true;
      }
      try {
        return !InetAddress.getByName(address).isLoopbackAddress();
      } catch (UnknownHostException e) {
        return false;
      }
    }
  }

  static NetworkDoors of(Environment environment) {
    List<Door> doors = new ArrayList<>();
    doors.add(
        new Door(
            "server.address",
            environment.getProperty("server.address", ""),
            encryptedHttp(environment),
            "server.ssl.bundle"));
    String management = environment.getProperty("management.server.port", "");
    if (!management.isBlank()
        && !management.equals("-1")
        && !management.equals(environment.getProperty("server.port"))) {
      doors.add(
          new Door(
              "management.server.address",
              environment.getProperty("management.server.address", ""),
              encrypted(environment, "management.server.ssl."),
              "management.server.ssl.bundle"));
    }
    if (environment.getProperty("spring.artemis.broker-url", "").isBlank()) {
      URI acceptor = EmbeddedConfiguration.Jms.acceptor(environment);
      if (acceptor.getPort() != 0) {
        doors.add(
            new Door(
                "waybill.acceptor",
                acceptor.getHost(),
                !environment.getProperty(ACCEPTOR_BUNDLE, "").isBlank(),
                ACCEPTOR_BUNDLE));
      }
    }
    return new NetworkDoors(
        List.copyOf(doors), environment.getProperty(INSECURE, Boolean.class, false));
  }

  /** Whether the API is at https. */
  static boolean encryptedHttp(Environment environment) {
    return encrypted(environment, "server.ssl.");
  }

  private static boolean encrypted(Environment environment, String prefix) {
    boolean given =
        List.of("bundle", "certificate", "key-store").stream()
            .anyMatch(name -> !environment.getProperty(prefix + name, "").isBlank());
    return given && environment.getProperty(prefix + "enabled", Boolean.class, true);
  }

  /**
   * Refuses what nobody wants who thought of it.
   *
   * @param users whether any are configured
   */
  void require(boolean users) {
    for (Door door : all) {
      if (door.beyondThisMachine()) {
        requireUsers(door, users);
        requireEncryption(door);
      }
    }
  }

  private static void requireUsers(Door door, boolean users) {
    if (!users) {
      throw new StartRefused(
          ExitCode.USAGE,
          "%s opens the broker to other machines (%s), and no users are configured"
              .formatted(door.setting(), shown(door)),
          "Write who may log in under waybill.users or waybill.oidc (docs/access.md), or let %s be 127.0.0.1."
              .formatted(door.setting()),
          null);
    }
  }

  private void requireEncryption(Door door) {
    if (!door.encrypted() && !insecure) {
      throw new StartRefused(
          ExitCode.USAGE,
          "%s opens the broker to other machines (%s) unencrypted: everybody on the way could read passwords and documents"
              .formatted(door.setting(), shown(door)),
          "Set %s to a certificate under spring.ssl.bundle (docs/access.md); or, where something in front of the broker encrypts, %s to true."
              .formatted(door.encrypting(), INSECURE),
          null);
    }
  }

  private static String shown(Door door) {
    return door.address().isBlank() ? "any address" : door.address();
  }
}
