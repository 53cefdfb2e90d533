package io.waybill.cli;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether the broker has to bring a server of its own. With {@code waybill.embedded: never} it
 * refuses to start instead: a missing setting must never become an empty journal.
 */
abstract class NothingConfigured implements Condition {

  private static final String DATABASE = "spring.datasource.url";
  private static final String JMS = "spring.artemis.broker-url";

  private final String property;

  private NothingConfigured(String property) {
    this.property = property;
  }

  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    Environment environment = context.getEnvironment();
    String configured = environment.getProperty(property, "");
    if (!configured.isBlank()) {
      check(configured);
      return false;
    }
    String embedded = environment.getProperty("waybill.embedded", "auto");
    return switch (embedded) {
      case "auto" -> true;
      case "never" -> throw missing(environment);
      default ->
          throw new StartRefused(
              ExitCode.USAGE,
              "waybill.embedded: '%s' is not known".formatted(embedded),
              "Write auto, for servers of the broker's own where none are configured, or never.",
              null);
    };
  }

  /** Names all that is missing at once. */
  private static StartRefused missing(Environment environment) {
    List<String> missing =
        Stream.of(DATABASE, JMS)
            .filter(name -> environment.getProperty(name, "").isBlank())
            .toList();
    return new StartRefused(
        ExitCode.USAGE,
        "%s not set, and waybill.embedded is never"
            .formatted(String.join(" and ", missing) + (missing.size() == 1 ? " is" : " are")),
        """
        Write in config/application.yaml, or set the environment variables in brackets:
          spring.datasource.url: jdbc:postgresql://HOST:PORT/DATABASE   (SPRING_DATASOURCE_URL)
          spring.datasource.username, spring.datasource.password        (..._USERNAME, ..._PASSWORD)
          spring.artemis.broker-url: tcp://HOST:PORT                    (SPRING_ARTEMIS_BROKER_URL)
          spring.artemis.user, spring.artemis.password                  (..._USER, ..._PASSWORD)
        Or, for a PostgreSQL and an Artemis of the broker's own, waybill.embedded: auto.""",
        null);
  }

  /** Refuses what can be no address, before anything tries to use it. */
  void check(String configured) {
    // whoever connects there says what is wrong with it
  }

  /** No database. */
  static final class Database extends NothingConfigured {
    Database() {
      super(DATABASE);
    }

    @Override
    void check(String configured) {
      String address = configured.replaceFirst("\\?.*", "");
      if (address.contains("@") || !BrokerConfiguration.isDatabase(configured)) {
        throw new StartRefused(
            ExitCode.USAGE,
            "spring.datasource.url: '%s' is not the address of a PostgreSQL database"
                .formatted(address.replaceFirst("//.*@", "//...@")),
            "Write jdbc:postgresql://HOST:PORT/DATABASE, e.g."
                + " jdbc:postgresql://db.example.com:5432/waybill; user and password go to"
                + " spring.datasource.username and spring.datasource.password.",
            null);
      }
    }
  }

  /** No JMS server. */
  static final class Jms extends NothingConfigured {
    Jms() {
      super(JMS);
    }
  }
}
