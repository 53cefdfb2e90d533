package io.waybill.cli;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether the broker has to bring a server of its own. With {@code waybill.embedded: never} it
 * refuses to start instead: a missing setting must never become an empty journal.
 */
abstract class NothingConfigured implements Condition {

  private final String property;
  private final String example;

  private NothingConfigured(String property, String example) {
    this.property = property;
    this.example = example;
  }

  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    Environment environment = context.getEnvironment();
    String configured = environment.getProperty(property, "");
    if (!configured.isBlank()) {
      check(configured);
      return false;
    }
    if (environment.getProperty("waybill.embedded", "auto").equals("never")) {
      throw new StartRefused(
          ExitCode.USAGE,
          property + " is not set, and waybill.embedded is never",
          "Set it, e.g. to %s, or waybill.embedded to auto.".formatted(example),
          null);
    }
    return true;
  }

  /** Refuses what can be no address, before anything tries to use it. */
  void check(String configured) {
    // whoever connects there says what is wrong with it
  }

  /** No database. */
  static final class Database extends NothingConfigured {
    Database() {
      super("spring.datasource.url", "jdbc:postgresql://db.example.com/waybill");
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
      super("spring.artemis.broker-url", "tcp://jms.example.com:61616");
    }
  }
}
