package io.waybill.operator;

import io.waybill.broker.Underway;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.Expression;
import io.waybill.spec.Link;
import io.waybill.spec.Numbering;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Place;
import io.waybill.spec.Retry;
import io.waybill.spec.Sequencing;
import io.waybill.spec.SequencingGroup;
import io.waybill.spec.Specification;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/** The desk on a real port, with a fake broker behind it. */
public final class Desk implements AutoCloseable {

  /** Everybody's password. */
  public static final String PASSWORD = "s3cret of the tests";

  private static final String ENCODED = Passwords.encode(PASSWORD);

  public final FakeBroker broker = new FakeBroker();
  public final HttpClient http = HttpClient.newHttpClient();

  private final ConfigurableApplicationContext context;

  /** Opens it. */
  public Desk(String... settings) {
    SpringApplication application = new SpringApplication(Beans.class);
    application.addInitializers(
        started -> started.getBeanFactory().registerSingleton("fakeBroker", broker));
    List<String> arguments = new ArrayList<>(List.of(settings));
    arguments.add("--server.port=0");
    arguments.add("--spring.config.location=classpath:/");
    // there is neither loop nor journal behind this one
    arguments.add("--management.endpoint.health.validate-group-membership=false");
    for (String role : List.of("submitter", "viewer", "operator", "admin")) {
      arguments.add("--waybill.users.%s.password=%s".formatted(role, ENCODED));
      arguments.add("--waybill.users.%s.roles=%s".formatted(role, role));
    }
    arguments.add("--waybill.users.limited.password=" + ENCODED);
    arguments.add("--waybill.users.limited.roles=submitter");
    arguments.add("--waybill.users.limited.operations=CreateOrder");
    this.context = application.run(arguments.toArray(String[]::new));
  }

  /** What it consists of: no database, no Camel. */
  @SpringBootConfiguration(proxyBeanMethods = false)
  @EnableAutoConfiguration(
      excludeName = {
        "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
        "org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration",
        "org.springframework.boot.autoconfigure.jms.JmsAutoConfiguration",
        "org.springframework.boot.autoconfigure.jms.artemis.ArtemisAutoConfiguration",
        "org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration",
        "org.apache.camel.spring.boot.CamelAutoConfiguration",
        "org.springframework.boot.actuate.autoconfigure.jms.JmsHealthContributorAutoConfiguration"
      })
  @Import(OperatorConfiguration.class)
  static class Beans {

    @Bean
    Users users(AccessSettings settings) {
      return Users.configured(settings, Clock.systemUTC());
    }

    @Bean
    Clock clock() {
      return Clock.systemUTC();
    }

    @Bean
    Underway underway() {
      return new Underway();
    }

    private static SequencingGroup orders() {
      Expression seq = new Expression.Json("/seq", new Place("sequencing.yaml", 2));
      Numbering numbering =
          new Numbering(
              seq, 1, null, Numbering.Then.HOLD, Numbering.Stray.FAIL, Numbering.Stray.FAIL);
      return new SequencingGroup(
          "order",
          "order",
          Map.of("ChangeOrder", new SequencingGroup.Member(List.of(seq), numbering)));
    }

    @Bean
    Keeping keeping() {
      return new FakeKeeping();
    }

    @Bean
    Supplier<Specification> present(Specification specification) {
      return () -> specification;
    }

    @Bean
    Specification specification() {
      Map<String, Link> links = new LinkedHashMap<>();
      for (String name : List.of("edi", "vpn")) {
        links.put(name, new Link(name, Duration.ofSeconds(5), Duration.ofSeconds(3)));
      }
      Destination erp =
          new Destination(
              "erp",
              DeliveryClass.REPEAT,
              Destination.Remembers.ALL,
              Duration.ZERO,
              8,
              Duration.ofSeconds(30),
              List.of(),
              Retry.DEFAULT,
              Destination.Classify.DEFAULT);
      SequencingGroup.Member customer =
          new SequencingGroup.Member(
              List.of(new Expression.Json("/id", new Place("sequencing.yaml", 1))));
      SequencingGroup customers =
          new SequencingGroup("customer", "cust", Map.of("CreateCustomer", customer));
      Operation created = new Operation("CreateCustomer", OnFailure.HOLD);
      return new Specification(
          Map.of("erp", erp),
          Map.of(
              "CreateOrder",
              new Operation("CreateOrder", OnFailure.HOLD),
              "CreateCustomer",
              created),
          new Sequencing(List.of(customers, orders()), Set.of()),
          Map.of(),
          links);
    }
  }

  /** The large bodies that are being taken in. */
  Underway underway() {
    return context.getBean(Underway.class);
  }

  /**
   * Every method and path that something answers to, as it is written there; but for the console,
   * which has rules of its own.
   */
  List<Map.Entry<String, String>> endpoints() {
    return context.getBeansOfType(RequestMappingInfoHandlerMapping.class).values().stream()
        .flatMap(mapping -> mapping.getHandlerMethods().entrySet().stream())
        .filter(entry -> !ErrorController.class.isAssignableFrom(entry.getValue().getBeanType()))
        .map(Map.Entry::getKey)
        .flatMap(
            info ->
                info.getPatternValues().stream()
                    .filter(pattern -> !pattern.startsWith(ConsoleConfiguration.PATH))
                    .flatMap(
                        pattern ->
                            info.getMethodsCondition().getMethods().stream()
                                .map(method -> Map.entry(method.name(), pattern))))
        .distinct()
        .toList();
  }

  public int port() {
    return Integer.parseInt(
        String.valueOf(context.getEnvironment().getProperty("local.server.port")));
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** A request of that user to a path below the API. */
  public HttpRequest.Builder as(String user, String path) {
    return HttpRequest.newBuilder(URI.create(url() + "/api/v1" + path))
        .header("Authorization", basic(user, PASSWORD));
  }

  public static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  public HttpResponse<String> get(String user, String path) {
    return send(as(user, path).GET());
  }

  public HttpResponse<String> post(String user, String path, String body, String... headers) {
    return post(user, path, BodyPublishers.ofString(body), headers);
  }

  public HttpResponse<String> post(
      String user, String path, BodyPublisher body, String... headers) {
    HttpRequest.Builder request = as(user, path).POST(body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
