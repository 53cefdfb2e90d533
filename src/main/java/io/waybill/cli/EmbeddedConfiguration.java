package io.waybill.cli;

import io.waybill.embedded.ArtemisAccess;
import io.waybill.embedded.ArtemisSettings;
import io.waybill.embedded.DataFolder;
import io.waybill.embedded.KeptArtemis;
import io.waybill.embedded.KeptPostgres;
import io.waybill.embedded.PostgresSettings;
import io.waybill.operator.AccessSettings;
import io.waybill.operator.Audit;
import io.waybill.operator.Users;
import jakarta.jms.ConnectionFactory;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The servers of the broker's own, where none are configured. */
@Configuration(proxyBeanMethods = false)
class EmbeddedConfiguration {

  /** The state table of this broker alone. */
  @Configuration(proxyBeanMethods = false)
  @Conditional(NothingConfigured.Database.class)
  static class Database {

    @Bean
    KeptPostgres embeddedPostgres(DataFolder data) {
      return KeptPostgres.start(data.path().resolve("postgres"), PostgresSettings.defaults());
    }

    @Bean
    JdbcConnectionDetails embeddedPostgresDetails(KeptPostgres postgres) {
      return new JdbcConnectionDetails() {
        @Override
        public String getJdbcUrl() {
          return postgres.jdbcUrl();
        }

        @Override
        public String getUsername() {
          return postgres.user();
        }

        @Override
        public String getPassword() {
          return postgres.password();
        }
      };
    }
  }

  /** The JMS server of this broker and of the programs that send to it. */
  @Configuration(proxyBeanMethods = false)
  @Conditional(NothingConfigured.Jms.class)
  static class Jms {

    @Bean
    ArtemisAccess artemisAccess(Users users, AccessSettings settings, Audit audit) {
      return new UsersAtArtemis(users, settings.intakeQueues(), audit);
    }

    @Bean
    KeptArtemis embeddedArtemis(
        DataFolder data, ArtemisAccess access, Environment environment, SslBundles bundles) {
      URI uri = acceptor(environment);
      ArtemisSettings settings =
          ArtemisSettings.defaults(access).withHost(uri.getHost()).withPort(uri.getPort());
      String bundle = environment.getProperty(NetworkDoors.ACCEPTOR_BUNDLE, "");
      return KeptArtemis.start(
          data.path().resolve("artemis"),
          bundle.isBlank() ? settings : settings.withSsl(certificate(bundles, bundle)));
    }

    /** The present one: Spring Boot reads it again when its files change, where it is told to. */
    private static Supplier<SSLContext> certificate(SslBundles bundles, String name) {
      AtomicReference<SSLContext> present =
          new AtomicReference<>(bundles.getBundle(name).createSslContext());
      bundles.addBundleUpdateHandler(name, changed -> present.set(changed.createSslContext()));
      return present::get;
    }

    static URI acceptor(Environment environment) {
      String text = environment.getProperty("waybill.acceptor", "tcp://127.0.0.1:61616");
      try {
        URI uri = URI.create(text);
        if ("tcp".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() >= 0) {
          return uri;
        }
      } catch (IllegalArgumentException e) {
        // said below
      }
      throw new StartRefused(
          ExitCode.USAGE,
          "waybill.acceptor: '%s' is not where JMS programs could connect to".formatted(text),
          "Write e.g. tcp://127.0.0.1:61616, or port 0 for none.",
          null);
    }

    /** Connections of the broker itself; they do not leave the process. */
    @Bean
    ConnectionFactory connectionFactory(KeptArtemis artemis) {
      return artemis.connectionFactory();
    }
  }
}
