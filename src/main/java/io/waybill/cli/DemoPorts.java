package io.waybill.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;

/**
 * Where the broker of the demo listens: as configured, or on a free port where another program has
 * that one.
 */
final class DemoPorts {

  private static final String LOOPBACK = "127.0.0.1";

  private final Home home;
  private final Map<String, String> given;
  private final Consumer<String> notice;

  /**
   * Ports of a broker.
   *
   * @param given settings of the command line
   * @param notice told when a port is taken
   */
  DemoPorts(Home home, Map<String, String> given, Consumer<String> notice) {
    this.home = home;
    this.given = given;
    this.notice = notice;
  }

  int http() {
    String configured = setting("server.port", "8080");
    try {
      return freeOr(setting("server.address", LOOPBACK), Integer.parseInt(configured), "HTTP");
    } catch (NumberFormatException e) {
      throw new CommandFailed(
          ExitCode.USAGE, "server.port: '%s' is not a port; write e.g. 8080".formatted(configured));
    }
  }

  String acceptor() {
    String configured = setting("waybill.acceptor", "tcp://127.0.0.1:61616");
    URI uri;
    try {
      uri = URI.create(configured);
    } catch (IllegalArgumentException e) {
      return configured; // refused by the broker, which says why
    }
    if (uri.getHost() == null || uri.getPort() < 0) {
      return configured;
    }
    return "tcp://%s:%d".formatted(uri.getHost(), freeOr(uri.getHost(), uri.getPort(), "JMS"));
  }

  private int freeOr(String host, int port, String what) {
    if (port > 0 && canListen(host, port)) {
      return port;
    }
    int other = anyPort(host);
    if (port > 0) {
      notice.accept(
          "Port %d is taken by another program; the demo takes %d for %s."
              .formatted(port, other, what));
    }
    return other;
  }

  private static boolean canListen(String host, int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int anyPort(String host) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(host, 0));
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no program can listen on " + host, e);
    }
  }

  private String setting(String name, String otherwise) {
    String here = given.get(name);
    if (here != null) {
      return here;
    }
    String variable = System.getenv(name.toUpperCase(java.util.Locale.ROOT).replace('.', '_'));
    if (variable != null) {
      return variable;
    }
    String configured = configured(home.config().resolve("application.yaml"), name);
    return configured == null ? otherwise : configured;
  }

  private static @Nullable String configured(Path file, String name) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      List<PropertySource<?>> sources =
          new YamlPropertySourceLoader().load("application", new FileSystemResource(file));
      for (PropertySource<?> source : sources) {
        Object value = source.getProperty(name);
        if (value != null) {
          return value.toString();
        }
      }
      return null;
    } catch (IOException | RuntimeException e) {
      return null; // the broker reads it again and says what is wrong with it
    }
  }
}
