package io.waybill.cli;

import io.waybill.embedded.DataFolder;
import io.waybill.operator.AccessSettings;
import io.waybill.operator.AdminPassword;
import io.waybill.operator.OidcSettings;
import io.waybill.operator.Users;
import io.waybill.spec.Specification;
import io.waybill.spec.load.SpecificationLoader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * The start, in its order:
 *
 * <ol>
 *   <li>the specification is read, and refused whole where something is wrong with it
 *   <li>the data folder is claimed, so that one broker at a time works on it
 *   <li>PostgreSQL and Artemis start, where none are configured ({@link EmbeddedConfiguration})
 *   <li>the state table is brought to its present version, and the broker takes over and recovers
 *       ({@link BrokerConfiguration})
 *   <li>HTTP opens, and the routes start
 * </ol>
 *
 * Stopping goes the other way.
 */
@Configuration(proxyBeanMethods = false)
@Import({EmbeddedConfiguration.class, BrokerConfiguration.class, KeepingConfiguration.class})
class StartConfiguration {

  @Bean
  Home home(Environment environment) {
    return new Home(Path.of(environment.getProperty(WaybillApplication.HOME, ".")));
  }

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  Fatal fatal() {
    return new Fatal();
  }

  @Bean
  Specification specification(Home home, ApplicationArguments arguments) {
    return SpecificationLoader.load(home.config(), overrides(arguments));
  }

  /** What a later reload has to compare with. */
  @Bean
  Reloading.Rules rulesAtStart(
      Home home, ApplicationArguments arguments, Specification specification) {
    return new Reloading.Rules(overrides(arguments), Reloading.written(home.config()));
  }

  private static Map<String, String> overrides(ApplicationArguments arguments) {
    Map<String, String> overrides = new LinkedHashMap<>();
    for (String name : arguments.getOptionNames()) {
      if (name.startsWith("waybill.")) {
        overrides.put(name, String.join(",", arguments.getOptionValues(name)));
      }
    }
    return overrides;
  }

  /** Refused before anything is touched, let alone opened. */
  @Bean
  NetworkDoors networkDoors(
      Environment environment,
      AccessSettings users,
      OidcSettings oidc,
      SslBundles bundles,
      Clock clock) {
    NetworkDoors doors = NetworkDoors.of(environment);
    doors.require(users.hasAccounts() || oidc.configured());
    new Certificates(bundles, clock).check(environment);
    return doors;
  }

  /** Needs the specification, so that a broken one is told before anything is touched. */
  @Bean
  DataFolder dataFolder(
      Home home, Environment environment, Specification specification, NetworkDoors doors) {
    return DataFolder.claim(home.resolve(environment.getProperty("waybill.data", "data")));
  }

  @Bean
  Users users(AccessSettings settings, DataFolder data, Clock clock) {
    return settings.hasAccounts()
        ? Users.configured(settings, clock)
        : Users.onlyAdmin(AdminPassword.in(data.path()), clock);
  }
}
