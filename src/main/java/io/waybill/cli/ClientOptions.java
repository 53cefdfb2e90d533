package io.waybill.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the broker is, who asks, and how answers are shown. */
final class ClientOptions {

  /** How answers are shown. */
  enum Format {
    /** For people. */
    TABLE,
    /** For programs: what the broker answered. */
    JSON
  }

  @Mixin private final HomeOption home = new HomeOption();

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Where the broker is (default: ${DEFAULT-VALUE}; or WAYBILL_URL).",
      defaultValue = "${WAYBILL_URL:-http://127.0.0.1:8080}")
  private String url = "";

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "Who asks (default: ${DEFAULT-VALUE}; or WAYBILL_USER). The password is taken"
              + " from WAYBILL_PASSWORD, that of admin otherwise from data/admin-password in --home.",
      defaultValue = "${WAYBILL_USER:-admin}")
  private String user = "";

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "Whose certificate at https is believed: PEM (default: whom Java believes; or WAYBILL_CA).",
      defaultValue = "${WAYBILL_CA:-}")
  private String ca = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description = "How answers are shown (default: table).")
  private Format format = Format.TABLE;

  Home home() {
    return home.home();
  }

  boolean json() {
    return format == Format.JSON;
  }

  BrokerClient client() {
    String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    String lower = base.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "--url: '%s' is not an address; write e.g. http://127.0.0.1:8080".formatted(url));
    }
    return new BrokerClient(
        base, user, password(), ca.isBlank() ? null : Trust.inOnly(Path.of(ca)));
  }

  /** A connection to a queue, by the same user. */
  QueueClient queue(String address, String queue) {
    return new QueueClient(address, user, password(), queue);
  }

  private String password() {
    String given = System.getenv("WAYBILL_PASSWORD");
    if (given != null) {
      return given;
    }
    Path file = home.home().resolve("data").resolve("admin-password");
    String generated = user.equals("admin") ? read(file) : null;
    if (generated == null) {
      throw new CommandFailed(
          ExitCode.NOT_ALLOWED,
          "no password for user '%s': set WAYBILL_PASSWORD%s."
              .formatted(
                  user,
                  user.equals("admin")
                      ? ", or name the home of the broker with --home (%s cannot be read)"
                          .formatted(file)
                      : ""));
    }
    return generated;
  }

  private static @Nullable String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return null;
    }
  }
}
