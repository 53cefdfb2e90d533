package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.waybill.embedded.ArtemisAccess;
import io.waybill.embedded.ArtemisSettings;
import io.waybill.embedded.EmbeddedArtemis;
import io.waybill.message.Outcome;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Specification;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The wiring as the broker has it: beans, YAML routes below the home folder, real transports. */
class CamelConfigurationTest {

  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @TempDir Path home;

  private HttpServer server;
  private final BlockingQueue<Map<String, List<String>>> requests = new ArrayBlockingQueue<>(10);
  private int status = 200;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
          headers.putAll(exchange.getRequestHeaders());
          headers.put("method", List.of(exchange.getRequestMethod()));
          headers.put("body", List.of(new String(exchange.getRequestBody().readAllBytes())));
          requests.add(headers);
          exchange.getResponseHeaders().add("CamelWaybillOutcome", "refused");
          exchange.getResponseHeaders().add("Waybill-Run", "forged");
          exchange.getResponseHeaders().add("Retry-After", "7");
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void route(String name, String yaml) throws IOException {
    Files.createDirectories(home.resolve("routes"));
    Files.writeString(home.resolve("routes").resolve(name + ".camel.yaml"), yaml);
  }

  private ConfigurableApplicationContext start() {
    return new SpringApplicationBuilder(Wired.class)
        .web(WebApplicationType.NONE)
        .bannerMode(org.springframework.boot.Banner.Mode.OFF)
        .properties(
            "waybill.home=" + home,
            "spring.config.location=optional:classpath:/none/",
            "test.folder=data/drop",
            "test.partner=acme",
            "test.server=http://127.0.0.1:" + server.getAddress().getPort() + "/orders")
        .run();
  }

  @Test
  void routesBelowTheHomeFolderReceiveAndPost() throws Exception {
    route(
        "in",
        """
        - route:
            id: in
            from:
              uri: jms:queue:orders.in
              steps:
                - to:
                    uri: waybill:submit
                    parameters:
                      operations: A,B
        """);
    route(
        "drop",
        """
        - templatedRoute:
            routeTemplateRef: waybill-drop-folder
            routeId: drop
            parameters:
              - name: folder
                value: "{{test.folder}}"
              - name: sender
                value: "{{test.partner}}"
              - name: stable
                value: 100ms
        """);
    route(
        "crm",
        """
        - route:
            id: crm
            from:
              uri: waybill:post:crm
              steps:
                - to:
                    uri: "{{test.server}}"
                    parameters:
                      httpMethod: POST
                      bridgeEndpoint: true
                      throwExceptionOnFailure: true
        """);
    Files.createDirectories(home.resolve("data/drop"));
    Files.writeString(home.resolve("data/drop/a.json"), "dropped");

    try (ConfigurableApplicationContext context = start()) {
      FakeBroker broker = context.getBean(FakeBroker.class);
      try (JMSContext jms = context.getBean(ConnectionFactory.class).createContext()) {
        jms.createProducer().send(jms.createQueue("orders.in"), "sent");
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(broker.journal())
                      .extracting(FakeBroker.Stored::text)
                      .containsExactlyInAnyOrder("dropped", "sent"));
      assertThat(home.resolve("data/drop/accepted")).exists();
      assertThat(broker.journal()).anyMatch(one -> one.submission().sender().equals("acme"));
      postsOverHttp(broker);
      assertThat(context.getBean(CamelContext.class).getRoutes()).hasSize(3);
    }
  }

  private void postsOverHttp(FakeBroker broker) throws InterruptedException {
    var posting = FakeBroker.posting("{}", Map.of("traceparent", TRACE));
    BlockingQueue<Outcome> answers = new ArrayBlockingQueue<>(1);
    broker.outlet("crm").post(posting, answers::add);

    assertThat(answers.poll(20, TimeUnit.SECONDS)).isEqualTo(new Outcome.Posted("HTTP 200"));
    Map<String, List<String>> request = requests.poll();
    assertThat(request)
        .containsEntry("method", List.of("POST"))
        .containsEntry("body", List.of("{}"))
        .containsEntry("Idempotency-Key", List.of(posting.id().text()))
        .containsEntry("Waybill-Transaction", List.of(posting.id().text()))
        .containsEntry("Waybill-Run", List.of("1"))
        .containsEntry("traceparent", List.of(TRACE))
        .containsEntry("Content-Type", List.of("application/json"));
    assertThat(request.keySet())
        .noneMatch(name -> name.toLowerCase().startsWith("camel"))
        .noneMatch(name -> name.contains("_"));

    // Never repeated behind the broker's back, neither at once nor after Retry-After.
    status = 503;
    broker.outlet("crm").post(posting, answers::add);
    assertThat(answers.poll(20, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            Outcome.Unavailable.class,
            outcome -> assertThat(outcome.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
    assertThat(requests).hasSize(1);
    server.stop(0);
    broker.outlet("crm").post(posting, answers::add); // on a connection that is gone
    assertThat(answers.poll(20, TimeUnit.SECONDS)).isNotInstanceOf(Outcome.Posted.class);
    broker.outlet("crm").post(posting, answers::add);
    assertThat(answers.poll(20, TimeUnit.SECONDS)).isInstanceOf(Outcome.Unavailable.class);
  }

  @Configuration(proxyBeanMethods = false)
  @Import(CamelConfiguration.class)
  @ImportAutoConfiguration(CamelAutoConfiguration.class)
  static class Wired {

    @Bean
    Clock clock() {
      return Clock.systemUTC();
    }

    @Bean
    FakeBroker broker() {
      return new FakeBroker();
    }

    @Bean
    Supplier<Specification> present(Specification specification) {
      return () -> specification;
    }

    @Bean
    Specification specification() {
      return new Specification(
          Map.of("crm", Destinations.of("crm", DeliveryClass.DEDUPLICATING)), Map.of());
    }

    @Bean
    EmbeddedArtemis artemis(
        @org.springframework.beans.factory.annotation.Value("${waybill.home}") Path home) {
      ArtemisAccess nobody =
          new ArtemisAccess() {
            @Override
            public boolean authenticate(String user, String password, String from) {
              return false;
            }

            @Override
            public boolean authorize(String user, Permission permission, String address) {
              return false;
            }
          };
      return EmbeddedArtemis.start(
          home.resolve("data"), ArtemisSettings.defaults(nobody).withPort(0));
    }

    @Bean
    ConnectionFactory connectionFactory(EmbeddedArtemis artemis) {
      return artemis.connectionFactory();
    }
  }
}
